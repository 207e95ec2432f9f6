"""Recipes that translate between two domains: `cyclegan`, the method of 2017 to the constant, and `cyclegan_small`."""

from typing import Annotated, Literal

from torch import nn
from torch.optim import Adam, Optimizer

from sparring.data.spec import Spec
from sparring.data.unpaired import unpaired_stream
from sparring.engine.experiment import Experiment
from sparring.engine.schedules import Law, half_cosine, of_optimizer
from sparring.games import Term
from sparring.games.cyclegan import CycleGAN
from sparring.games.lookalikes import LookAlikes
from sparring.games.losses import LOSSES
from sparring.games.penalties import finite_differences, on_share, r1
from sparring.networks.dcgan import he_weights
from sparring.networks.patch import PatchDiscriminator
from sparring.networks.shuffle import ShuffleTranslator
from sparring.networks.translate import Norm, ResNetTranslator, UNetTranslator, Up
from sparring.recipes.kinds import Blocks, Count, Images, Layers, LossName, Pooled, Rate, Share, Side, Weight, Width
from sparring.settings import Within


def epoch_decay(lr: float, pictures: int, epochs: int, decay_epochs: int) -> Law:
    """Constant for ``epochs``, then to 0 in a line, a step an epoch: lr (1 - max(0, e + 1 - epochs) / (decay_epochs + 1)).

    Args:
        lr: The rate at the start.
        pictures: Of an epoch; e counts epochs from 0.
        epochs: At the full rate.
        decay_epochs: Of decay.

    Source: Zhu et al. 2017, reference code.
    """

    def law(images: int) -> float:
        e = images // max(1, pictures)
        return lr * max(0.0, 1 - max(0, e + 1 - epochs) / (decay_epochs + 1))

    return law


def cyclegan(
    spec: Spec,
    spec_y: Spec,
    *,
    loss: LossName = "least_squares",
    lambda_cycle: Weight = 10.0,
    lambda_identity: Weight = 5.0,
    translator: Literal["resnet", "unet"] = "resnet",
    features: Width = 64,
    blocks: Blocks = 9,
    up: Up = "transposed",
    d_features: Width = 64,
    d_layers: Layers = 3,
    pool: Pooled = 50,
    load: Side = 286,
    crop: Side = 256,
    flip: bool = True,
    lr: Rate = 2e-4,
    beta1: Share = 0.5,
    beta2: Share = 0.999,
    batch_size: Count = 1,
    epochs: Count = 100,
    decay_epochs: Count = 100,
    ema: Images = 0,
    shared: bool = True,
) -> Experiment:
    """CycleGAN: unpaired translation between two folders, with a generator for each direction.

    Needs: two sets of pictures; no picture needs a partner.

    Good for: repeating the paper at 128 to 256 pixels, on a GPU.

    Args:
        spec: Shape of the pictures of domain x.
        spec_y: Of domain y.
        loss: Adversarial loss.
        lambda_cycle: Weight of the cycle-consistency loss.
        lambda_identity: Weight of the identity loss; 0 if the domains' channels differ.
        translator: Generator: the paper's residual network, or a U-Net.
        features: Channels of a generator's first feature map.
        blocks: Residual blocks: 9 for 256 pixels, 6 for 128.
        up: Upsampling: transposed convolutions, or resizing and convolutions.
        d_features: Channels of a discriminator's first feature map.
        d_layers: Strided layers of a discriminator; 1, 2, 3 give patches of 16, 34, 70 pixels.
        pool: Size of the buffer of past generated pictures shown to D.
        load: Resize the shorter side to this before cropping; 0 leaves it.
        crop: Side of the random square crop; 0 for whole pictures.
        flip: Mirror half of the pictures at random.
        lr: Learning rate of both Adam optimizers.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Adam's beta2, the decay of the second moment.
        batch_size: Batch size, in pictures of each domain.
        epochs: Passes over the larger domain at the full learning rate.
        decay_epochs: Passes over which the learning rate decays to 0.
        ema: Half-life of the generators' exponential moving average, in images; 0 for none.
        shared: D and G learn from the same batch and the same fakes in each round, as in the reference code.

    Source: Zhu et al. 2017, and its reference code.
    """

    def network(a: int, b: int) -> nn.Module:
        if translator == "unet":
            return UNetTranslator(a, b, features)
        return ResNetTranslator(a, b, features, blocks, up=up)

    cx, cy = spec.channels, spec_y.channels
    shape = (crop, crop) if crop else (spec.height, spec.width)
    translators = (network(cx, cy), network(cy, cx))
    judges = (PatchDiscriminator(cx, d_features, d_layers), PatchDiscriminator(cy, d_features, d_layers))
    game = CycleGAN(
        *translators, *judges, (cx, *shape), (cy, *shape), LOSSES[loss], lambda_cycle, lambda_identity, pool=pool
    )
    optimizers = _adams(game, {"G": lr, "D": lr}, beta1, beta2)
    larger = max(spec.count, spec_y.count, 1)
    law = epoch_decay(lr, larger, epochs, decay_epochs)
    return Experiment(
        game=game,
        optimizers=optimizers,
        batch_size=batch_size,
        shared=shared,
        images=larger * (epochs + decay_epochs),
        ema_half_life=ema,
        schedules=tuple(of_optimizer(o, "lr", law) for o in optimizers.values()),
        stream=lambda x, y, seed: unpaired_stream(x, y, seed, load=load, crop=crop, flip=flip),
    )


