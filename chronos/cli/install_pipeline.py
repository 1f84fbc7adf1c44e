"""`chronos install-pipeline`."""

import asyncio

import click


@click.command("install-pipeline")
def install_pipeline() -> None:
    """Make streams and continuous views in the PipelineDB of [pipelinedb] url, and check its settings.

    Safe to repeat: what is there stays as it is. A worker does that, too, when it starts.

    \b
    Example:
      CHRONOS_PIPELINEDB_URL=postgresql://me:secret@pipeline/chronos chronos install-pipeline
    """
    from chronos.cli import project
    from chronos.cli.errors import NoPipelineDB
    from chronos.sinks.pipelinedb import install
    from chronos.views import catalog

    settings = project.extended_settings()
    url = settings.pipelinedb.url
    if url is None:
        raise NoPipelineDB
    views = install.declared(catalog.files(settings.pipelinedb.views))
    done = asyncio.run(install.install(url, views))
    click.echo("\n".join(f"Made {name}" for name in done.made) or "Nothing to do")
    for remark in done.remarks:
        click.echo(remark)
