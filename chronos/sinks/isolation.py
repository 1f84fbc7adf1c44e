"""Finds what a database refuses, by trying halves."""

from collections.abc import Awaitable, Callable


class NotKept(Exception):
    """Ends the transaction of a trial."""


async def refused(
    numbers: list[int], refusal: Callable[[list[int]], Awaitable[str | None]]
) -> dict[int, str]:
    """Those of ``numbers`` that are refused, and why; ``refusal`` tries some and says why not, or None."""
    reason = await refusal(numbers)
    if reason is None:
        return {}
    if len(numbers) == 1:
        return {numbers[0]: reason}
    middle = len(numbers) // 2
    return await refused(numbers[:middle], refusal) | await refused(numbers[middle:], refusal)
