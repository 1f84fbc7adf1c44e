"""The errors of dashboards; their docstrings are the messages."""

from chronos.errors import ChronosError


class ReaderError(ChronosError):
    """Role {role} was not made in {address}: {reason}"""


class UnfitPassword(ChronosError):
    """The password of a reader has to have 12 to 200 characters, all of printable ASCII, no blanks"""


class UnknownDashboard(ChronosError):
    """There is no dashboard {name}: known are {known}"""
