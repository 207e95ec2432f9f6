"""What the names in a row of metrics mean, whatever the game.

A row is ``{"step": 100, "D/adversarial": 1.2, "D/D(x)": 0.7, "held_out/D(x)": 0.6, "D/gradient": 0.3}``.
Its keys are ``player/name``, and every player has a ``gradient``. What a player reports and is nothing else is a term
that it paid.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

from sparring.report.numbers import finite

Row = Mapping[str, Any]
Kind = Literal["count", "paid", "probability", "logit", "value", "accuracy", "gradient", "measured"]

COUNTS = frozenset({"step", "images", "seconds", "epoch", "images_per_second", "time", "moves", "memory"})
HELD_OUT = "held_out"


class Name(NamedTuple):
    """One key of a row, understood.

    Args:
        key: As it stands in the row.
        player: Who reports it; empty for what belongs to no player.
        name: The key without the player.
        kind: Which curve it joins.
    """

    key: str
    player: str
    name: str
    kind: Kind

    @property
    def held_out(self) -> bool:
        """Whether it was measured on pictures that training never sees."""
        return self.player == HELD_OUT


def understand(keys: Iterable[str]) -> list[Name]:
    """Every key with its meaning, in the order given."""
    split = [(key, *_split(key)) for key in dict.fromkeys(keys)]
    players = {"D", "G"} | {player for _, player, name in split if name == "gradient" or name.startswith("adversarial")}
    return [Name(key, player, name, _kind(player, name, players)) for key, player, name in split]


def losses(row: Row) -> dict[str, float]:
    """What each player pays in all: the sum of its terms."""
    total: dict[str, float] = {}
    for key, player, _, kind in understand(row):
        value = finite(row[key])
        if kind == "paid" and value is not None:
            total[player] = total.get(player, 0.0) + value
    return total


def _split(key: str) -> tuple[str, str]:
    player, slash, name = key.partition("/")
    return (player, name) if slash else ("", key)


def _kind(player: str, name: str, players: set[str]) -> Kind:
    if name in COUNTS or re.fullmatch(r"(lr|.*rate|.*seconds)", name):
        return "count"
    if re.fullmatch(r"D\w*\(.*\)", name):
        return "probability"
    if re.fullmatch(r"logits?\w*\(.*\)", name):
        return "logit"
    if name == "V":
        return "value"
    if name.endswith("accuracy"):
        return "accuracy"
    if name == "gradient":
        return "gradient"
    return "paid" if player in players else "measured"
