"""ACGAN: classes by a discriminator that names them."""

from typing import Annotated

from sparring.data.spec import Spec
from sparring.engine.experiment import Experiment, Updates
from sparring.engine.schedules import half_cosine, of_optimizer
from sparring.games import GAN, LOSSES, Term
from sparring.games.acgan import d_names_classes, g_shows_classes
from sparring.games.penalties import lazy, r1
from sparring.networks import acgan as networks
from sparring.networks.dcgan import Generator
from sparring.recipes.kinds import Count, Images, LossName, PriorName, Rate, Share, Weight, Width
from sparring.recipes.pieces import PRIORS, adams, classes_learned
from sparring.settings import Within


def acgan(
    spec: Spec,
    *,
    loss: LossName = "nonsaturating",
    class_weight: Weight = 1.0,
    d_steps: Annotated[int, Within(1, 1000)] = 1,
    prior: PriorName = "normal",
    z_dim: Width = 100,
    features: Annotated[int, Within(1, 2048)] = 64,
    d_features: Width = 256,
    dropout: Share = 0.5,
    noise: Annotated[float, Within(0.0, 10.0)] = 0.1,
    batch_norm: bool = True,
    gamma: Annotated[float, Within(0.0, 1e6)] = 0.0,
    lr: Rate = 2e-4,
    decay: Images = 0,
    beta1: Share = 0.5,
    beta2: Share = 0.999,
    batch_size: Count = 100,
    ema: Images = 10_000,
    updates: Updates = "alternating",
    shared: bool = False,
) -> Experiment:
    """Auxiliary classifier GAN: draws the class it is asked for, and its discriminator also classifies.

    Needs: one set of pictures with labels.

    Good for: samples that clearly show the class that was asked for, at some cost of variety within it.

    G is told a class; D is not, but names it, and both players pay for a class that cannot be recognised. The defaults are the
    paper's but for the width of D, which is half. For small machines and pictures: ``--features 16 --d-features 64 --gamma 5
    --no-batch-norm --dropout 0 --noise 0 --class-weight .2 --batch-size 32 --lr 2e-3 --beta1 0 --beta2 .99 --shared --decay
    400000``.

    Args:
        spec: Shape of the pictures.
        loss: Adversarial loss.
        class_weight: Weight of the classification loss of both players; the paper's is 1.
        d_steps: Discriminator updates per generator update (k in the paper).
        prior: Distribution of z.
        z_dim: Dimension of the noise z.
        features: Channels of the largest feature map of G; smaller maps have up to 8 times as many.
        d_features: Channels of D's last feature map; each earlier one has half as many, at least 16. The paper's is 512.
        dropout: Dropout probability after each convolution of D.
        noise: Standard deviation of the Gaussian noise on the input of each convolution of D.
        batch_norm: Use batch norm in D too.
        gamma: Weight of the R1 penalty, gamma/2 |grad D|^2 at real pictures, applied on every fourth update of D with four
            times the weight; 0 for none.
        lr: Initial learning rate of both Adam optimizers.
        decay: Images over which the learning rates decay to a twentieth (half a cosine), which is then also the default length
            of the run; 0 keeps them constant, as the paper does.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Adam's beta2, the decay of the second moment.
        batch_size: Batch size.
        ema: Half-life of G's exponential moving average, in images; 0 for none.
        updates: Update D and G in turn, or both from the same state.
        shared: D and G learn from the same batch and the same fakes in each round: G draws once instead of twice.

    Source: Odena et al. 2017.
    """
    classes = classes_learned(spec, "acgan")
    G = Generator(spec, z_dim, features, classes)
    D = networks.Discriminator(spec, d_features, dropout, noise, batch_norm)
    game = GAN(
        G,
        D,
        PRIORS[prior](z_dim),
        LOSSES[loss],
        {"classes": Term(d_names_classes, class_weight), **({"r1": lazy(r1(gamma), 4)} if gamma else {})},
        {"classes": Term(g_shows_classes, class_weight)},
        d_steps=d_steps,
        classes=classes,
        d_told=False,
        together=not batch_norm,
    )
    optimizers = adams(D, G, lr, beta1, beta2)
    law = half_cosine(lr, lr / 20, round(decay))
    return Experiment(
        game=game,
        optimizers=optimizers,
        batch_size=batch_size,
        images=round(decay) or 5_000_000,
        updates=updates,
        shared=shared,
        ema_half_life=ema,
        schedules=tuple(of_optimizer(o, "lr", law) for o in optimizers.values()) if decay else (),
    )
