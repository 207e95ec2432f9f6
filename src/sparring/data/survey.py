"""Look at every header before decoding anything, and settle what all pictures will be."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sparring.data.decode import read_header
from sparring.data.download import Progress
from sparring.data.entries import Entry, printable
from sparring.data.header import Header, Unreadable
from sparring.errors import DataError

MOST_BAD = 0.01
NAMED = 5


class Skipped:
    """Files that are left out, with reasons.

    Args:
        total: How many files there are that should be pictures.
        source: For messages.
    """

    def __init__(self, total: int, source: str) -> None:
        self.total, self.source = total, source
        self.bad: list[tuple[str, str]] = []
        self.unseen: list[tuple[str, str]] = []

    def add(self, name: str, why: str) -> None:
        """Note a bad file."""
        self.bad.append((printable(name), why))

    def check(self) -> None:
        """Stop if too much is bad.

        Raises:
            DataError: If bad files are more than 1 % of all; names the first few with the reasons.
        """
        if len(self.bad) > MOST_BAD * self.total:
            first = "".join(f"\n  {name}: {why}" for name, why in self.bad[:NAMED])
            more = f"\n  and {len(self.bad) - NAMED:,} more" if len(self.bad) > NAMED else ""
            raise DataError(
                f"{len(self.bad):,} of {self.total:,} files in {self.source} cannot be used, more than 1 %:"
                f"{first}{more}\nRemove or mend them; `sparring data check` lists all."
            )

    def as_dict(self) -> dict[str, Any]:
        """JSON: how many, and each with its reason up to 100."""
        every = self.unseen + self.bad
        return {"count": len(every), "files": [{"file": name, "reason": why} for name, why in every[:100]]}


@dataclass(frozen=True)
class Plan:
    """What all pictures will be.

    Args:
        size: Height and width.
        channels: 1, 3, or as many as a TIFF has.
        bits: 8, 16 or 32.
        notes: What is done to get there, in words.
    """

    size: tuple[int, int]
    channels: int
    bits: int
    notes: tuple[str, ...]


def read_headers(
    entries: list[Entry], skipped: Skipped, progress: Progress | None = None
) -> list[tuple[Entry, Header]]:
    """The header of every file that has a usable one; the others are noted in ``skipped``."""
    good = []
    for i, entry in enumerate(entries, 1):
        try:
            good.append((entry, read_header(entry)))
        except Unreadable as error:
            skipped.add(entry.name, str(error))
        if progress and (i % 100 == 0 or i == len(entries)):
            progress("reading headers", i, len(entries))
    return good


def settle(headers: list[Header], size: tuple[int, int] | None, channels: int | None) -> Plan:
    """Decide size, channels and bits for all.

    Args:
        headers: Of every usable picture, at least one.
        size: Height and width if asked for.
        channels: 1 or 3 if asked for.

    Raises:
        DataError: If the pictures do not go together; the message proposes what to do.
    """
    sizes = Counter((h.height, h.width) for h in headers)
    if size is None and len(sizes) > 1:
        raise DataError(f"The pictures have {len(sizes):,} different sizes: {name_sizes(sizes)}. {propose_size(sizes)}")
    size = size or next(iter(sizes))
    found, bits = Counter(h.channels for h in headers), Counter(h.bits for h in headers)
    if 32 in bits and len(bits) > 1:
        mixed = " and ".join(f"{n:,} of {b} bits" for b, n in sorted(bits.items()))
        raise DataError(f"Float pictures cannot be mixed with others, their ranges differ: {mixed}.")
    if set(found) - {1, 3} and len(found) > 1:
        raise DataError(f"The pictures have different numbers of channels: {dict(sorted(found.items()))}.")
    return Plan(size, channels or max(found), max(bits), tuple(_notes(headers, size, found, bits, channels)))


def _notes(
    headers: list[Header], size: tuple[int, int], found: Counter[int], bits: Counter[int], channels: int | None
) -> list[str]:
    notes = []
    if resized := sum((h.height, h.width) != size for h in headers):
        notes.append(
            f"{resized:,} cut to the aspect ratio around the centre and resized to {size[0]}x{size[1]} (Lanczos)"
        )
    if channels == 1 and found[3]:
        notes.append(f"{found[3]:,} colour pictures turned to grey")
    elif found[1] and (found[3] or channels == 3):
        notes.append(f"{found[1]:,} grey pictures turned to RGB")
    if len(bits) > 1:
        notes.append(f"{bits[8]:,} 8-bit pictures turned to 16 bits")
    if alpha := sum(h.alpha for h in headers):
        notes.append(f"{alpha:,} with transparency, put over white")
    if animated := sum(h.animated for h in headers):
        notes.append(f"{animated:,} animated, of which the first frame is used")
    return notes


def name_sizes(sizes: Counter[tuple[int, int]]) -> str:
    """Sizes with their counts, the most frequent first, at most five."""
    shown = ", ".join(f"{n:,} of {h}x{w}" for (h, w), n in sizes.most_common(5))
    return shown + (f" and {len(sizes) - 5:,} more sizes" if len(sizes) > 5 else "")


def propose_size(sizes: Counter[tuple[int, int]]) -> str:
    """A size for pictures of many: the largest power of two that enlarges at most a tenth of them."""
    edges = sorted(min(size) for size, n in sizes.items() for _ in range(n))
    edge = max(8, 1 << (edges[len(edges) // 10].bit_length() - 1))
    return (
        f"Resize them with --size {min(edge, 1024)} (or --size HEIGHTxWIDTH); they are cut around the centre, "
        "not distorted."
    )
