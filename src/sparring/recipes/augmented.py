"""Augmentation as recipes offer it: by name, or chosen by how often each picture is seen."""

from typing import NamedTuple

from torch import nn

from sparring.data.spec import Spec
from sparring.engine.schedules import Law, Schedule, linear
from sparring.games import AdversarialLoss, Augment
from sparring.games.view import unchanged
from sparring.networks.adaptive import Adaptive
from sparring.networks.augment import Augmentation, adaptive_set, diffaugment
from sparring.recipes.kinds import AugmentName
from sparring.words import mark, tr

SEEN = 500
"""Times that each picture is seen before augmentation begins; at twice that it is whole. The doctor calls pictures few from there.

Earlier it costs. `dcgan` (--features 8 --batch-size 16) on 16 px emoji, one seed, without and with DiffAugment from the start,
kernel distance to designs held out: with 100 pictures .0068, .0074, .0063 and .0130, .0050, .0054 after 200, 400, 600 passes; with
500 pictures .0060, .0030, .0035 and .0153, .0042, .0094 after 40, 80, 120 passes. What it is worth later is published (DiffAugment:
CIFAR-10 from a tenth of the pictures, 1,000 passes) and not yet measured here: `benchmarks/small_data.py`.
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

    ``auto`` is DiffAugment for pictures that are seen so often that D would know them by heart. It begins when they have been: a
    run that is stopped early never meets it.

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
    if not spec.count or times <= SEEN:
        text = mark("auto: off, since each picture is seen {times:,.0f} times and it begins at {seen:,}")
        return Augmented(unchanged, None, {"augment": tr(text, times=times, seen=SEEN)})
    text = mark("auto: on after {seen:,} passes, since {count:,} pictures are seen {times:,.0f} times each")
    law = linear(0.0, 1.0, images=SEEN * spec.count, after=SEEN * spec.count)
    chosen = {"augment": tr(text, seen=SEEN, count=spec.count, times=times)}
    return Augmented(diffaugment(0.0, shared), law, chosen)
