"""How far a run is: what is judged when."""

from sparring.doctor.signals import History, Look

EARLY, FEWEST = 0.06, 100
"""Part of the recipe's own length, and steps, before which samples that are all alike are no collapse: those of new weights
always are. Measured on clothes: 2 % of the real diversity with new weights, 90 % after 180 steps of ``dcgan``; of ``gan`` 3 to 9 %
until step 1,800 (4 % of its length), 45 % at 2,100 and 93 % at 4,300."""
SETTLED = 0.3
"""Part of the recipe's length after which samples should hold all kinds, D should not be fooled, and shares should not swing."""


def begun(history: History) -> bool:
    """Whether the run is beyond its beginning."""
    return history.now.step >= FEWEST and history.now.images >= EARLY * history.length


def settled(history: History) -> bool:
    """Whether the run is far enough that what is still missing, or moves, is no mere beginning."""
    return history.now.step >= FEWEST and history.now.images >= SETTLED * history.length


def late(history: History) -> list[Look]:
    """The looks of a run that is settled, those before left out."""
    return [look for look in history.looks if look.images >= SETTLED * history.length] if settled(history) else []
