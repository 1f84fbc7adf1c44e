"""The settings of logs."""

from typing import Literal

from pydantic import Field

from chronos.settings.sections import Section


class Log(Section):
    """What workers and the supervisor write into their logs."""

    format: Literal["text", "json"] = Field(
        "text", description="Lines for people, or an object a line for programs"
    )
    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least that is written; another `--loglevel` of Faust's command wins"
    )
