"""An event type: videos that were played."""

from chronos.models.events import Event


class VideoPlay(Event):
    """A video that was played, and how much of it."""

    wire_name = "video_plays"

    title: str
    seconds: float
    client_time: float
    quality: str | None = None
