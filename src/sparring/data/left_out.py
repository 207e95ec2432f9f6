"""Files that are left out: bad ones with the reason, others by their kind; counted, named and told in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sparring.data import heic
from sparring.data.entries import printable
from sparring.data.phrase import Phrase, said
from sparring.errors import DataError
from sparring.words import mark, tr, trn

MOST_BAD = 0.01
NAMED = 50
KINDS = {
    "(hidden)": mark("{n:,} hidden"),
    "(none)": mark("{n:,} without a suffix"),
    "(no file)": mark("{n:,} that are not regular files"),
}


class Skipped:
    """Files that should be pictures and are left out, with reasons.

    Args:
        unseen: Name and reason of those that were not even looked at: links to nothing, names out of a zip.
    """

    def __init__(self, unseen: list[tuple[str, Phrase]]) -> None:
        self.unseen = unseen
        self.bad: list[tuple[str, Phrase]] = []

    def add(self, name: str, why: Phrase) -> None:
        """Note a bad file."""
        self.bad.append((printable(name), why))

    def as_dict(self) -> dict[str, Any]:
        """JSON: how many, how many of them bad, and each with its reason, a phrase; the bad ones first."""
        every = self.bad + self.unseen
        files = [{"file": name, "reason": why} for name, why in every]
        return {"count": len(every), "bad": len(self.bad), "files": files}


def refuse_bad(found: Mapping[str, Any]) -> None:
    """Stop if too much is bad.

    Args:
        found: What is known of a folder or a zip: source, files, skipped.

    Raises:
        DataError: If bad files are more than 1 % of all; names them with the reasons.
    """
    bad = found["skipped"]["bad"]
    if bad > MOST_BAD * found["files"]:
        named = [(entry["file"], entry["reason"]) for entry in found["skipped"]["files"][:bad]]
        text = mark("{bad:,} of {files:,} files in {source} cannot be read, more than 1 %:")
        advice = tr("Repair or remove them, or pass --skip-bad (in Python skip_bad=True) to train without them.")
        start = tr(text, bad=bad, files=found["files"], source=found["source"])
        raise DataError(start + listed(named) + "\n" + advice)


def listed(bad: Sequence[tuple[str, Phrase]]) -> str:
    """Names and reasons, a line each, at most 50."""
    lines = [f"{name}: {said(why)}" for name, why in bad[:NAMED]]
    if (more := len(bad) - NAMED) > 0:
        lines.append(tr("and {more:,} more; `sparring data check --json` names all", more=more))
    return "".join(f"\n  {line}" for line in lines)


def ignored_in_words(ignored: Mapping[str, int]) -> list[str]:
    """What of a folder is left out because of its kind, in a sentence or two; HEIC with what to do.

    Args:
        ignored: How many files of each suffix.
    """
    photos = sum(n for suffix, n in ignored.items() if suffix in heic.SUFFIXES)
    others = Counter({suffix: n for suffix, n in ignored.items() if suffix not in heic.SUFFIXES})
    lines = [heic.in_words(photos)] if photos else []
    if total := others.total():
        kinds = ", ".join(
            tr(KINDS[suffix], n=n) if suffix in KINDS else tr("{n:,} {suffix}", n=n, suffix=suffix)
            for suffix, n in others.most_common()
        )
        one = mark("{n:,} file is not a picture and was left out: {kinds}")
        lines.append(trn(one, "{n:,} files are not pictures and were left out: {kinds}", total, kinds=kinds))
    return lines


def some(names: list[str], most: int) -> str:
    """The first of many names, and how many more there are: ``a, b and 3 others``."""
    first, left = ", ".join(names[:most]), len(names) - most
    return trn("{names} and {n:,} other", "{names} and {n:,} others", left, names=first) if left > 0 else first
