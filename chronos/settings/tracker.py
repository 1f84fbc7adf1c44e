"""The tables of settings of the browser's side: `[tracker]` and `[tracker.events]`."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from chronos.settings.sections import Positive, Section

MOST_POSITIONS = 2_500  # of the mouse in a beacon; a path may have 3,000 (chronos.models.mouse_path)


class TrackerEvents(Section):
    """Which events the tracker captures."""

    pageviews: bool = Field(True, description="Pages that were opened")
    clicks: bool = Field(True, description="Clicks anywhere")
    link_clicks: bool = Field(True, description="Clicks on links")
    mouse_moves: bool = Field(True, description="Where the mouse went")
    key_presses: bool = Field(True, description="Keys that were pressed")
    form_submissions: bool = Field(True, description="Forms that were sent")
    form_abandonments: bool = Field(True, description="Forms that were begun and not sent")
    scroll_depths: bool = Field(True, description="How far down a page was seen")
    visible_times: bool = Field(True, description="How long a page was visible")
    sessions: bool = Field(True, description="Sessions that began")
    errors: bool = Field(True, description="Errors of the page's scripts")
    web_vitals: bool = Field(True, description="How fast a page loads, answers and settles")
    rage_clicks: bool = Field(True, description="Three clicks within a second on one spot")
    dead_clicks: bool = Field(True, description="Clicks after which nothing changed")
    custom_events: bool = Field(True, description="What the page reports with chronos.track")
    identities: bool = Field(True, description="Who the page says the visitor is, with chronos.identify")
    losses: bool = Field(True, description="What the browser had to drop, as counts")


class Tracker(Section):
    """How the browser captures and sends."""

    events: TrackerEvents = Field(default_factory=TrackerEvents, description="Events that are captured")
    flush_interval_ms: Positive = Field(5000, description="Longest wait of an event in the browser, in ms")
    mouse_interval_ms: Positive = Field(
        100, description="Shortest time between two mouse positions, in ms", validate_default=True
    )
    max_beacon_bytes: int = Field(
        60_000, ge=20_000, le=65_536, description="Largest beacon, in UTF-8 bytes; browsers take up to 65,536"
    )
    storage_bytes: int = Field(
        1_000_000,
        ge=65_536,
        description="Web storage for beacons that wait for the server, in bytes; the oldest have to go",
    )
    transport: Literal["fetch", "beacon"] = Field(
        "fetch",
        description="With fetch the tracker learns what became of a beacon; beacon is navigator.sendBeacon",
    )
    consent: Literal["implied", "required"] = Field(
        "implied",
        description="With required nothing is captured or stored in the browser before chronos.optIn()",
    )
    respect_gpc: bool = Field(True, description="Capture nothing where Global Privacy Control is on")
    respect_dnt: bool = Field(True, description="Capture nothing where Do Not Track is on")
    click_text: bool = Field(False, description="Send the text of what was clicked, too")
    form_values: list[str] = Field(
        default_factory=list,
        description="Form fields, by name, whose values are sent; never passwords, cards or hidden fields",
    )

    @field_validator("mouse_interval_ms")
    @classmethod
    def _paths_are_not_endless(cls, interval: int, info: ValidationInfo) -> int:
        shortest = -(-info.data.get("flush_interval_ms", 0) // MOST_POSITIONS)
        if interval < shortest:
            raise ValueError(
                f"expected at least {shortest} with this flush_interval_ms, for {MOST_POSITIONS} a beacon"
            )
        return interval
