"""Asks the worker of this container whether it takes beacons: ``python -m chronos.containers.probe``.

Not whether nothing waits, which `/health` says: what waits for a database loses nothing by that, and whoever
acts on a health check, a proxy or an orchestrator, would take away all workers at once.
"""

import sys

from chronos.containers import inside
from chronos.probing import problem

SECONDS = 15.0

if __name__ == "__main__":
    sys.exit(problem(inside.url("/health/ready"), SECONDS))
