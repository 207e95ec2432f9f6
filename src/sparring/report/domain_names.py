"""What the two domains of a translating run are called where a person reads: after their sources, ``photos`` and ``drawings``."""

import re
from collections.abc import Mapping, Sequence

from rich.cells import cell_len

from sparring.report.curves import Panel

LONGEST = 18
"""Columns of a name: two of them, an arrow and what lies side by side fit above a strip."""
DIRECTION, DOMAIN = re.compile(r"(?<!\w)(\w+)_([xy])([xy])(?!\w)"), re.compile(r"(?<!\w)(\w{2,})_([xy])(?!\w)")
"""Terms such as ``adversarial_xy`` and ``adversarial_y``; a formula such as ``D_y(y)`` stays as it is."""

Names = Mapping[str, str]


def domain_names(names: Sequence[str]) -> dict[str, str]:
    """Names by domain: ``{"x": "photos", "y": "drawings"}``; x and y themselves where names cannot tell the domains apart.

    Args:
        names: Of the pictures of x and of y. With any other number of names there is nothing to call: an empty result.
    """
    if len(names) != 2:
        return {}
    low = [name.casefold() for name in names]
    good = all(name.strip() == name and name.isprintable() and 0 < cell_len(name) <= LONGEST for name in names)
    if not good or low[0] == low[1] or {"x", "y"} & set(low):
        return {"x": "x", "y": "y"}
    return dict(zip("xy", names, strict=True))


def are_named(names: Names) -> bool:
    """Whether domains are called by other names than x and y."""
    return any(name != domain for domain, name in names.items())


def direction(names: Names, way: str) -> str:
    """``photos → drawings``, of ``x_to_y``; what a game of one's own adds to the name stays.

    Args:
        names: As `domain_names` gives them.
        way: The name of a map.
    """
    words = way.replace("_to_", " → ").replace("_", " ").split(" ")
    return " ".join(names.get(word, word) for word in words)


def with_names(panels: Sequence[Panel], names: Names) -> list[Panel]:
    """Panels whose legends say ``adversarial photos → drawings`` in place of ``adversarial_xy``."""
    if not are_named(names):
        return list(panels)
    return [
        p._replace(curves=[c._replace(label=_called(c.label, names), of=_called(c.of, names)) for c in p.curves])
        for p in panels
    ]


def _called(label: str, names: Names) -> str:
    told = DIRECTION.sub(lambda m: f"{m[1]} {names[m[2]]} → {names[m[3]]}", label) if "(" not in label else label
    return DOMAIN.sub(lambda m: f"{m[1]} {names[m[2]]}", told) if "(" not in label else told
