"""What a person reads, in English or Korean.

The English text stands where it is said and is the key of its translation, as with gettext: ``tr("{n:,} images left out", n=3)``.
The translations are dictionaries in `sparring.words.korean`, one for each room; a test holds them complete. Python calls speak
English until `use_language` says otherwise; the command line speaks what ``--language`` or the system's locale says.
"""

import importlib
import locale
import os
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Literal, get_args

from sparring.errors import CommandError
from sparring.words.particles import joined

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
VARIABLES = ("SPARRING_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Environment variables that name a language, the first that is set decides."""

_spoken: Language = "en"
_asked: ContextVar[Language | None] = ContextVar("asked", default=None)


def language() -> Language:
    """The language that is spoken now."""
    return _asked.get() or _spoken


@contextmanager
def speaking(wish: Language) -> Iterator[None]:
    """Speak a language inside, in this thread or task alone: a server answers each in theirs."""
    before = _asked.set(wish)
    try:
        yield
    finally:
        _asked.reset(before)


def use_language(wish: str) -> None:
    """Speak English (``en``) or Korean (``ko``) from here on, in this process.

    Raises:
        CommandError: If it is neither.
    """
    global _spoken
    if wish not in LANGUAGES:
        raise CommandError(tr("language is {wish!r}; use en or ko", wish=wish))
    _spoken = wish


def language_of_system() -> Language:
    """Korean where the environment or the system's locale says so, else English."""
    told = next((os.environ[name] for name in VARIABLES if os.environ.get(name)), None)
    if told is None:
        told = locale.getlocale()[0] or ""
    return "ko" if told.lower().startswith("ko") else "en"


def tr(text: str, /, **values: Any) -> str:
    """A text in the language that is spoken, with its values filled in as `str.format` does.

    Args:
        text: English, a literal: what varies is in braces, and a brace itself is doubled. What has no translation stays English.
        values: By name.
    """
    if language() == "en":
        return text.format(**values)
    return joined(translations().get(text, text).format(**values))


def trn(one: str, many: str, n: int, /, **values: Any) -> str:
    """`tr` of ``one`` for a single thing, else of ``many``; both are given ``n``. Korean has no plural: ``many`` is its key."""
    return tr(one if n == 1 and language() == "en" else many, n=n, **values)


def mark(text: str, /) -> str:
    """The text as it is, to be translated where it is said: for constants."""
    return text


@cache
def translations() -> dict[str, str]:
    """All translations: English to Korean."""
    from sparring.words import korean as rooms

    found: dict[str, str] = {}
    for module in pkgutil.iter_modules(rooms.__path__):
        found |= importlib.import_module(f"{rooms.__name__}.{module.name}").TEXTS
    return found
