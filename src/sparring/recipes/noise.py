"""Recipes that draw from noise: the GAN of 2014 as it is taught, its original configuration, and DCGAN."""

import math
from typing import Annotated

from torch.optim import SGD

from sparring.data.spec import Spec
from sparring.engine.experiment import Experiment, Updates
from sparring.engine.schedules import half_cosine, linear, of_optimizer
from sparring.games import GAN, LOSSES, uniform
from sparring.games.losses import AdversarialLoss
from sparring.games.penalties import lazy, r1
from sparring.networks import dcgan as convolutional
from sparring.networks import maxout, mlp
from sparring.recipes.augmented import augmented
from sparring.recipes.kinds import AugmentName, Count, Images, LossName, PriorName, Rate, Share, Width
from sparring.recipes.pieces import PRIORS, adam, classes_told, real
from sparring.settings import Within


def gan(
    spec: Spec,
    *,
    loss: LossName = "nonsaturating",
    d_steps: Annotated[int, Within(1, 1000)] = 1,
    prior: PriorName = "uniform",
    z_dim: Width = 100,
    g_hidden: tuple[Width, ...] = (256, 512, 1024),
    d_hidden: tuple[Width, ...] = (512, 256),
    dropout: Share = 0.0,
    conditional: bool = False,
    lr: Rate = 1e-3,
    decay: Images = 1_280_000,
    beta1: Share = 0.5,
    beta2: Share = 0.999,
    batch_size: Count = 64,
    ema: Images = 10_000,
    updates: Updates = "alternating",
    shared: bool = False,
) -> Experiment:
    """The GAN of 2014 as it is taught: generator and discriminator are multilayer perceptrons.

    Hidden units of both are leaky ReLUs of slope .2, and G starts from He's weights; the paper's G has ReLUs. With them G often
    collapses in the first thousand steps, at 2e-4 as at 1e-3.

    Needs: one set of pictures; labels for --conditional.

    Good for: learning how a GAN works: the simplest game, with pictures of clothes within a minute.

    Args:
        spec: Shape of the pictures.
        loss: Adversarial loss; minimax is the paper's value function, nonsaturating its practical form.
        d_steps: Discriminator updates per generator update (k in the paper).
        prior: Distribution of z.
        z_dim: Dimension of the noise z.
        g_hidden: Widths of G's hidden layers.
        d_hidden: Widths of D's hidden layers.
        dropout: Dropout probability of D's hidden layers.
        conditional: Condition G and D on the class labels.
        lr: Initial learning rate of both Adam optimizers.
        decay: Images over which the learning rates decay to a twentieth (half a cosine), which is also the default length
            of the run; 0 keeps the rates constant, with a length of 3,000,000.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Adam's beta2, the decay of the second moment.
        batch_size: Batch size.
        ema: Half-life of G's exponential moving average, in images; 0 for none.
        updates: Update D and G in turn, or both from the same state.
        shared: D and G learn from the same batch and the same fakes in each round: G draws once instead of twice.

    Source: Goodfellow et al. 2014; optimizer as in Radford et al. 2016.
    """
    classes = classes_told(spec, conditional)
    G = mlp.Generator(spec, z_dim, g_hidden, classes)
    D = mlp.Discriminator(spec, d_hidden, dropout, classes)
    optimizers = {"D": adam(D, lr, beta1, beta2), "G": adam(G, lr, beta1, beta2)}
    law = half_cosine(lr, lr / 20, round(decay))
    return Experiment(
        game=GAN(G, D, PRIORS[prior](z_dim), LOSSES[loss], d_steps=d_steps, classes=classes, together=True),
        optimizers=dict(optimizers),
        batch_size=batch_size,
        images=round(decay) or 3_000_000,
        updates=updates,
        shared=shared,
        ema_half_life=ema,
        schedules=tuple(of_optimizer(o, "lr", law) for o in optimizers.values()) if decay else (),
    )


def gan2014(
    spec: Spec,
    *,
    loss: LossName = "nonsaturating",
    d_steps: Annotated[int, Within(1, 1000)] = 1,
    z_dim: Width = 100,
    g_units: Width = 1200,
    d_units: Width = 240,
    pieces: Annotated[int, Within(1, 64)] = 5,
    lr: Rate = 0.1,
    batch_size: Count = 100,
    ema: Images = 0,
    updates: Updates = "simultaneous",
) -> Experiment:
    """The original code's MNIST configuration, to the constant: maxout D with dropout, uniform z, momentum SGD.

    D's loss is half the sum of its two terms; learning rates decay by a factor of 1.000004 per update to 1e-6, momentum rises
    from .5 to .7 over 250 epochs; G's output starts at the data's marginals. The original takes both gradients from the same
    fakes; here each network's update draws its own.

    Needs: one set of small pictures.

    Good for: repeating the experiment of 2014 and its Parzen-window log-likelihood.

    Args:
        spec: Shape of the pictures.
        loss: Adversarial loss; the original code is non-saturating.
        d_steps: Discriminator updates per generator update (k in the paper).
        z_dim: Dimension of z, each component U(-sqrt 3, sqrt 3).
        g_units: Width of G's two hidden layers.
        d_units: Maxout units in D's two hidden layers.
        pieces: Linear pieces per maxout unit.
        lr: Initial learning rate.
        batch_size: Batch size.
        ema: Half-life of G's exponential moving average, in images; the original has none.
        updates: Update D and G in turn, or, as the original, both from the same state.

    Source: Goodfellow et al. 2014, section 5, and its published code (mnist.yaml).
    """
    G = maxout.Generator2014(spec, z_dim, g_units)
    D = maxout.Discriminator2014(spec, d_units, pieces)
    pays = LOSSES[loss]
    optimizers = {name: SGD(net.parameters(), lr, momentum=0.5, fused=real(net)) for name, net in (("D", D), ("G", G))}
    epoch = max(spec.count, batch_size)

    def decayed(images: int) -> float:
        return max(lr * math.exp(-images / batch_size * math.log(1.000004)), 1e-6)

    rising = linear(0.5, 0.7, images=249 * epoch, after=epoch)
    return Experiment(
        game=GAN(G, D, uniform(z_dim, math.sqrt(3)), _halved(pays), d_steps=d_steps, together=True),
        optimizers=dict(optimizers),
        batch_size=batch_size,
        images=10_000_000,
        updates=updates,
        ema_half_life=ema,
        ema_ramp=0.25,
        schedules=tuple(
            of_optimizer(o, setting, law)
            for o in optimizers.values()
            for setting, law in [("lr", decayed), ("momentum", rising)]
        ),
        prepare=G.start_at_marginals,
    )


