"""The class that a person means: its number, or its name."""

import operator
from collections.abc import Sequence

from sparring.errors import CommandError
from sparring.settings import did_you_mean

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
        raise CommandError(f"label {label!r} was asked for, but this model was not told labels")
    known = f"; they are {', '.join(names[:SHOWN])}{', ...' if len(names) > SHOWN else ''}" if names else ""
    if isinstance(label, str) and (label in names or not label.isdecimal()):
        folded = [name.casefold() for name in names]
        if label in names or label.casefold() in folded:
            return list(names).index(label) if label in names else folded.index(label.casefold())
        near = {name.casefold(): name for name in names}
        hint = next(
            (f"; did you mean {near[f]!r}?" for f in near if repr(f) in did_you_mean(label.casefold(), near)), ""
        )
        raise CommandError(f"there is no class {label!r}{hint}{known or '; give its number'}")
    number = _whole(int(label) if isinstance(label, str) else label)
    if number is None:
        raise CommandError(f"label is {label!r}; give the number of a class, 0 to {classes - 1}, or its name{known}")
    if not 0 <= number < classes:
        raise CommandError(
            f"label {number} was asked for; labels are from 0 to {classes - 1}{known.replace('; they are', ':')}"
        )
    return number


def _whole(value: object) -> int | None:
    """The value if it is a whole number of any kind, else None."""
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, RuntimeError):
        return None
