"""The errors that Chronos raises: one family, whose docstrings are the messages."""

from errno import EDQUOT, ENOSPC
from typing import Any

NO_ROOM = frozenset({ENOSPC, EDQUOT})  # a full disk, or the part of it that somebody may have


class ChronosError(Exception):
    """Something went wrong in Chronos."""

    def __init__(self, **data: Any) -> None:
        """Keep ``data`` as attributes; the class docstring, formatted with them, is the message."""
        self.__dict__.update(data)
        super().__init__((type(self).__doc__ or "").format(**data))


class ConfigurationError(ChronosError):
    """{problems}"""


class MissingAddress(ChronosError):
    """Nothing says where {service} is: set {setting} in chronos.toml or {variable}, or run `chronos start`"""


class NotInitialised(ChronosError):
    """There is no {path}: run `chronos init` to write one"""


class ServiceError(ChronosError):
    """{service}: {reason}"""


class MigrationError(ChronosError):
    """The database at {address} was not migrated: {reason}"""


class InvalidBeacon(ChronosError):
    """{reason}"""


class RequestError(ChronosError):
    """{reason}"""

    status = 400
    retry_after: float | None = None


class BadRequest(RequestError):
    """{reason}"""


class Unauthorised(RequestError):
    """{reason}"""

    status = 401


class RequestTimeout(RequestError):
    """the body did not arrive within {seconds} seconds"""

    status = 408


class TooLarge(RequestError):
    """the body is larger than {limit} bytes ([limits] beacon_bytes); send it in parts"""

    status = 413


class EncodedBody(RequestError):
    """a body is taken as it is: send it without Content-Encoding"""

    status = 415


class TooLargeForKafka(RequestError):
    """{reason}: raise max.message.bytes of the topic, or lower [limits] beacon_bytes"""

    status = 413


class OverRate(RequestError):
    """{reason}"""

    status = 429


class NowhereToKeep(RequestError):
    """the beacon can't be kept now: {reason}"""

    status = 503


class SpoolError(ChronosError):
    """The spool at {folder} did not take a beacon"""


class SpoolFull(SpoolError):
    """The spool at {folder} is full: {stored} of {limit} bytes wait for Kafka"""


class SpoolFailed(SpoolError):
    """The spool at {folder} cannot be written: {reason}"""


class PortTaken(ChronosError):
    """Port {port} of {host} can't be listened to ({reason}): end the program that uses it, or set another one in [web]"""  # noqa: E501


class SpoolInUse(ChronosError):
    """The spool at {folder} belongs to another process that is running"""


class SinkUnavailable(ChronosError):
    """{sink} is not to be reached: {reason}"""


class SinkFails(SinkUnavailable):
    """{method} raises {reason}"""


class SinkAhead(SinkUnavailable):
    """its watermark of partition {partition}, {own}, is beyond what is stored, {stored}: is it another's?"""


class LocalStoreFailed(ChronosError):
    """the local store of windows does not take anything: {reason}"""


class BatchRejected(ChronosError):
    """{sink} refuses what is to be written: {reason}"""


class Refused(ChronosError):
    """{reason}"""

    def __init__(self, reason: str) -> None:
        """What a data sink of others raises: trying again what it was given would not mend this."""
        super().__init__(reason=reason)


class OffsetGap(ChronosError):
    """Partition {partition} goes on at offset {found} where {expected} was expected"""

    partition: int
    expected: int
    found: int


class MessageTooLarge(ChronosError):
    """Kafka's topic {topic} takes no message of {size} bytes"""


class KafkaUnavailable(ChronosError):
    """Kafka is away: {reason}"""


class NoBroker(KafkaUnavailable):
    """Kafka at {bootstrap}: {reason}"""


class NoSuchPartition(ChronosError):
    """Topic {topic} has no partition {numbers}: it has {known}"""


class UnsupportedView(ChronosError):
    """{file}:{line}: {reason}"""


class UnsupportedExpression(ChronosError):
    """{where}: {reason}"""

    where: str
    reason: str


class UnknownView(ChronosError):
    """There is no view {name}: known are {known}"""


class ViewInUse(ChronosError):
    """View {name} cannot be dropped, since others need it: {reason}"""


class NoSuchView(RequestError):
    """there is no view {name}: known are {known}"""

    status = 404


class NotAcceptable(RequestError):
    """views are given as application/json or text/csv; Accept names neither"""

    status = 406


class AskedTooMuch(RequestError):
    """the view took longer than {seconds:g} s ([pipelinedb] read_timeout_seconds): ask for less of it"""

    status = 503
    retry_after = 1.0


class AskedTooLarge(RequestError):
    """these rows have over {limit:,} characters: ask for less than {rows} at a time, by limit and offset"""


class ViewFails(RequestError):
    """view {name} cannot be read: {reason}"""

    status = 500


class ViewsUnavailable(RequestError):
    """the database of the views at {address} is away: {reason}"""

    status = 503
    retry_after = 5.0


class WindowsUnavailable(RequestError):
    """the windows can't be read now: {reason}"""

    status = 503
    retry_after = 5.0


class PipelineDBError(ChronosError):
    """The PipelineDB at {address}: {reason}"""


class BadBundle(ChronosError):
    """not a bundle of deltas: {reason}"""


class BadParameter(RequestError):
    """parameter {name} = {value!r}: expected {reason}"""


class NoSuchWindows(RequestError):
    """there are no windows {name}: known are {known}"""

    status = 404


class TooManyCounts(RequestError):
    """over {limit:,} counts: ask for the largest keys with `top`, for one with `key`, or for fewer windows"""
