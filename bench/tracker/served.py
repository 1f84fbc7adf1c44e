"""Prints tracker.js as a Chronos with default settings serves it. Run as a process of its own: to import
the application is to read the settings.
"""

import sys

from chronos.app import config
from chronos.web.tracker import configured


def main() -> None:
    """The bundle with its configuration, on stdout."""
    sys.stdout.buffer.write(configured(config.active_keys[0], config))


if __name__ == "__main__":
    main()
