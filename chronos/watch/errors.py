"""The errors of watching; their docstrings are the messages."""

from chronos.errors import ChronosError


class AlertFailed(ChronosError):
    """The {channel} was not told: {reason}"""
