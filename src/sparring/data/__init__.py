"""Pictures: opened from anything, decoded once, drawn in a seeded order. `sparring.data.check` looks at them first."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sparring.data.embedded_sets import EmojiPairs, emoji_pairs
    from sparring.data.named import NAMES
    from sparring.data.open import open_pictures
    from sparring.data.pictures import Pictures
    from sparring.data.sampler import indices, shard
    from sparring.data.spec import Spec
    from sparring.data.values import from_unit, to_unit

__all__ = [
    "NAMES",
    "EmojiPairs",
    "Pictures",
    "Spec",
    "emoji_pairs",
    "from_unit",
    "indices",
    "open_pictures",
    "shard",
    "to_unit",
]

HOMES = {
    "NAMES": "named",
    "EmojiPairs": "embedded_sets",
    "Pictures": "pictures",
    "Spec": "spec",
    "emoji_pairs": "embedded_sets",
    "from_unit": "values",
    "indices": "sampler",
    "open_pictures": "open",
    "shard": "sampler",
    "to_unit": "values",
}


def __getattr__(name: str) -> Any:
    if name in HOMES:
        return getattr(import_module(f"sparring.data.{HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
