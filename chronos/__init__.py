"""Chronos captures events in the browser and keeps every one of them.

``faust -A chronos worker`` runs it; `chronos start` runs it with its services.
"""

import sys
from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"


class _Package(ModuleType):
    """Gives Faust its application: ``-A chronos`` takes the attribute ``app`` and refuses a module.

    Importing `chronos.app` would put the module there, so the attribute is a property, which stays
    the application. It is built on first use: importing the package reads and starts nothing.
    """

    @property
    def app(self) -> object:
        made: object = import_module("chronos.app").app
        return made

    @app.setter
    def app(self, module: ModuleType) -> None:
        """Importing a submodule sets it as an attribute of its package; this one is not wanted there."""


sys.modules[__name__].__class__ = _Package
