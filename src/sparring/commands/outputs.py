"""Where commands write: names that say what is in a file, and nothing that is there already is written over."""

import itertools
import re
from pathlib import Path

from sparring.errors import CommandError
from sparring.words import tr

LONGEST = 40  # letters of one part of a name


def named(parts: list[str], suffix: str = "") -> Path:
    """A free name in the current folder: ``0001-gan-fashion-step1700-seed0.png``, or with ``-2`` if that is taken.

    Args:
        parts: What tells this file from others; what does not go into a name becomes a dash.
        suffix: ``.png``, or nothing for a folder.
    """
    words = (re.sub(r"[^\w.]+", "-", part).strip("-.")[:LONGEST] for part in parts[1:])
    stem = "-".join([parts[0].strip("./\\ ") or "run", *(word for word in words if word)])
    numbered = (f"{stem}-{n}{suffix}" for n in itertools.count(2))
    return next(Path(name) for name in itertools.chain([stem + suffix], numbered) if not Path(name).exists())


def file_for(out: Path | None, parts: list[str], suffix: str) -> Path:
    """The file to write: the one that was asked for, else a free name, in the folder that was asked for if it is one.

    Args:
        out: As given with ``--out``.
        parts: As `named` takes them.
        suffix: Of what will be written.

    Raises:
        CommandError: If it would not be what its name says, is there already, or its folder is not.
    """
    if out is None:
        return named(parts, suffix)
    if out.suffix.lower() != suffix:
        kind = suffix.removeprefix(".").upper()
        raise CommandError(
            tr(
                "--out is {out!r}, and a {kind} would be written; give a name that ends in {suffix}",
                out=str(out),
                kind=kind,
                suffix=suffix,
            )
        )
    if out.exists():
        raise CommandError(tr("--out is {out!r}, which is there already; give another name", out=str(out)))
    if not out.parent.is_dir():
        raise CommandError(tr("--out is {out!r}, but there is no folder {folder}", out=str(out), folder=out.parent))
    return out


def folder_for(out: Path | None, parts: list[str], suffix: str) -> Path:
    """The folder to write files of one kind to; one that was asked for may exist, but may hold none of these files yet.

    Args:
        out: As given with ``--out``.
        parts: As `named` takes them.
        suffix: Of the files.

    Raises:
        CommandError: If it is a file or named like one, or holds such files already.
    """
    if out is None:
        return named(parts)
    if re.fullmatch(r"\.[a-z]\w{1,4}", out.suffix.lower()) and not out.is_dir():
        raise CommandError(
            tr(
                "--out is {out!r}, and single {suffix} files would be written; give a folder",
                out=str(out),
                suffix=suffix,
            )
        )
    if out.exists() and not out.is_dir():
        raise CommandError(tr("--out is {out!r}, which is a file; give a folder", out=str(out)))
    if out.is_dir() and any(path.suffix.lower() == suffix for path in out.iterdir()):
        raise CommandError(
            tr(
                "--out is {out!r}, which holds {suffix} files already; give another folder",
                out=str(out),
                suffix=suffix,
            )
        )
    return out
