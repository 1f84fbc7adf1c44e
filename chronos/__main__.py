"""``python -m chronos`` is `chronos`: it begins here, so that an interrupt is quiet from the first moment."""

import os
import signal

INTERRUPTED = 130  # as shells have it of what an interrupt ends


def main() -> None:
    """Run the command line; while its modules are imported, an interrupt ends it at once."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:  # it is not ignored, as in the background of a script
        # No exception: a library that is half imported may show it, or swallow it.
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    from chronos.cli import main as command_line

    signal.signal(signal.SIGINT, usual)
    command_line(prog_name="chronos")


if __name__ == "__main__":
    main()
