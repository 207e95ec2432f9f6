"""The domains of a run: one set of pictures, or two to translate between. Where they come from and what they are called."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from sparring.data.download import Progress
from sparring.data.left_out import ignored_in_words
from sparring.data.named import NAMES
from sparring.data.open import open_pictures
from sparring.data.partners import Arrangement, check_arrangement, holds_pairs, open_partners
from sparring.data.pictures import Pictures
from sparring.data.resize import Fit
from sparring.data.spec import UNLABELLED
from sparring.data.streams import Domains
from sparring.engine.backend import Backend
from sparring.engine.draw import DOMAINS
from sparring.errors import CommandError, DataError
from sparring.games import Batch
from sparring.recipes import Recipe
from sparring.settings import domains_of, is_paired, name_of
from sparring.words import mark, tr

STRIPS, WATCHED, TRANSLATED_PIXELS = 24, 256, 1 << 16
"""Held-out pictures: of a translation, of samples; and the pixels of one domain's that are translated at most."""
DEFAULTS: dict[int, tuple[str, ...]] = {1: ("fashion",), 2: ("emoji-modern-a", "emoji-flat-b")}
"""What is trained on if nobody says: by the number of domains."""
PAIRED = ("emoji-modern-pairs", "emoji-flat-pairs")
"""The same for a recipe that learns from pairs."""


def arrangement_for(recipe: Recipe, pairs: str | None) -> Arrangement | None:
    """How the pairs of a recipe lie; None for a recipe that does not learn from pairs.

    Raises:
        CommandError: If there is no such arrangement, or the recipe needs no pairs.
    """
    if is_paired(recipe):
        return check_arrangement(pairs)
    if pairs is not None:
        raise CommandError(tr("{name} does not learn from pairs; --pairs is for recipes that do", name=name_of(recipe)))
    return None


def sources_for(
    recipe: Recipe, data: Any = None, data_y: Any = None, pairs: Arrangement | None = None
) -> tuple[Any, ...]:
    """Where the pictures of each domain come from: what was given, or the embedded ones.

    Args:
        recipe: What is trained.
        data: What was given for x.
        data_y: For y.
        pairs: How the pairs lie, if there are any: one source may then hold both domains, and is given back twice.

    Raises:
        CommandError: If a recipe of one domain is given two, or one of two only one.
    """
    wanted = domains_of(recipe)
    if wanted not in DEFAULTS:
        raise CommandError(
            tr("{name} needs {n} sets of pictures; one or two can be given", name=name_of(recipe), n=wanted)
        )
    given = tuple(source for source in (data, data_y) if source is not None)
    if not given:
        return DEFAULTS[wanted] if pairs is None else PAIRED
    whole = data is not None and (data_y is None or _place(data) == _place(data_y))
    if pairs is not None and whole and (pairs != "files" or holds_pairs(data)):
        return data, data
    if pairs not in (None, "files"):
        raise CommandError(
            tr("with --pairs {pairs} both pictures of a pair are in --data; leave --data-y out", pairs=pairs)
        )
    if wanted == 1 and data_y is not None:
        raise CommandError(
            tr("{name} learns one set of pictures; --data-y is for recipes that translate", name=name_of(recipe))
        )
    if len(given) != wanted:
        missing = "--data-y" if data_y is None else "--data"
        raise CommandError(
            tr(
                "{name} translates between two sets of pictures, and {missing} is missing: give both, --data X --data-y Y, "
                "or neither for the embedded emoji",
                name=name_of(recipe),
                missing=missing,
            )
        )
    if wanted == 2 and _place(given[0]) == _place(given[1]):
        raise CommandError(
            tr(
                "--data and --data-y are both {source}: there is nothing to translate. Give a different --data-y",
                source=source_text(given[0]),
            )
        )
    return given


def _place(source: Any) -> object:
    """What two sources have in common if they are the same: a set's name, a path however it is written, the object."""
    if not isinstance(source, str | Path):
        return id(source)
    return str(source) if str(source) in NAMES else os.path.realpath(os.path.expanduser(source))


def open_domains(
    sources: tuple[Any, ...],
    size: tuple[int, int] | None,
    progress: Progress | None = None,
    *,
    fit: Fit = "cover",
    skip_bad: bool = False,
    pairs: Arrangement | None = None,
) -> Domains:
    """Open the pictures of every domain; if they are pairs, so that picture i of one belongs to picture i of the other.

    Raises:
        DataError: If they cannot be used, or two domains are the same pictures.
    """
    domains: Domains
    if pairs is not None:
        domains = open_partners(sources, size, pairs, fit=fit, skip_bad=skip_bad, progress=progress)
    else:
        domains = tuple(open_pictures(s, size, fit=fit, skip_bad=skip_bad, progress=progress) for s in sources)
    if translates(domains) and len({pictures.digest() for pictures in domains}) < len(domains):
        raise DataError(
            tr(
                "{x} and {y} are the same pictures: there is nothing to translate. Give a different --data-y",
                x=domains[0].name,
                y=domains[1].name,
            )
        )
    return domains


