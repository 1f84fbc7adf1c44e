"""A figure that was measured more than once."""

import statistics
from collections.abc import Sequence


def spread(figures: Sequence[float], digits: int = 1) -> str:
    """The median, and the least and the most."""
    median, least, most = statistics.median(figures), min(figures), max(figures)
    return f"{median:,.{digits}f} ({least:,.{digits}f} to {most:,.{digits}f})"
