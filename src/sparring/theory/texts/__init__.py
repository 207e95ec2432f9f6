"""Every word of the theory figures, in English and Korean: labels by key, and five sentences for each figure."""

import re
from typing import Any

from sparring.errors import CommandError
from sparring.theory.texts import algorithm, covering, distances, game, names, stability, translation
from sparring.words import LANGUAGES, tr

ROOMS = (names, game, algorithm, distances, stability, covering, translation)
TEXTS: dict[str, tuple[str, str]] = {key: both for room in ROOMS for key, both in room.TEXTS.items()}
SENTENCES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    name: both for room in ROOMS for name, both in room.SENTENCES.items()
}

ALONE = r"(?<![A-Za-z0-9_]){}(?![A-Za-z0-9_])"  # a Hangul syllable may follow at once
FORMULAS = {"χ²": r"$\chi^2$", "√3": r"$\sqrt{3}$"}
"""What the letters of a language may have no good form for."""
SYMBOL = re.compile(ALONE.format(r"(p|z|x|D|G|F|E|L)_(data|g|z|X|Y|cyc)"))


class Texts:
    """The words of one language.

    Args:
        language: ``en`` or ``ko``.

    Raises:
        CommandError: If the language is neither.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise CommandError(tr("language is {wish!r}; use en or ko", wish=language))
        self.language = language
        self._column = LANGUAGES.index(language)

    def __call__(self, key: str, **values: Any) -> str:
        """The text of that key with its values filled in and its symbols set as in print, for a picture."""
        return typeset(self.plain(key, **values))

    def plain(self, key: str, **values: Any) -> str:
        """The same for a terminal or a page: p_data stays p_data."""
        return TEXTS[key][self._column].format(**values)

    def name(self, key: str) -> str:
        """What a loss or a penalty is called; one that has no text goes by its name in the code."""
        return self(key) if key in TEXTS else key.replace("_", " ")

    def sentences(self, figure: str, **values: Any) -> list[str]:
        """What there is to see in a figure."""
        return [sentence.format(**values) for sentence in SENTENCES[figure][self._column]]


def typeset(text: str) -> str:
    """p_data and its like with the index below, as matplotlib's mathtext sets it; likewise `FORMULAS`."""

    def below(found: re.Match[str]) -> str:
        letter, index = found.groups()
        return f"${letter}_{index}$" if len(index) == 1 else f"${letter}_{{\\mathrm{{{index}}}}}$"

    for plain, formula in FORMULAS.items():
        text = text.replace(plain, formula)
    return SYMBOL.sub(below, text)
