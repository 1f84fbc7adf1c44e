"""What can go wrong with a command: part of the family in chronos.errors."""

from chronos.errors import ChronosError


class AlreadyInitialised(ChronosError):
    """There is a {path} already: edit it, add a key by `chronos key new`, or replace it by `chronos init --force`"""  # noqa: E501


class CannotWrite(ChronosError):
    """{path} cannot be written ({reason}): choose another place, or make room and mend its permissions"""


class CannotUse(ChronosError):
    """{path} cannot be read or written ({reason}): mend its permissions, or make room on its disk"""


class KeysFromEnvironment(ChronosError):
    """The write keys come from the environment variable CHRONOS_WRITE_KEYS: change them there, or unset it"""


class CannotExport(ChronosError):
    """The dashboards cannot be written to {folder}: {reason}"""


class CannotReadPassword(ChronosError):
    """The password of {role} cannot be read from {path}, nor be made there: {reason}"""


class UnknownKey(ChronosError):
    """There is no key {key}: `chronos key list` shows those that there are"""


class InvalidKeyName(ChronosError):
    """{name!r} cannot be the name of a key: it has to have 1 to 100 characters"""


class NoLog(ChronosError):
    """There is no log of {service} ({path}): `chronos start` makes those of what it runs; there are: {there}"""  # noqa: E501


class NoClient(ChronosError):
    """There is no psql on this machine: install PostgreSQL's client, or Chronos with its extra `embedded`"""


class NoPipelineDB(ChronosError):
    """Nothing says where PipelineDB is: set [pipelinedb] url in chronos.toml or CHRONOS_PIPELINEDB_URL"""


class KeptElsewhere(ChronosError):
    """The views are kept by the PipelineDB at {address}, not by Chronos: look at them there"""


class DoesNotRun(ChronosError):
    """{what} of this project does not run: `chronos start {service}` starts it, `chronos status` says what does"""  # noqa: E501


class StrangeWorker(ChronosError):
    """At {address} answers a worker of another project, and none of this one runs: `chronos start` starts one at an address of its own"""  # noqa: E501


class NotLive(ChronosError):
    """View {name} is {state}, and there is nothing to compare: `chronos views rebuild {name}` makes it"""


class KafkaElsewhere(ChronosError):
    """[kafka] bootstrap names a Kafka, {bootstrap}, so no broker runs here: `--brokers` says nothing about that one"""  # noqa: E501


class BrokersFromEnvironment(ChronosError):
    """How many brokers run here comes from the environment variable CHRONOS_KAFKA_BROKERS: unset it"""


class NothingToRestart(ChronosError):
    """Nothing should run here, so there is nothing to restart: `chronos start` starts everything"""


class InvalidOrigin(ChronosError):
    """{reason}{hint}"""


class UnknownOrigin(ChronosError):
    """{origin} is not among the allowed origins: these are {known}"""


class OriginsFromEnvironment(ChronosError):
    """The environment variable {variable} says which origins may send, and wins: change it, or unset it"""


class NoWriteKey(ChronosError):
    """There is no write key, so no page could send: `chronos key new` makes one"""


class UnknownProject(ChronosError):
    """There is no write key of project {project}: known are {known}; `chronos key new {project}` makes one"""


class NotTaken(ChronosError):
    """{worker} refuses beacons ({status}): {reason}"""


class IsThere(ChronosError):
    """There is a {path} already: choose another name, or replace it by --force"""
