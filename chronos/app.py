"""Builds the Faust application, and nothing else: ``faust -A chronos worker`` runs it."""

import pkgutil
from importlib import import_module
from typing import Any

import click
import faust

from chronos import addresses, settings
from chronos.errors import ChronosError

PACKAGES = ["chronos.agents", "chronos.tables", "chronos.web"]


def create(config: settings.Settings) -> faust.App:
    """The application for ``config``; raise MissingAddress where it does not say where Kafka is."""
    return faust.App(
        config.kafka.consumer_group,
        broker=[f"kafka://{server}" for server in addresses.resolve(config).kafka.split(",")],
        datadir=str(config.home / "faust"),
        store="memory://",
        autodiscover=PACKAGES,
        origin="chronos.app",  # otherwise Faust would import every module, the command line among them
        topic_allow_declare=False,  # they are created with their partitions before (chronos.kafka_admin)
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        broker_max_poll_records=500,
        broker_commit_interval=1.0,
        stream_buffer_maxsize=1024,
        stream_wait_empty=False,  # what is not acknowledged comes again; the watermark knows what is stored
        web_host=config.web.host,
        web_bind=config.web.host,
        web_port=config.web.port,
        worker_redirect_stdouts=False,
    )


try:
    config = settings.load()
    app = create(config)
except ChronosError as error:
    # Faust's command line shows this as one line; as any other error it would be a traceback.
    raise click.ClickException(str(error)) from error


@app.on_worker_init.connect
def prepare(app: Any, /, *args: Any, signal: Any, **kwargs: Any) -> None:
    """Make the folder above Faust's own, and make sure that every agent and view was found."""
    config.home.mkdir(parents=True, exist_ok=True)
    # Discovery only warns of a module that fails; a worker without its agents must not start.
    for package in map(import_module, PACKAGES):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            import_module(found.name)
