"""`chronos events`: the event types, ours and those of installed packages."""

import click

from chronos.cli.group import Group


@click.group(cls=Group)
def events() -> None:
    """Look at the event types, and begin one of your own.

    \b
    Examples:
      chronos events list
      chronos events sql my_shop.events:Purchase > my_shop/sql/001_purchases.sql
    """


@events.command("list")
def list_events() -> None:
    """Show all event types: the array that a page sends, and whose each is.

    \b
    Example:
      chronos events list
    """
    from chronos.cli import project
    from chronos.models.events import BUILT_IN, EVENT_TYPES

    project.extended_settings()
    width = max(map(len, EVENT_TYPES))
    for name, event in EVENT_TYPES.items():
        defaults = event.defaults()
        fields = ", ".join(f"{field}?" * (field in defaults) or field for field in event.wire_fields())
        source = "" if name in BUILT_IN else f"  from {event.__module__}:{event.__name__}"
        click.echo(f"{name:<{width}}  [{fields}]{source}")


@events.command()
@click.argument("reference", metavar="MODULE:CLASS")
@click.option("--stream", is_flag=True, help="The stream that a PipelineDB gets for it instead.")
def sql(reference: str, stream: bool) -> None:
    """Print SQL for the table and the view of the event type MODULE:CLASS, to begin its first file with.

    Put it into a folder sql beside the module. From then on it is written by hand: a file that was applied
    is not changed, a change is another file. Streams need no file.

    \b
    Examples:
      chronos events sql my_shop.events:Purchase > my_shop/sql/001_purchases.sql
      chronos events sql --stream my_shop.events:Purchase
    """
    from chronos.errors import ConfigurationError
    from chronos.extensions import derived_sql, events, finding

    finding.beside_the_settings()
    offered = finding.Offered(reference, reference, "the command line")
    try:
        event = events.checked(offered, has_sql=False)
    except finding.CannotLoad as error:
        raise ConfigurationError(problems=str(error)) from error
    click.echo((derived_sql.stream if stream else derived_sql.event_type)(event), nl=False)
