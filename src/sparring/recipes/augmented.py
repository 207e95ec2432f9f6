"""Augmentation as recipes offer it: by name, or chosen by how often each picture is seen."""

from typing import NamedTuple

from torch import nn

from sparring.data.spec import Spec
from sparring.engine.schedules import Law, Schedule
from sparring.games import AdversarialLoss, Augment
from sparring.games.view import unchanged
from sparring.networks.adaptive import Adaptive
from sparring.networks.augment import Augmentation, adaptive_set, diffaugment
from sparring.recipes.kinds import AugmentName
from sparring.words import mark, tr

LEAST = 600
"""Passes of a run from which ``auto`` augments, from the start.

Measured with `benchmarks/small_data.py`: `dcgan` (--features 16 --batch-size 32) on 32 px emoji, 64,000 images, 3 seeds; kernel
distance to designs held out in units of .001, medians, without and with it. 640 passes over 100 pictures: 5.0 and 3.3,
better on each seed; without it the least is after 320 passes (3.0), and it grows then. 128 passes over 500: 1.1 and 3.2; 32 passes
over 2,000: 1.7 and 3.6. Between 130 and 600 passes nothing is measured, and nothing is augmented.
"""


class Augmented(NamedTuple):
    """What a recipe puts where.

    Args:
        augment: For the game.
        law: Of its p; None if the augmentation itself decides.
        chosen: For the experiment: what ``auto`` came to, and why.
    """

    augment: Augment
    law: Law | None
    chosen: dict[str, str]

    def schedules(self, game: nn.Module) -> tuple[Schedule, ...]:
        """For the experiment, beside its others."""
        if self.law is None:
            return ()
        augment = game.get_submodule("augment")
        assert isinstance(augment, Augmentation)
        return (Schedule(self.law, augment.put),)


def augmented(name: AugmentName, spec: Spec, images: int, loss: AdversarialLoss, shared: bool = False) -> Augmented:
    """The augmentation of a recipe's game.

    ``auto`` is DiffAugment for pictures that are seen so often that D would know them by heart.

    Args:
        name: As the user says it.
        spec: Of the pictures that D sees.
        images: Length of the run, in images, if the user says nothing.
        loss: Of the game; under one that compares pairs, ADA reads D's logits against those of the fakes.
        shared: Whether real and fake of a pair go through the same draw.
    """
    if name == "ada":
        return Augmented(Adaptive(adaptive_set(), relative=loss.paired, shared=shared), None, {})
    if name == "diffaugment":
        return Augmented(diffaugment(shared=shared), None, {})
    if name == "none":
        return Augmented(unchanged, None, {})
    times = images / max(1, spec.count)
    if not spec.count or times < LEAST:
        text = mark(
            "auto: off, since each picture is seen {times:,.0f} times; it is for runs of {least:,} passes and more"
        )
        return Augmented(unchanged, None, {"augment": tr(text, times=times, least=LEAST)})
    text = mark("auto: on, since {count:,} pictures are seen {times:,.0f} times each")
    return Augmented(diffaugment(shared=shared), None, {"augment": tr(text, count=spec.count, times=times)})
