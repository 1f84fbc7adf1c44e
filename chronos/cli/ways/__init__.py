"""The ways in which everything runs, chosen here: on this machine, in containers, or elsewhere."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chronos.cli.ways.way import Way
    from chronos.settings import Settings


def of(settings: "Settings") -> "Way":
    """The way of this project: what `chronos start` was told last, else what the settings say."""
    from chronos.containers.record import Record
    from chronos.embedded.home import Home
    from chronos.embedded.services import backends
    from chronos.embedded.state import Desired

    home = Home(settings.home)
    record = Record.read(home)
    if record.chosen:
        from chronos.cli.ways.containers import Containers
        from chronos.containers.deployment import Deployment

        return Containers(settings, Deployment(settings, record))
    if not backends(settings) and not Desired.read(home).services:
        from chronos.cli.ways.remote import Remote

        return Remote(settings)
    from chronos.cli.ways.embedded import Embedded

    return Embedded(settings)
