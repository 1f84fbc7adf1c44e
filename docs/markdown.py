"""The little Markdown that the generated parts are made of."""

from collections.abc import Iterable


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; a bar in a cell does not end it."""
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(map(_escaped, line))} |" for line in lines)


def code(text: object) -> str:
    """Text as code; nothing where there is none."""
    return f"`{text}`" if text not in (None, "") else ""


def sentence(text: str | None) -> str:
    """A docstring or a comment as one line with a capital and a full stop."""
    line = " ".join((text or "").replace("``", "`").split())
    line = line[:1].upper() + line[1:]
    return line if not line or line.endswith(".") else f"{line}."


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")
