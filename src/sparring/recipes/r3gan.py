"""R3GAN: a relativistic loss, R1 and R2 and a plain residual network, at the paper's sizes and at a small one."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, cast

from sparring.data.spec import Spec
from sparring.engine.experiment import Experiment, Updates
from sparring.engine.schedules import Law, half_cosine, of_number, of_optimizer
from sparring.games import GAN, LOSSES, normal
from sparring.games.penalties import exact, finite_differences, functional, r1, r2
from sparring.networks import r3
from sparring.networks.augment import Augmentation, adaptive_set
from sparring.recipes.augmented import Augmented, augmented
from sparring.recipes.kinds import AugmentName, Count, Images, LossName, Rate, Share, Weight, Width
from sparring.recipes.pieces import adams, classes_told
from sparring.settings import Within
from sparring.words import tr

FORMS = {"exact": exact, "finite_differences": finite_differences(), "functional": functional}
PresetName = Literal["small", "auto", "cifar10", "ffhq64", "ffhq256", "imagenet32", "imagenet64"]


class Preset(NamedTuple):
    """The settings that the paper chooses by data set; each is a setting of `r3gan` of the same name, which goes first."""

    widths: tuple[int, ...]
    blocks: int
    group_width: int
    batch_size: int
    lr: float
    gamma: float
    augment: str
    augment_p: float
    ema: float
    decay: float


PRESETS = {
    "cifar10": Preset((768,) * 4, 2, 16, 512, 2e-4, 0.05, "scheduled", 0.55, 5e6, 20e6),
    "ffhq64": Preset((*(768,) * 4, 384), 2, 16, 256, 2e-4, 2.0, "scheduled", 0.3, 5e5, 20e6),
    "ffhq256": Preset((*(768,) * 4, 384, 192, 96), 2, 16, 256, 2e-4, 150.0, "scheduled", 0.3, 5e5, 20e6),
    "imagenet32": Preset((1536,) * 4, 2, 32, 4096, 2e-4, 0.5, "scheduled", 0.5, 50e6, 200e6),
    "imagenet64": Preset((1536,) * 5, 2, 32, 4096, 2e-4, 1.0, "scheduled", 0.4, 50e6, 200e6),
}
"""The paper's. A checkpoint names its preset and not its numbers: what stands here stays.

Source: Huang et al. 2024, its published configurations.
"""
LR_END, GAMMA_END = 1 / 4, 1 / 10
"""What is left after the decay, in all of the paper's configurations."""


def preset_for(spec: Spec, name: str) -> Preset:
    """The numbers of a preset.

    Args:
        spec: Shape of the pictures.
        name: ``small``, for CPUs: from maps of 3 or 4 pixels, with few channels in the large ones; ``auto``, the paper's for the
            nearest resolution; or one of the paper's.
    """
    side = max(spec.height, spec.width)
    if name == "auto":
        name = "cifar10" if side <= 32 else "ffhq64" if side <= 64 else "ffhq256"
    if name != "small":
        return PRESETS[name]
    halvings, last = max(1, math.ceil(math.log2(max(side, 8) / 4))), 32 if side <= 16 else 16
    widths = tuple(min(last * 2**i, 128) for i in reversed(range(halvings + 1)))
    return Preset(widths, 1, 16, 32, 1e-3, 0.5, "auto", 0.3, 1e4, 5e5)


