"""Phrases: what is said of data as it is kept, in no language yet: a text of the catalogue and its values, as JSON.

The cache keeps what was found while decoding. It may be read by somebody who speaks another language, so the words are
chosen when they are shown.
"""

from typing import Any

from sparring.words import tr, trn
from sparring.words.system import REASONS

Phrase = str | dict[str, Any]
"""A text with its values, or the words of a library or of the system as they are."""


def phrase(text: str, /, **values: Any) -> Phrase:
    """A text that `said` will say.

    Args:
        text: English, marked: the key of its translation.
        values: JSON, by name (``text`` and ``one`` are taken); phrases among them are said too.
    """
    return {"text": text, **values}


def phrases(one: str, many: str, n: int, /, **values: Any) -> Phrase:
    """A text in the singular or the plural; both are given ``n``."""
    return {"text": many, "one": one, "n": n, **values}


def said(kept: Phrase) -> str:
    """A phrase in the language that is spoken.

    Raises:
        KeyError, ValueError, TypeError: If it is none.
    """
    if isinstance(kept, str):
        return kept
    values: dict[str, Any] = {name: said(v) if isinstance(v, dict) else v for name, v in kept.items()}
    text, one = values.pop("text"), values.pop("one", None)
    return tr(text, **values) if one is None else trn(one, text, values.pop("n"), **values)


def of_system(error: OSError) -> Phrase:
    """`sparring.words.system.why` as a phrase."""
    return phrase(REASONS[error.errno]) if error.errno in REASONS else error.strerror or str(error)
