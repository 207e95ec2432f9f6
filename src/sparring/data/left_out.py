"""Files that are left out: bad ones with the reason, others by their kind; counted, named and told in words."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sparring.data import heic
from sparring.data.entries import printable
from sparring.errors import DataError

MOST_BAD = 0.01
NAMED = 50
KINDS = {"(hidden)": "hidden", "(none)": "without a suffix", "(no file)": "that are no regular files"}


class Skipped:
    """Files that should be pictures and are left out, with reasons.

    Args:
        unseen: Name and reason of those that were not even looked at: links to nothing, names out of a zip.
    """

    def __init__(self, unseen: list[tuple[str, str]]) -> None:
        self.unseen = unseen
        self.bad: list[tuple[str, str]] = []

    def add(self, name: str, why: str) -> None:
        """Note a bad file."""
        self.bad.append((printable(name), why))

    def as_dict(self) -> dict[str, Any]:
        """JSON: how many, how many of them bad, and each with its reason, the bad ones first."""
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
        raise DataError(
            f"{bad:,} of {found['files']:,} files in {found['source']} cannot be read, more than 1 %:{listed(named)}\n"
            "Repair or remove them, or pass --skip-bad (in Python skip_bad=True) to train without them."
        )


def listed(bad: list[tuple[str, str]]) -> str:
    """Names and reasons, a line each, at most 50."""
    more = f"\n  and {len(bad) - NAMED:,} more; `sparring data check --json` names all" if len(bad) > NAMED else ""
    return "".join(f"\n  {name}: {why}" for name, why in bad[:NAMED]) + more


def ignored_in_words(ignored: Mapping[str, int]) -> list[str]:
    """What of a folder is left out because of its kind, in a sentence or two; HEIC with what to do.

    Args:
        ignored: How many files of each suffix.
    """
    photos = sum(n for suffix, n in ignored.items() if suffix in heic.SUFFIXES)
    others = Counter({suffix: n for suffix, n in ignored.items() if suffix not in heic.SUFFIXES})
    lines = [heic.in_words(photos)] if photos else []
    if total := others.total():
        kinds = ", ".join(f"{n:,} {KINDS.get(suffix, suffix)}" for suffix, n in others.most_common())
        are = "file is no picture and was" if total == 1 else "files are no pictures and were"
        lines.append(f"{total:,} {are} left out: {kinds}")
    return lines


def some(names: list[str], most: int) -> str:
    """The first of many names, and how many more there are: ``a, b and 3 others``."""
    left = len(names) - most
    return ", ".join(names[:most]) + (f" and {left:,} other{'' if left == 1 else 's'}" if left > 0 else "")
