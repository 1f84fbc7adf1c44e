"""Views of windows of installed packages: an entry point names a `DeclaredWindow`."""

from chronos.errors import ConfigurationError
from chronos.extensions.finding import WINDOWS, CannotLoad, installed
from chronos.settings.windows import DeclaredWindow


def declared() -> dict[str, tuple[DeclaredWindow, str]]:
    """By name the views, and who declares each; raise ConfigurationError for what is none."""
    found = {}
    wrong = []
    for offered in installed(WINDOWS):
        try:
            window = offered.load()
            if not isinstance(window, DeclaredWindow):
                raise offered.wrong("is no chronos.settings.windows.DeclaredWindow")
            found[offered.name] = (window, f"{offered.source}: {offered.reference}")
        except CannotLoad as error:
            wrong.append(str(error))
    if wrong:
        raise ConfigurationError(problems="\n".join(wrong))
    return found
