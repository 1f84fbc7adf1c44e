"""``python -m chronos`` is `chronos`: it begins here, so that an interrupt is quiet from the first moment."""

import os
import signal
from types import FrameType

ENDS = (signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 130  # as shells have it of what an interrupt ends


def main() -> None:
    """Run the command line; while its modules are imported, an interrupt ends it at once."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:  # it is not ignored, as in the background of a script
        # No exception: a library that is half imported may show it, or swallow it.
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    from chronos.cli import main as command_line

    signal.signal(signal.SIGINT, usual)
    for one in ENDS:
        if signal.getsignal(one) is signal.SIG_DFL:  # it is not ignored, as by nohup
            signal.signal(one, _interrupt)
    command_line(prog_name="chronos")


def _interrupt(_: int, frame: FrameType | None) -> None:
    """End as Ctrl-C does: a command takes away what it left half, and starts again what it stopped."""
    usual = signal.getsignal(signal.SIGINT)
    if callable(usual):
        usual(signal.SIGINT, frame)
    else:  # it is ignored
        raise KeyboardInterrupt


if __name__ == "__main__":
    main()
