"""What a figure gives back: its files, its numbers, and five sentences on what there is to see."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sparring.report.letters import hangul
from sparring.theory.texts import Texts
from sparring.words import Language
from sparring.words import language as spoken


class Drawn(NamedTuple):
    """A figure.

    Args:
        name: As the command is called.
        title: Its heading.
        sentences: Five: what one sees, and which formula it answers.
        files: The picture first.
        numbers: All that is drawn, as JSON knows it.
    """

    name: str
    title: str
    sentences: list[str]
    files: list[Path]
    numbers: dict[str, Any]


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def begin(out: Path, language: Language | None) -> Texts:
    """All that can fail before anything is computed: the language, its letters, and the folder.

    Raises:
        CommandError: If the language is not known.
        OSError: If the folder cannot be made.
    """
    t = Texts(language or spoken())
    hangul()
    out.mkdir(parents=True, exist_ok=True)
    return t


def finish(t: Texts, name: str, files: list[str], numbers: Mapping[str, Any], **values: Any) -> Drawn:
    """A figure whose files are written.

    Args:
        t: The words.
        name: Of the figure.
        files: By path, the picture first.
        numbers: All that is drawn.
        values: What the sentences name.
    """
    return Drawn(name, t.plain(name), t.sentences(name, **values), [Path(f) for f in files], plain(numbers))


def plain(value: Any) -> Any:
    """Numbers as JSON knows them: seven digits, complex as pairs, what is not finite as None."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, complex):
        return [plain(value.real), plain(value.imag)]
    if isinstance(value, float):
        return float(f"{value:.7g}") if math.isfinite(value) else None
    return value
