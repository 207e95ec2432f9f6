"""Look at every header before decoding anything, and settle what all pictures will be."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from sparring.data.decode import read_header
from sparring.data.download import Progress
from sparring.data.entries import Entry, printable
from sparring.data.header import Header, Unreadable
from sparring.data.left_out import Skipped, some
from sparring.data.phrase import Phrase, phrase, phrases
from sparring.data.resize import Fit, resizing, same_shape
from sparring.errors import DataError
from sparring.words import mark, tr, trn

QUICK = 64
FAR = 16
"""Times the largest value of most pictures: one that reaches so much further makes all others nearly alike."""
Good = list[tuple[Entry, Header]]
"""Files with a usable header."""


@dataclass(frozen=True)
class Plan:
    """What all pictures will be.

    Args:
        size: Height and width.
        channels: 1, 3, or as many as a TIFF has.
        bits: 8, 16 or 32.
        how: How a picture is brought to the size.
        notes: What is done to get there, to be said.
    """

    size: tuple[int, int]
    channels: int
    bits: int
    how: Fit
    notes: tuple[Phrase, ...]


def read_headers(entries: list[Entry], skipped: Skipped, progress: Progress | None = None) -> Good:
    """The header of every file that has a usable one; the others are noted in ``skipped``."""
    good = []
    for i, entry in enumerate(entries, 1):
        try:
            good.append((entry, read_header(entry)))
        except Unreadable as error:
            skipped.add(entry.name, error.why)
        if progress and (i % 100 == 0 or i == len(entries)):
            progress(tr("reading headers"), i, len(entries))
    return good


def settle(good: Good, size: tuple[int, int] | None, channels: int | None, how: Fit = "cover") -> Plan:
    """Decide size, channels and bits for all.

    Args:
        good: Every usable picture, at least one.
        size: Height and width if a size was given.
        channels: 1 or 3 if given.
        how: How pictures are brought to the size.

    Raises:
        DataError: If the pictures do not go together; the message names the odd ones and proposes what to do.
    """
    headers = [header for _, header in good]
    sizes = Counter((h.height, h.width) for h in headers)
    check_together(good)
    if size is None and len(sizes) > 1:
        text = mark("The pictures have {n:,} different sizes: {sizes}. {advice}")
        raise DataError(tr(text, n=len(sizes), sizes=name_sizes(sizes), advice=propose_size(sizes)))
    size = size or next(iter(sizes))
    found, bits = Counter(h.channels for h in headers), Counter(h.bits for h in headers)
    notes = _notes(headers, size, found, bits, channels, how)
    return Plan(size, channels or max(found), max(bits), how, tuple(notes))


def check_together(good: Good) -> None:
    """Refuse pictures that no conversion brings together.

    Raises:
        DataError: If floats are among others, or numbers of channels differ other than as grey and colour do.
    """
    found, bits = Counter(h.channels for _, h in good), Counter(h.bits for _, h in good)
    if 32 in bits and len(bits) > 1:
        mixed = ", ".join(tr("{n:,} of {bits} bits", n=n, bits=b) for b, n in sorted(bits.items()))
        odd = _odd(good, [h.bits == 32 for _, h in good])
        text = mark("Float pictures cannot be mixed with others, their ranges differ: {mixed}. {odd}")
        raise DataError(tr(text, mixed=mixed, odd=odd))
    if set(found) - {1, 3} and len(found) > 1:
        mixed = ", ".join(tr("{n:,} of {channels}", n=n, channels=c) for c, n in sorted(found.items()))
        odd = _odd(good, [h.channels in (1, 3) for _, h in good])
        text = mark("The pictures have different numbers of channels: {mixed}. {odd}")
        raise DataError(tr(text, mixed=mixed, odd=odd))


def _odd(good: Good, kinds: list[bool]) -> str:
    """Of two kinds of pictures the names of the rarer, the first three, and what to do."""
    rarer = 2 * sum(kinds) < len(kinds)
    names = [printable(entry.name) for (entry, _), kind in zip(good, kinds, strict=True) if kind == rarer]
    return tr("Convert or remove {names}.", names=some(names, 3))


def _notes(
    headers: list[Header],
    size: tuple[int, int],
    found: Counter[int],
    bits: Counter[int],
    channels: int | None,
    how: Fit,
) -> list[Phrase]:
    notes = list[Phrase]()
    if other := [h for h in headers if (h.height, h.width) != size]:
        notes.append(resizing(len(other), sum(not same_shape(*h[:2], size) for h in other), size, how))
    if channels == 1 and found[3]:
        one = mark("{n:,} colour picture turned to grey")
        notes.append(phrases(one, mark("{n:,} colour pictures turned to grey"), found[3]))
    elif found[1] and (found[3] or channels == 3):
        one = mark("{n:,} grey picture turned to RGB")
        notes.append(phrases(one, mark("{n:,} grey pictures turned to RGB"), found[1]))
    if len(bits) > 1:
        one = mark("{n:,} 8-bit picture turned to 16 bits")
        notes.append(phrases(one, mark("{n:,} 8-bit pictures turned to 16 bits"), bits[8]))
    if alpha := sum(h.alpha for h in headers):
        notes.append(phrase(mark("{n:,} with transparency, put over white"), n=alpha))
    if animated := sum(h.animated for h in headers):
        notes.append(phrase(mark("{n:,} animated, of which the first frame is used"), n=animated))
    return notes


def other_ranges(largest: list[tuple[str, float]]) -> list[str]:
    """A warning, if a few float pictures hold far larger values than most: all share one range, from black to white.

    Args:
        largest: Name and largest absolute value of each float picture.
    """
    usual = float(np.median([value for _, value in largest])) if largest else 0.0
    odd = [name for name, value in largest if value > FAR * usual > 0]
    if not odd:
        return []
    told = trn(
        "{n:,} float picture holds values far beyond {usual:.3g}, beside which the others are nearly flat: {names}",
        "{n:,} float pictures hold values far beyond {usual:.3g}, beside which the others are nearly flat: {names}",
        len(odd),
        usual=usual,
        names=some(odd, 3),
    )
    return [told]


def name_sizes(sizes: Counter[tuple[int, int]]) -> str:
    """Sizes with their counts, the most frequent first, at most five."""
    return some([tr("{n:,} of {size}", n=n, size=f"{h}x{w}") for (h, w), n in sizes.most_common()], 5)


def propose_size(sizes: Counter[tuple[int, int]]) -> str:
    """A size for pictures of many: one this machine can train, and the largest that enlarges few of them."""
    edge = largest_sensible(sizes)
    if edge > QUICK and not has_accelerator():
        text = mark(
            "Resize them with --size {quick}, quick enough on this machine's CPU, or up to --size {edge}, which enlarges few; "
            "they are centre-cropped, never distorted (--fit top keeps the upper part of tall ones, --fit contain all of each)."
        )
        return tr(text, quick=QUICK, edge=edge)
    text = mark(
        "Resize them with --size {edge} (or --size HEIGHTxWIDTH); they are centre-cropped, never distorted (--fit top keeps "
        "the upper part of tall ones, --fit contain all of each)."
    )
    return tr(text, edge=edge)


def largest_sensible(sizes: Mapping[tuple[int, int], int]) -> int:
    """The largest power of two, at most 1024, that as a size enlarges at most a tenth of the pictures."""
    edges = sorted(min(size) for size, n in sizes.items() for _ in range(n))
    return min(1024, max(8, 1 << (edges[len(edges) // 10].bit_length() - 1)))


def has_accelerator() -> bool:
    """Whether this machine has more than a CPU to train on."""
    return torch.accelerator.is_available()