def cyclegan_small(
    spec: Spec,
    spec_y: Spec,
    *,
    loss: LossName = "least_squares",
    lambda_cycle: Weight = 1.0,
    lambda_identity: Weight = 0.0,
    features: Width = 64,
    blocks: Blocks = 3,
    d_features: Width = 32,
    d_layers: Layers = 1,
    d_norm: Norm = "instance",
    gamma: Weight = 0.0,
    noise: Annotated[float, Within(0.0, 1.0)] = 0.0,
    lambda_lookalike: Weight = 3.0,
    memory: Annotated[int, Within(1, 100_000)] = 2048,
    pool: Pooled = 50,
    flip: bool = True,
    lr: Rate = 5e-4,
    d_lr: Rate = 1e-3,
    beta1: Share = 0.5,
    beta2: Share = 0.99,
    batch_size: Count = 8,
    ema: Images = 10_000,
    shared: bool = False,
    images: Annotated[int, Within(1, 1_000_000_000)] = 30_000,
) -> Experiment:
    """CycleGAN for pictures of 32 to 64 pixels and small machines, tuned on true pairs and not on the cycle error.

    Generators start as the identity and have no normalization; discriminators see patches of 16 pixels; the cycle weight is 1,
    since 10 would freeze whatever mapping comes first. Among the many mappings that satisfy these losses, a nearest-neighbour
    loss selects the wanted one: it pulls a translation towards similar pictures of the other domain.

    Needs: two sets of pictures; no picture needs a partner.

    Good for: translating small pictures on a CPU, in less than half an hour.

    Args:
        spec: Shape of the pictures of domain x.
        spec_y: Of domain y.
        loss: Adversarial loss.
        lambda_cycle: Weight of the cycle-consistency loss.
        lambda_identity: Weight of the identity loss.
        features: Channels of the generators.
        blocks: Residual blocks of each generator.
        d_features: Channels of a discriminator's first feature map.
        d_layers: Strided layers of a discriminator; 1, 2, 3 give patches of 16, 34, 70 pixels.
        d_norm: Normalization of the discriminators: instance norm, or none.
        gamma: Weight of the R1 penalty, by finite differences on half of the batch; 0 for none; needs --d-norm none.
        noise: Noise added to a translation before it is translated back, so that it cannot hide a copy of the source.
        lambda_lookalike: Weight of the nearest-neighbour loss; 0 where the domains share no layouts.
        memory: Recent pictures of each domain among which nearest neighbours are searched.
        pool: Size of the buffer of past generated pictures shown to D.
        flip: Mirror half of the pictures at random.
        lr: Initial learning rate of the generators; it decays to a twentieth.
        d_lr: Initial learning rate of the discriminators, likewise.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Adam's beta2, the decay of the second moment.
        batch_size: Batch size, in pictures of each domain.
        ema: Half-life of the generators' exponential moving average, in images.
        shared: D and G learn from the same batch and the same fakes in each round: G draws once instead of twice.
        images: Length of the run and of the learning-rate decay, in images of each domain.

    Source: Zhu et al. 2017 for the game; Mescheder et al. 2018 for the penalty; Lin et al. 2025 for its form.
    """
    cx, cy = spec.channels, spec_y.channels
    translators = (ShuffleTranslator(cx, cy, features, blocks), ShuffleTranslator(cy, cx, features, blocks))
    judges = (
        PatchDiscriminator(cx, d_features, d_layers, d_norm),
        PatchDiscriminator(cy, d_features, d_layers, d_norm),
    )
    if d_norm == "none":
        for D in judges:
            he_weights(D)
    penalties = {"r1": on_share(r1(gamma, finite_differences(0.03)), 0.5)} if gamma else {}
    shapes = (cx, spec.height, spec.width), (cy, spec.height, spec.width)
    terms = {"lookalikes": Term(LookAlikes(*shapes, memory), lambda_lookalike)} if lambda_lookalike else {}
    game = CycleGAN(
        *translators,
        *judges,
        *shapes,
        LOSSES[loss],
        lambda_cycle,
        lambda_identity,
        penalties,
        terms,
        pool,
        noise=noise,
    )
    rates = {"G": lr, "D": d_lr}
    optimizers = _adams(game, rates, beta1, beta2)
    return Experiment(
        game=game,
        optimizers=optimizers,
        batch_size=batch_size,
        shared=shared,
        images=images,
        ema_half_life=ema,
        ema_ramp=0.25,
        schedules=tuple(
            of_optimizer(o, "lr", half_cosine(rates[name], rates[name] / 20, images)) for name, o in optimizers.items()
        ),
        stream=lambda x, y, seed: unpaired_stream(x, y, seed, flip=flip),
    )


def _adams(game: CycleGAN, rates: dict[str, float], beta1: float, beta2: float) -> dict[str, Optimizer]:
    """One Adam for both translators and one for both discriminators, as in the reference code."""
    sides = {"G": (game.G_xy, game.G_yx), "D": (game.D_x, game.D_y)}
    made: dict[str, Optimizer] = {}
    for name, networks in sides.items():
        own = [p for network in networks for p in network.parameters()]
        made[name] = Adam(own, rates[name], (beta1, beta2), fused=not own[0].is_meta)
    return made
