"""What a row of metrics says: every key tells who reports it, of what kind it is, and its name.

A row is ``{"step": 100, "D/paid/adversarial": 1.2, "D/probability/D(x)": 0.7, "held_out/probability/D(x)": 0.6}``: its
keys are ``player/kind/name``, and the kind alone says what a number is, never its name. A key without a slash is a
count: it is not drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, get_args

from sparring.report.numbers import finite
from sparring.words import tr

Row = Mapping[str, Any]
Kind = Literal["paid", "probability", "logit", "value", "accuracy", "error", "gradient", "measured"]

KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
HELD_OUT = "held_out"


class Entry(NamedTuple):
    """One key of a row, read.

    Args:
        key: As it stands in the row.
        player: Who reports it, or ``held_out``.
        kind: Which curves it joins; what is of an unknown kind, or of none, is measured.
        name: The rest of the key.
    """

    key: str
    player: str
    kind: Kind
    name: str

    @property
    def held_out(self) -> bool:
        """Whether it was measured on pictures that training never sees."""
        return self.player == HELD_OUT


def read(keys: Iterable[str]) -> list[Entry]:
    """Every key that is no count, in the order given."""
    return [_entry(key) for key in dict.fromkeys(keys) if "/" in key]


def losses(row: Row) -> dict[str, float]:
    """What each player pays in all: the sum of its terms."""
    total: dict[str, float] = {}
    for entry in read(row):
        value = finite(row[entry.key])
        if entry.kind == "paid" and not entry.held_out and value is not None:
            total[entry.player] = total.get(entry.player, 0.0) + value
    return total


def twin(entry: Entry, among: Iterable[Entry]) -> Entry | None:
    """What a held-out entry is the held-out version of: the only one of its kind and name; None if it is not clear."""
    same = [e for e in among if (e.kind, e.name) == (entry.kind, entry.name) and not e.held_out]
    return same[0] if entry.held_out and len(same) == 1 else None


def labels(entries: Sequence[Entry]) -> list[str]:
    """What to call entries of one kind that stand together, each its own: the name, or the whole key if it is taken."""
    short = [_label(entry) for entry in entries]
    return [entry.key if short.count(label) > 1 else label for entry, label in zip(entries, short, strict=True)]


def _entry(key: str) -> Entry:
    player, *kind, name = key.split("/", 2)
    return Entry(key, player, KINDS.get("".join(kind), "measured"), name)


def _label(entry: Entry) -> str:
    if entry.held_out:
        return tr("{name} held out", name=entry.name)
    return entry.player if entry.kind == "gradient" else entry.name