def dcgan(
    spec: Spec,
    *,
    loss: LossName = "nonsaturating",
    d_steps: Annotated[int, Within(1, 1000)] = 1,
    prior: PriorName = "normal",
    z_dim: Width = 100,
    features: Annotated[int, Within(1, 2048)] = 32,
    batch_norm: bool = False,
    gamma: Annotated[float, Within(0.0, 1e6)] = 0.5,
    conditional: bool = False,
    augment: AugmentName = "auto",
    lr: Rate = 1e-3,
    decay: Images = 448_000,
    beta1: Share = 0.5,
    beta2: Share = 0.99,
    batch_size: Count = 64,
    ema: Images = 10_000,
    updates: Updates = "alternating",
    shared: bool = False,
) -> Experiment:
    """Deep convolutional GAN: any size, grey or colour.

    G has batch norm; D has a gradient penalty (R1) instead. The paper has batch norm in both, no penalty and no
    decay: ``--batch-norm --gamma 0 --decay 0 --features 128 --lr 2e-4 --beta2 .999``.

    Needs: one set of pictures; labels for --conditional.

    Good for: a first model of your own pictures, in minutes at 32 pixels and hours at 128.

    Args:
        spec: Shape of the pictures.
        loss: Adversarial loss.
        d_steps: Discriminator updates per generator update (k in the paper).
        prior: Distribution of z; the paper's is uniform.
        z_dim: Dimension of the noise z.
        features: Channels of the largest feature map; smaller maps have up to 8 times as many.
        batch_norm: Use batch norm in D too.
        gamma: Weight of the R1 penalty, gamma/2 |grad D|^2 at real pictures, applied on every fourth update of D with four
            times the weight; 0 for none.
        conditional: Condition G and D on the class labels.
        augment: Augmentation of what D sees, so that it does not learn few pictures by heart: DiffAugment, or ADA, which adapts its
            strength; auto is DiffAugment in runs of 600 passes and more.
        lr: Initial learning rate of both Adam optimizers.
        decay: Images over which the learning rates decay to a twentieth (half a cosine), which is also the default length
            of the run; 0 keeps the rates constant, with a length of 2,000,000.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Adam's beta2, the decay of the second moment.
        batch_size: Batch size.
        ema: Half-life of G's exponential moving average, in images; 0 for none.
        updates: Update D and G in turn, or both from the same state.
        shared: D and G learn from the same batch and the same fakes in each round: G draws once instead of twice.

    Source: Radford et al. 2016; R1: Mescheder et al. 2018, on some updates only: Karras et al. 2020.
    """
    classes = classes_told(spec, conditional)
    G = convolutional.Generator(spec, z_dim, features, classes)
    D = convolutional.Discriminator(spec, features, classes, batch_norm)
    penalties = {"r1": lazy(r1(gamma), 4)} if gamma else {}
    optimizers = {"D": adam(D, lr, beta1, beta2), "G": adam(G, lr, beta1, beta2)}
    law = half_cosine(lr, lr / 20, round(decay))
    z = PRIORS[prior](z_dim)
    images = round(decay) or 2_000_000
    seen = augmented(augment, spec, images, LOSSES[loss])
    together = not batch_norm
    game = GAN(
        G, D, z, LOSSES[loss], penalties, d_steps=d_steps, classes=classes, augment=seen.augment, together=together
    )
    rates = tuple(of_optimizer(o, "lr", law) for o in optimizers.values()) if decay else ()
    return Experiment(
        game=game,
        optimizers=dict(optimizers),
        batch_size=batch_size,
        images=images,
        updates=updates,
        shared=shared,
        ema_half_life=ema,
        schedules=(*rates, *seen.schedules(game)),
        chosen=seen.chosen,
    )


def _halved(loss: AdversarialLoss) -> AdversarialLoss:
    """D pays the mean of its two terms and not their sum: with plain SGD this is a factor of two in its rate."""
    return loss._replace(d=lambda a, b: loss.d(a, b) / 2)
