"""Modules of others that a worker takes along: their agents, tables and pages."""

import logging

from chronos.errors import ConfigurationError
from chronos.extensions.finding import AGENTS, CannotLoad, installed, named
from chronos.settings import Settings

log = logging.getLogger(__name__)


def import_all(settings: Settings) -> None:
    """Import those of installed packages and of ``[app] modules``; raise ConfigurationError."""
    wrong = []
    for offered in (*installed(AGENTS), *named(settings.app.modules, ["app", "modules"])):
        try:
            offered.load()
        except CannotLoad as error:
            log.error("%s", error, exc_info=error.__cause__)  # whoever writes it wants to see where
            wrong.append(str(error))
    if wrong:
        raise ConfigurationError(problems="\n".join(wrong))
