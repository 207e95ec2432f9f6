"""R3GAN: a relativistic loss, penalties on both sides and a plain modern residual network, at the paper's sizes and at a small one."""

import math
from typing import Annotated, Any, Literal, NamedTuple

from torch.optim import Adam

from sparring.data.spec import Spec
from sparring.engine.experiment import Experiment, Updates
from sparring.engine.schedules import half_cosine, of_number, of_optimizer
from sparring.games import GAN, LOSSES, normal
from sparring.games.penalties import exact, finite_differences, functional, r1, r2
from sparring.networks import r3
from sparring.recipes.kinds import Count, Images, LossName, Rate, Share, Weight, Width
from sparring.recipes.noise import _classes
from sparring.settings import Within

FORMS = {"exact": exact, "finite_differences": finite_differences(), "functional": functional}
PresetName = Literal["small", "auto", "cifar10", "ffhq64", "ffhq256", "imagenet32", "imagenet64"]


class Preset(NamedTuple):
    """What the paper chooses for a data set. A pair is the value at the start and at the end of the decay.

    Args:
        widths: Channels of every stage, from the smallest maps to the largest.
        blocks: Residual blocks of a stage.
        group_width: Channels of a group of the 3x3 convolutions.
        batch_size: Samples of a move.
        lr: Learning rate of both Adam optimizers.
        gamma: Weight of R1 and of R2.
        ema: Half-life of G's average at the end of the decay, in images; it begins at 0.
        decay: Images over which all schedules go.
    """

    widths: tuple[int, ...]
    blocks: int
    group_width: int
    batch_size: int
    lr: tuple[float, float]
    gamma: tuple[float, float]
    ema: float
    decay: float


PAPER = {
    "cifar10": Preset((768,) * 4, 2, 16, 512, (2e-4, 5e-5), (0.05, 0.005), 5e6, 20e6),
    "ffhq64": Preset((*(768,) * 4, 384), 2, 16, 256, (2e-4, 5e-5), (2.0, 0.2), 5e5, 20e6),
    "ffhq256": Preset((*(768,) * 4, 384, 192, 96), 2, 16, 256, (2e-4, 5e-5), (150.0, 15.0), 5e5, 20e6),
    "imagenet32": Preset((1536,) * 4, 2, 32, 4096, (2e-4, 5e-5), (0.5, 0.05), 50e6, 200e6),
    "imagenet64": Preset((1536,) * 5, 2, 32, 4096, (2e-4, 5e-5), (1.0, 0.1), 50e6, 200e6),
}
"""The paper's. A checkpoint names its preset and not its numbers: what stands here stays.

Source: Huang et al. 2024, its published configurations.
"""
SMALL = (256, 128, 64, 32)


def preset_for(spec: Spec, name: str) -> Preset:
    """The numbers of a preset.

    Args:
        spec: Shape of the pictures.
        name: ``small``, for processors; ``auto``, the paper's for the nearest resolution; or one of the paper's.
    """
    side = max(spec.height, spec.width)
    if name == "auto":
        name = "cifar10" if side <= 32 else "ffhq64" if side <= 64 else "ffhq256"
    if name != "small":
        return PAPER[name]
    halvings = max(1, math.ceil(math.log2(max(side, 16) / 8)))
    widths = tuple(min(32 * 2**i, 128) for i in reversed(range(halvings + 1)))
    return Preset(widths, 1, 16, 64, (1e-3, 1e-4), (0.5, 0.05), 2e4, 5e5)


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
    ema: Images | None = None,
    decay: Images | None = None,
    updates: Updates = "alternating",
) -> Experiment:
    """R3GAN: a relativistic loss with R1 and R2 and a plain residual network; made for quality and for covering all modes.

    Learning rate, beta2, gamma and the half-life of the average change with the images seen, along half a cosine, and then stay.
    The small preset is for processors and short runs; the paper's own are for GPUs and days.

    Args:
        spec: Shape of the pictures.
        preset: Where the settings come from that are not given: small, for processors, at any size; auto, the paper's for the
            nearest resolution; or the paper's for a data set.
        loss: Adversarial loss; relativistic is the paper's.
        penalty: How the gradients of R1 and R2 are found: exact, by differentiating twice; finite_differences, an estimate for
            less time; functional, exact in a form that can be compiled.
        conditional: Condition G and D on the class labels.
        z_dim: Dimension of the noise z.
        widths: Channels of every stage, from the smallest maps to the largest; each further stage doubles the size.
        blocks: Residual blocks of a stage.
        group_width: Channels of a group of the 3 x 3 convolutions; a divisor of twice each width.
        batch_size: Batch size.
        lr: Initial learning rate of both Adam optimizers.
        lr_end: Learning rate after the decay.
        gamma: Initial weight of R1 and R2, gamma/2 |grad D|^2 at real and at generated pictures, on every update of D.
        gamma_end: The same after the decay; with both 0 there is no penalty.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Initial beta2 of Adam, the decay of the second moment.
        beta2_end: The same after the decay.
        ema: Half-life of G's exponential moving average after the decay, in images; it starts from 0; 0 for none.
        decay: Images over which the schedules go, which is also the default length of the run; 0 for the values after the
            decay from the start, with a length of 2,000,000.
        updates: Update D and G in turn, or both from the same state.

    Source: Huang et al. 2024 (The GAN is dead; long live the GAN! A modern baseline GAN).
    """
    of = preset_for(spec, preset)
    shape = (widths or of.widths, _or(blocks, of.blocks), _or(group_width, of.group_width), _classes(spec, conditional))
    G, D = r3.Generator(spec, z_dim, *shape), r3.Discriminator(spec, *shape)
    form, images = FORMS[penalty], round(_or(decay, of.decay))
    rate = half_cosine(_or(lr, of.lr[0]), _or(lr_end, of.lr[1]), images)
    gammas = _or(gamma, of.gamma[0]), _or(gamma_end, of.gamma[1])
    weight = half_cosine(*gammas, images)
    second = half_cosine(beta2, beta2_end, images)
    game = GAN(
        G,
        D,
        normal(z_dim),
        LOSSES[loss],
        {"r1": r1("gamma", form), "r2": r2("gamma", form)} if any(gammas) else {},
        numbers={"gamma": weight(0)},
        classes=shape[3],
        together=True,
    )
    optimizers = {
        name: Adam(net.parameters(), rate(0), (beta1, second(0)), fused=not next(net.parameters()).is_meta)
        for name, net in (("D", D), ("G", G))
    }
    half_life = _or(ema, of.ema)
    return Experiment(
        game=game,
        optimizers=dict(optimizers),
        batch_size=_or(batch_size, of.batch_size),
        images=images or 2_000_000,
        updates=updates,
        ema_half_life=half_cosine(0.0, half_life, images) if half_life else 0.0,
        ema_ramp=1.0,
        schedules=(
            of_number(game, "gamma", weight),
            *(
                of_optimizer(o, name, law)
                for o in optimizers.values()
                for name, law in (("lr", rate), ("beta2", second))
            ),
        ),
    )


def _or(given: Any, preset: Any) -> Any:
    """What was given, or what the preset says."""
    return preset if given is None else given
