"""LSGAN: least squares in the place of the cross-entropy."""

from typing import Annotated

from sparring.data.spec import Spec
from sparring.engine.experiment import Experiment, Updates
from sparring.games import GAN
from sparring.games.losses import least_squares_with
from sparring.networks import dcgan as convolutional
from sparring.recipes.kinds import Count, Images, PriorName, Rate, Share, Width
from sparring.recipes.pieces import PRIORS, adams, classes_told
from sparring.settings import Within

Target = Annotated[float, Within(-1000.0, 1000.0)]


def lsgan(
    spec: Spec,
    *,
    a: Target = 0.0,
    b: Target = 1.0,
    c: Target = 1.0,
    d_steps: Annotated[int, Within(1, 1000)] = 1,
    prior: PriorName = "normal",
    z_dim: Width = 100,
    features: Annotated[int, Within(1, 2048)] = 64,
    batch_norm: bool = True,
    conditional: bool = False,
    lr: Rate = 2e-4,
    beta1: Share = 0.5,
    beta2: Share = 0.999,
    batch_size: Count = 64,
    ema: Images = 0,
    updates: Updates = "alternating",
) -> Experiment:
    """LSGAN: DCGAN's networks with a least-squares loss, which also moves samples that D already takes for real.

    The paper's two choices of a, b and c are 0, 1, 1 and -1, 1, 0; with the second G minimises a Pearson chi-squared divergence.

    Needs: one set of pictures; labels for --conditional.

    Good for: comparing losses: as dcgan of the paper, with D's errors squared.

    Args:
        spec: Shape of the pictures.
        a: What D's logit is drawn to for generated pictures.
        b: What D's logit is drawn to for real pictures.
        c: What G draws D's logit to.
        d_steps: Discriminator updates per generator update; the paper has 1, StudioGAN's version 2.
        prior: Distribution of z.
        z_dim: Dimension of the noise z.
        features: Channels of the largest feature map; smaller maps have up to 8 times as many.
        batch_norm: Use batch norm in D too.
        conditional: Condition G and D on the class labels.
        lr: Learning rate of both Adam optimizers.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Adam's beta2, the decay of the second moment.
        batch_size: Batch size.
        ema: Half-life of G's exponential moving average, in images; 0, as in the paper, for none.
        updates: Update D and G in turn, or both from the same state.

    Source: Mao et al. 2017.
    """
    classes = classes_told(spec, conditional)
    G = convolutional.Generator(spec, z_dim, features, classes)
    D = convolutional.Discriminator(spec, features, classes, batch_norm)
    loss = least_squares_with(fake=a, real=b, target=c)
    return Experiment(
        game=GAN(G, D, PRIORS[prior](z_dim), loss, d_steps=d_steps, classes=classes, together=not batch_norm),
        optimizers=adams(D, G, lr, beta1, beta2),
        batch_size=batch_size,
        images=3_000_000,
        updates=updates,
        ema_half_life=ema,
    )
