"""A class by its name: ``--label Dress``."""

import contextlib
from pathlib import Path

from sparring.errors import CommandError, ModelError
from sparring.runs.folder import RunFolder
from sparring.settings import did_you_mean


def class_names(checkpoint: Path) -> list[str]:
    """The names of the classes of a run's pictures, in the order of their numbers; none for a checkpoint without its run.

    Args:
        checkpoint: The folder of the checkpoint.
    """
    with contextlib.suppress(ModelError):
        classes = RunFolder(checkpoint.resolve().parents[1]).data.get("classes")
        return list(classes) if isinstance(classes, dict) else []
    return []


def number_of_class(word: str, names: list[str]) -> int:
    """The number of a class, which may be given by name in any case, or by number.

    Args:
        word: As typed.
        names: As `class_names` gives them.

    Raises:
        CommandError: If there is no such class.
    """
    if word.casefold() in (known := [name.casefold() for name in names]):
        return known.index(word.casefold())
    try:
        number = int(word)
        if names and not 0 <= number < len(names):
            raise CommandError(f"--label is {number}; labels are from 0 to {len(names) - 1}: {', '.join(names)}")
        return number
    except ValueError:
        there = f"; the classes are {', '.join(names)}" if names else "; give the number of a class"
        near = did_you_mean(word.casefold(), known)
        hint = next((f"; did you mean {name!r}?" for name in names if repr(name.casefold()) in near), "")
        raise CommandError(f"--label is {word!r}{hint}{there}") from None
