"""What can go wrong with containers: part of the family in chronos.errors."""

from chronos.errors import ChronosError


class ContainerError(ChronosError):
    """Containers do not run as they should."""


class NotWritable(ContainerError):
    """The state directory {path} cannot be written ({reason}): give it to the user who runs this, in a container user 10001, or name another by CHRONOS_HOME"""  # noqa: E501


class NoSlot(ContainerError):
    """There are {most} workers in {path} already: give this one another state directory by CHRONOS_HOME"""


class NoDocker(ContainerError):
    """There is no program `docker` here: install Docker (https://docs.docker.com/engine/install/), or run everything without it by `chronos start --embedded`"""  # noqa: E501


class NoCompose(ContainerError):
    """Docker has no `compose` of version {needed} or newer ({reason}): install its plugin (https://docs.docker.com/compose/install/)"""


class EngineAway(ContainerError):
    """Docker's engine is not to be reached ({reason}): start it (`systemctl start docker`), and see that you may use it (group `docker`)"""  # noqa: E501


class Late(EngineAway):
    """Docker's engine gave no answer within {seconds:.0f} s: see whether it hangs (`docker info`), or is overloaded"""  # noqa: E501


class PortTaken(ContainerError):
    """Port {port} of this machine is taken: end what listens there, and call `chronos start` again"""


class NotBuilt(ContainerError):
    """The image was not built ({reason}); {log} shows more; --image takes one that there is already"""


class NoImage(ContainerError):
    """The image {image} is not to be had ({reason}): see that this machine reaches the registry, or give another by --image"""  # noqa: E501


class NotHealthy(ContainerError):
    """{name} does not work: {reason}; `chronos log {name}` shows more"""


class NotInTime(ContainerError):
    """{names} did not work within {seconds:.0f} s ({problem}); `chronos log {name}` shows more. They go on starting"""  # noqa: E501


class CommandFailed(ContainerError):
    """`{command}` failed: {reason}"""


class OwnServices(ContainerError):
    """The settings name a service of your own ({setting}), and --docker brings one: remove the setting, or run workers alone in containers (docs/docker.md)"""  # noqa: E501


class OtherWay(ContainerError):
    """{what} of this state directory still runs: call `chronos stop` first. Its data stays, and is not carried over"""  # noqa: E501


class InContainers(ContainerError):
    """Everything runs in containers here, and `chronos {command}` is for what runs without: docs/docker.md says what is right"""  # noqa: E501


class NotInContainers(ContainerError):
    """There is no service {name!r} in containers here: known are {known}"""
