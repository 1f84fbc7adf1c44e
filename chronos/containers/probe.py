"""Asks the worker of this container whether it works: ``python -m chronos.containers.probe``."""

import os
import sys

from chronos.probing import problem

SECONDS = 15.0

if __name__ == "__main__":
    found = problem(f"http://127.0.0.1:{os.environ.get('CHRONOS_WEB_PORT', '6066')}/health", SECONDS)
    sys.exit(found)
