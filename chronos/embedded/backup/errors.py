"""What can go wrong with a backup: part of the family in chronos.errors."""

from chronos.errors import ChronosError


class BackupError(ChronosError):
    """A backup was not made, or not restored."""


class NotEmbedded(BackupError):
    """{service} is not run by `chronos start` ([{section}] {setting} says where it is): back it up with its own tools, as docs/operations.md says"""  # noqa: E501


class NotBackedUp(BackupError):
    """{path} was not made: {reason}"""


class NotRestored(BackupError):
    """{path} was not restored: {reason}"""


class AlreadyThere(BackupError):
    """{path} is there already: name a folder that is not, such as one with the date"""


class AnotherBackup(BackupError):
    """Another `chronos backup` or `chronos restore` of {home} is under way"""


class MustRun(BackupError):
    """{service} does not run: `chronos start {service}` first"""


class MustNotRun(BackupError):
    """{services} still run: `chronos stop` first"""


class NotABackup(BackupError):
    """{path} is not a whole backup: {reason}"""


class OtherVersion(BackupError):
    """The backup is of {what} {theirs}, and installed is {ours}: restore it with the Chronos that made it ({chronos})"""  # noqa: E501


class CutOff(BackupError):
    """A restore was cut off here: run it again, `chronos restore {source}`; or delete {home} to begin anew"""


class HasData(BackupError):
    """{path} has data already, and nothing is overwritten: restore into a new folder, or move it away"""
