"""What the page is made of, read once from the package: a request names a file of this list, and no path."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from sparring.studio.words import PAGE
from sparring.words import Language, translations

KINDS = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
}


def _read(folder: Traversable, under: str = "") -> dict[str, tuple[bytes, str]]:
    found: dict[str, tuple[bytes, str]] = {}
    for item in folder.iterdir():
        kind = KINDS.get(item.name.rpartition(".")[2])
        if item.is_dir():
            found |= _read(item, f"{under}{item.name}/")
        elif kind is not None:
            found[under + item.name] = item.read_bytes(), kind
    return found


FILES = _read(files("sparring.studio") / "static")
"""Content and type by name."""


def page_words(spoken: Language) -> dict[str, str]:
    """Every text of the page in a language, by its English."""
    known = translations() if spoken == "ko" else {}
    return {text: known.get(text, text) for text in PAGE}
