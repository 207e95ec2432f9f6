"""The domains of a run: one set of pictures, or two to translate between. Where they come from and what they are called."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from sparring.data.download import Progress
from sparring.data.open import open_pictures
from sparring.data.pictures import Pictures
from sparring.data.streams import Domains
from sparring.engine.draw import DOMAINS
from sparring.errors import CommandError
from sparring.games import Batch
from sparring.recipes import Recipe
from sparring.settings import domains_of, name_of

STRIPS, WATCHED, TRANSLATED_PIXELS = 24, 256, 1 << 16
"""Held-out pictures: of a translation, of samples; and the pixels of one domain's that are translated at most."""
DEFAULTS: dict[int, tuple[str, ...]] = {1: ("fashion",), 2: ("emoji-modern-a", "emoji-flat-b")}
"""What is trained on if nobody says: by the number of domains."""


def sources_for(recipe: Recipe, data: Any = None, data_y: Any = None) -> tuple[Any, ...]:
    """Where the pictures of each domain come from: what was given, or the embedded ones.

    Raises:
        CommandError: If a recipe of one domain is given two, or one of two only one.
    """
    wanted = domains_of(recipe)
    if wanted not in DEFAULTS:
        raise CommandError(f"{name_of(recipe)} is about {wanted} sets of pictures; one or two can be given")
    given = tuple(source for source in (data, data_y) if source is not None)
    if not given:
        return DEFAULTS[wanted]
    if wanted == 1 and data_y is not None:
        raise CommandError(f"{name_of(recipe)} learns one set of pictures; --data-y is for recipes that translate")
    if len(given) != wanted:
        missing = "--data-y" if data_y is None else "--data"
        raise CommandError(
            f"{name_of(recipe)} translates between two sets of pictures, and {missing} is missing: give both, "
            "--data X --data-y Y, or neither for the embedded emoji"
        )
    return given


def open_domains(sources: tuple[Any, ...], size: tuple[int, int] | None, progress: Progress | None = None) -> Domains:
    """Open the pictures of every domain."""
    return tuple(open_pictures(source, size, progress=progress) for source in sources)


def translates(domains: Sequence[object]) -> bool:
    """Whether a run is about more than one set of pictures, and so turns one into the other."""
    return len(domains) > 1


def name_of_domains(domains: Domains) -> str:
    """``fashion``, or ``emoji-modern-a-to-emoji-flat-b``."""
    return "-to-".join(pictures.name for pictures in domains)


def digest_of_domains(domains: Domains) -> str:
    """SHA-256 of all pictures of all domains, in hexadecimal; of one domain its own."""
    digests = [pictures.digest() for pictures in domains]
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def described(domains: Domains) -> dict[str, Any]:
    """JSON: the description of the pictures, or of x and of y."""
    if not translates(domains):
        return domains[0].description()
    return {name: pictures.description() for name, pictures in zip(DOMAINS, domains, strict=False)}


def notes(domains: Domains) -> list[str]:
    """What a person should know of the data once: what was done to it, and which files were skipped and why."""
    return [line for pictures in domains for line in _noted(pictures.found)]


def _noted(found: Mapping[str, Any]) -> list[str]:
    skipped = found.get("skipped", {}).get("files", [])
    return [*found.get("notes", []), *(f"skipped {entry['file']}: {entry['reason']}" for entry in skipped)]


def in_words(domains: Domains, held_out: Domains) -> str:
    """``fashion: 9,000 of 28 x 28 x 1, 1,000 held out``; both domains one after the other."""
    return "; ".join(
        f"{p.name}: {len(p):,} of {p.spec.height} x {p.spec.width} x {p.spec.channels}, {len(h):,} held out"
        for p, h in zip(domains, held_out, strict=True)
    )


def source_text(source: Any) -> str:
    """What a configuration says of a source."""
    return str(source) if isinstance(source, str | Path) else f"<{type(source).__name__} in memory>"


def named(word: str, domains: Domains) -> list[str]:
    """``reals``; or of several domains ``reals-x`` and ``reals-y``."""
    return [f"{word}-{name}" for name, _ in zip(DOMAINS, domains, strict=False)] if translates(domains) else [word]


def held_out_batch(domains: Domains) -> Batch:
    """Held-out pictures to watch and to draw: with labels; or of both domains, fewer the larger they are."""
    if translates(domains):
        return Batch(*(_few(pictures) for pictures in domains))
    return Batch(*domains[0].batch(torch.arange(min(WATCHED, len(domains[0])))))


def _few(pictures: Pictures) -> torch.Tensor:
    most = max(2, TRANSLATED_PIXELS // (pictures.spec.height * pictures.spec.width))
    return pictures.batch(torch.arange(min(STRIPS, most, len(pictures))))[0]