def moved(sources: tuple[Any, ...], places: Sequence[Any]) -> tuple[Any, ...]:
    """Sources, those that have moved at their new places; one that holds both domains moves as one.

    Args:
        sources: As they were.
        places: New ones in the same order, None for what has not moved; there may be fewer or more of them.
    """
    known = (*places, *[None] * len(sources))[: len(sources)]
    if len(sources) > 1 and sources[0] == sources[1] and known[1] is None:
        known = (known[0], known[0])
    return tuple(old if new is None else new for old, new in zip(sources, known, strict=True))


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


def notes(domains: Domains, folder: Path) -> list[str]:
    """What a person should know of the data once: what was done to it, what was left out, and where to see the rest.

    Args:
        domains: The pictures of the run.
        folder: Of the run, for the place of ``reals.png``.
    """
    lines: list[str] = []
    for pictures in domains:
        found, skipped = pictures.found, _skipped(pictures)
        count = tr(
            "{n:,} of {files:,} files could not be read and were left out; log.txt names them",
            n=len(skipped),
            files=found.get("files", 0),
        )
        told = [*found.get("notes", []), *ignored_in_words(found.get("ignored", {})), *([count] if skipped else [])]
        lines += [f"{pictures.name}: {line}" for line in told] if translates(domains) else told
    places = ", ".join(str(folder / f"{name}.png") for name in named("reals", domains))
    return [*lines, tr("pictures as training sees them: {places}", places=places)]


def left_out(domains: Domains) -> list[str]:
    """For the log: every file that was left out because it cannot be read, and why."""
    entries = [entry for p in domains for entry in _skipped(p)]
    return [tr("left out {file}: {reason}", file=entry["file"], reason=entry["reason"]) for entry in entries]


def _skipped(pictures: Pictures) -> list[dict[str, str]]:
    found: list[dict[str, str]] = pictures.found.get("skipped", {}).get("files", [])
    return found


def in_words(domains: Domains, held_out: Domains) -> str:
    """``fashion: 9,000 of 28 x 28 x 1, 50 with a label, 1,000 held out``; both domains one after the other."""
    found = []
    for p, n in zip(domains, counts(domains, held_out), strict=True):
        shape = {"height": p.spec.height, "width": p.spec.width, "channels": p.spec.channels}
        labels = 0 if p.labels is None else int((p.labels != UNLABELLED).sum())
        text = mark("{name}: {n:,} of {height} x {width} x {channels}, {held_out:,} held out")
        if 0 < labels < len(p):
            text = mark(
                "{name}: {n:,} of {height} x {width} x {channels}, {labels:,} with a label, {held_out:,} held out"
            )
        found.append(tr(text, name=p.name, n=len(p), **shape, labels=labels, held_out=n))
    return "; ".join(found)


def counts(domains: Domains, held_out: Domains) -> list[int]:
    """How many pictures of each domain are held out; 0 if nothing is."""
    return [len(pictures) for pictures in held_out] or [0] * len(domains)


def source_text(source: Any) -> str:
    """What a configuration says of a source."""
    return str(source) if isinstance(source, str | Path) else f"<{type(source).__name__} in memory>"


def named(word: str, domains: Domains) -> list[str]:
    """``reals``; or of several domains ``reals-x`` and ``reals-y``."""
    return [f"{word}-{name}" for name, _ in zip(DOMAINS, domains, strict=False)] if translates(domains) else [word]


def held_out_batch(domains: Domains, backend: Backend) -> Batch | None:
    """Held-out pictures to watch and to draw, on the device: with labels; or of both domains, fewer the larger they are."""
    if not domains:
        return None
    if translates(domains):
        return backend.placed(Batch(*(_few(pictures) for pictures in domains)))
    return backend.placed(Batch(*domains[0].batch(torch.arange(min(WATCHED, len(domains[0]))))))


def _few(pictures: Pictures) -> torch.Tensor:
    most = max(2, TRANSLATED_PIXELS // (pictures.spec.height * pictures.spec.width))
    return pictures.batch(torch.arange(min(STRIPS, most, len(pictures))))[0]