def r3gan(
    spec: Spec,
    *,
    preset: PresetName = "small",
    loss: LossName = "relativistic",
    penalty: Literal["exact", "finite_differences", "functional"] = "exact",
    conditional: bool = False,
    z_dim: Width = 64,
    widths: tuple[Width, ...] | None = None,
    blocks: Annotated[int, Within(1, 64)] | None = None,
    group_width: Width | None = None,
    batch_size: Count | None = None,
    lr: Rate | None = None,
    lr_end: Rate | None = None,
    gamma: Weight | None = None,
    gamma_end: Weight | None = None,
    beta1: Share = 0.0,
    beta2: Share = 0.9,
    beta2_end: Share = 0.99,
    augment: Literal["auto", "none", "diffaugment", "ada", "scheduled"] | None = None,
    augment_p: Annotated[float, Within(0.0, 1.0)] | None = None,
    shared_draw: bool = False,
    ema: Images | None = None,
    decay: Images | None = None,
    updates: Updates = "alternating",
) -> Experiment:
    """R3GAN: a relativistic loss with R1 and R2 penalties and a plain residual network without normalization.

    Learning rate, beta2, gamma and the half-life of the average change with the images seen, along half a cosine, and then stay.
    The default preset is small, for short runs; the paper's own presets need a GPU.

    Needs: one set of pictures; labels for --conditional.

    Good for: the paper's samples, at its presets on a GPU; the small preset shows how it learns on a CPU.

    Args:
        spec: Shape of the pictures.
        preset: Values of the settings that are not given: small, for CPUs, at any size; auto, the paper's for the nearest
            resolution; or the paper's for a data set.
        loss: Adversarial loss; relativistic is the paper's.
        penalty: How the gradients of R1 and R2 are found: exact, by differentiating twice; functional, the same in a form that
            can be compiled; finite_differences, an estimate without differentiating twice.
        conditional: Condition G and D on the class labels.
        z_dim: Dimension of the noise z.
        widths: Channels of each stage, from the smallest feature maps to the largest; each stage doubles the size. By preset.
        blocks: Residual blocks of a stage. By preset.
        group_width: Channels per group of the 3 x 3 convolutions; it must divide twice each width. By preset.
        batch_size: Batch size. By preset.
        lr: Initial learning rate of both Adam optimizers. By preset.
        lr_end: Learning rate after the decay; by default a quarter of the initial one.
        gamma: Initial weight of the R1 and R2 penalties, gamma/2 |grad D|^2 at real and at generated pictures, on every
            update of D. By preset.
        gamma_end: The weight after the decay; by default a tenth of the initial one.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Adam's initial beta2, the decay of the second moment.
        beta2_end: Adam's beta2 after the decay.
        augment: Change what D sees, real and generated alike: none; diffaugment, the published set; ada, as often as D calls for;
            scheduled, as the paper, ADA's set with a probability that grows from 0 to augment_p; auto, diffaugment where each
            picture would be seen very often. By preset.
        augment_p: Probability of scheduled augmentation after the decay. By preset.
        shared_draw: Augment the real and the generated picture of a pair in the same way.
        ema: Half-life of G's exponential moving average after the decay, in images; it grows from 0; 0 for none. By preset.
        decay: Images over which these values change, which is also the default length of the run; 0 for the final values from
            the start, with a length of 2,000,000. By preset.
        updates: Update D and G in turn, or both from the same state.

    Source: Huang et al. 2024 (The GAN is dead; long live the GAN! A modern GAN baseline).
    """
    asked: dict[str, Any] = {
        "widths": widths,
        "blocks": blocks,
        "group_width": group_width,
        "batch_size": batch_size,
        "lr": lr,
        "gamma": gamma,
        "augment": augment,
        "augment_p": augment_p,
        "ema": ema,
        "decay": decay,
    }
    of = preset_for(spec, preset)._replace(**{name: value for name, value in asked.items() if value is not None})
    ends = of.lr * LR_END if lr_end is None else lr_end, of.gamma * GAMMA_END if gamma_end is None else gamma_end
    span, classes, form, pays = round(of.decay), classes_told(spec, conditional), FORMS[penalty], LOSSES[loss]
    length = span or 2_000_000
    rate, weight = half_cosine(of.lr, ends[0], span), half_cosine(of.gamma, ends[1], span)
    second, half_life = half_cosine(beta2, beta2_end, span), half_cosine(0.0, of.ema, span)
    G = r3.Generator(spec, z_dim, of.widths, of.blocks, of.group_width, classes)
    D = r3.Discriminator(spec, of.widths, of.blocks, of.group_width, classes)
    penalties = {"r1": r1("gamma", form), "r2": r2("gamma", form)} if of.gamma or ends[1] else {}
    if of.augment == "scheduled":
        seen = scheduled(half_cosine(0.0, of.augment_p, span), shared_draw)
    else:
        seen = augmented(cast(AugmentName, of.augment), spec, length, pays, shared_draw)
    numbers = {"gamma": weight(0)}
    game = GAN(
        G, D, normal(z_dim), pays, penalties, numbers=numbers, classes=classes, augment=seen.augment, together=True
    )
    optimizers = adams(D, G, rate(0), beta1, second(0))
    chosen = of_preset(of, asked, preset)
    chosen |= {} if lr_end is not None else {"lr_end": tr("{value} (a quarter of lr)", value=said(ends[0]))}
    chosen |= {} if gamma_end is not None else {"gamma_end": tr("{value} (a tenth of gamma)", value=said(ends[1]))}
    return Experiment(
        game=game,
        optimizers=optimizers,
        batch_size=of.batch_size,
        images=length,
        updates=updates,
        ema_half_life=half_life if of.ema else 0.0,
        ema_ramp=1.0,
        schedules=(
            of_number(game, "gamma", weight),
            *(of_optimizer(o, "lr", rate) for o in optimizers.values()),
            *(of_optimizer(o, "beta2", second) for o in optimizers.values()),
            *seen.schedules(game),
        ),
        chosen={**chosen, **seen.chosen},
    )


def scheduled(law: Law, shared: bool = False) -> Augmented:
    """The paper's augmentation: ADA's operations, those on colours half as often, and cutout, with a probability under a law.

    Args:
        law: Of the probability, by the images seen.
        shared: Whether real and fake of a pair go through the same draw.
    """
    return Augmented(Augmentation(adaptive_set(colour=0.5, cut=1.0), law(0), shared), law, {})


def of_preset(of: Preset, asked: Mapping[str, Any], name: str) -> dict[str, str]:
    """What a dry run says of the settings that were not asked for."""
    texts: dict[str, str] = {}
    for setting, value in of._asdict().items():
        if asked[setting] is None and (setting != "augment_p" or of.augment == "scheduled"):
            words = " ".join(map(str, value)) if isinstance(value, tuple) else said(value)
            texts[setting] = tr("{value} (preset {preset})", value=words, preset=name)
    return texts


def said(value: float | str) -> str:
    """A number as it is typed; a word as it is."""
    return value if isinstance(value, str) else f"{value:.12g}"
