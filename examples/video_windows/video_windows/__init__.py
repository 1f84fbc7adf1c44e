"""A view of windows: how often each video was played, by when."""

from chronos.settings.windows import DeclaredWindow

video_titles = DeclaredWindow(
    event="video_plays",
    key="title",
    filter="seconds > 3",
    about="Videos that were played for more than three seconds",
)
