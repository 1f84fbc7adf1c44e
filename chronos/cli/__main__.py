"""``python -m chronos.cli`` is `chronos`."""

from chronos.cli import main

main(prog_name="chronos")
