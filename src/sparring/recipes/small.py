"""The recipe that is taken if none is named: the best pictures for the time there is, on a processor or one GPU."""

import dataclasses
from typing import Annotated

from sparring.data.spec import Spec
from sparring.engine.experiment import Experiment
from sparring.recipes.kinds import AugmentName, Count, Images, LossName, Rate, Width
from sparring.recipes.noise import dcgan
from sparring.settings import Within
from sparring.words import tr

LENGTH = 200_000
"""Images of a run whose length nobody gives."""


def small(
    spec: Spec,
    *,
    loss: LossName = "nonsaturating",
    conditional: bool = False,
    z_dim: Width = 100,
    features: Width = 16,
    gamma: Annotated[float, Within(0.0, 1e6)] = 5.0,
    augment: AugmentName = "auto",
    lr: Rate = 2e-3,
    batch_size: Count = 32,
    ema: Images | None = None,
    shared: bool = True,
    images: Images | None = None,
) -> Experiment:
    """Small convolutional networks, many steps, a strong penalty: the best pictures after minutes on a processor.

    The networks are `dcgan`'s, a half as wide, with R1 ten times as strong, no momentum and rates that fall to the end of the run:
    what came out best of all that was tried for the same time, see ``benchmarks/results/small.json``.

    Needs: one set of pictures; labels for --conditional.

    Good for: any first run: the best pictures of the table after the same minutes, at 28 to 64 pixels.

    Args:
        spec: Shape of the pictures.
        loss: Adversarial loss.
        conditional: Condition G and D on the class labels.
        z_dim: Dimension of the noise z.
        features: Channels of the largest feature map; smaller maps have up to 8 times as many.
        gamma: Weight of the R1 penalty, gamma/2 |grad D|^2 at real pictures, applied on every fourth update of D with four
            times the weight; 0 for none.
        augment: Augmentation of what D sees, so that it does not learn few pictures by heart: DiffAugment, or ADA, which adapts its
            strength; auto is DiffAugment in runs of 600 passes and more.
        lr: Initial learning rate of both Adam optimizers; it decays to a twentieth (half a cosine) by the end of the run.
        batch_size: Batch size.
        ema: Half-life of G's exponential moving average, in images; by default a tenth of the run, at most 10,000; 0 for none.
        shared: D and G learn from the same batch and the same fakes in each round: G draws once instead of twice.
        images: Images over which the learning rate decays; by default the length of the run: what --minutes, --images, --epochs
            or --steps come to, or 200,000.

    Source: Radford et al. 2016; R1: Mescheder et al. 2018; settings: measured.
    """
    length = round(images or LENGTH)
    half_life = min(10_000, length // 10) if ema is None else round(ema)
    chosen = {
        "ema": tr("{value:,} (for {images:,} images)", value=half_life, images=length),
        "images": tr("{images:,} (no length is given)", images=length),
    }
    given = {"ema": ema, "images": images}
    made = dcgan(
        spec,
        loss=loss,
        z_dim=z_dim,
        features=features,
        gamma=gamma,
        conditional=conditional,
        augment=augment,
        lr=lr,
        decay=length,
        beta1=0.0,
        batch_size=batch_size,
        ema=half_life,
        shared=shared,
    )
    automatic = {name: text for name, text in chosen.items() if given[name] is None}
    return dataclasses.replace(made, chosen={**automatic, **made.chosen})
