"""The class that a person means: its number, or its name."""

import operator
from collections.abc import Sequence
from difflib import get_close_matches

from sparring.errors import CommandError
from sparring.words import mark, tr

SHOWN = 12


def class_number(label: object, classes: int, names: Sequence[str]) -> int:
    """A label as a number from 0.

    Args:
        label: A whole number, or one of the names, in any case of its letters; a name goes before a number in quotes.
        classes: How many there are; 0 for a model without labels.
        names: Of the classes; none if they are not known.

    Raises:
        CommandError: If there is no such class.
    """
    if not classes:
        raise CommandError(
            tr("label is {label!r}, but this model is unconditional (train with --conditional)", label=label)
        )
    known = ", ".join([*names[:SHOWN], *(["..."] if len(names) > SHOWN else [])])
    if isinstance(label, str) and (label in names or not label.isdecimal()):
        folded = [name.casefold() for name in names]
        if label in names or label.casefold() in folded:
            return list(names).index(label) if label in names else folded.index(label.casefold())
        if not names:
            raise CommandError(tr("there is no class {label!r}; give its number", label=label))
        if near := get_close_matches(label.casefold(), folded, n=1, cutoff=0.5):
            raise CommandError(
                tr(
                    "there is no class {label!r}; did you mean {near!r}? The classes are {known}",
                    label=label,
                    near=names[folded.index(near[0])],
                    known=known,
                )
            )
        raise CommandError(tr("there is no class {label!r}; the classes are {known}", label=label, known=known))
    number = _whole(int(label) if isinstance(label, str) else label)
    if number is None or not 0 <= number < classes:
        text = mark("label is {label!r}; give the number of a class, from 0 to {last}")
        if names:
            text = mark("label is {label!r}; give the number of a class, from 0 to {last}, or its name: {known}")
        raise CommandError(tr(text, label=label if number is None else number, last=classes - 1, known=known))
    return number


def _whole(value: object) -> int | None:
    """The value if it is a whole number of any kind, else None."""
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, RuntimeError):
        return None
