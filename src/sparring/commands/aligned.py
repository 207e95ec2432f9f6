"""Text in columns, as a terminal shows it: a Hangul syllable is two columns wide."""

from collections.abc import Sequence

from rich.cells import cell_len


def left(text: str, columns: int) -> str:
    """The text, then spaces up to so many columns."""
    return text + " " * (columns - cell_len(text))


def right(text: str, columns: int) -> str:
    """Spaces up to so many columns, then the text."""
    return " " * (columns - cell_len(text)) + text


def widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """Columns that each part of these rows needs."""
    return [max(map(cell_len, parts)) for parts in zip(*rows, strict=True)]


def aligned(rows: Sequence[tuple[str, object]], least: int = 0) -> str:
    """A line for each name and value, the values below one another.

    Args:
        rows: Names and values.
        least: Columns for the names at least.
    """
    wide = max(least, *(cell_len(name) for name, _ in rows))
    return "\n".join(f"{left(name, wide)} {value}" for name, value in rows)


def table(rows: Sequence[Sequence[str]], names: int = 1) -> list[str]:
    """A line for each row, two spaces between its parts.

    Args:
        rows: Of equal length, the headings first.
        names: So many parts from the left are names and begin below one another; the rest are numbers and end so.
    """
    wide = widths(rows)
    align = [left] * names + [right] * (len(wide) - names)
    return ["  ".join(f(text, w) for f, text, w in zip(align, row, wide, strict=True)).rstrip() for row in rows]
