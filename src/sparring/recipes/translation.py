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
) -> Experiment:
    """CycleGAN: two folders of pictures that have nothing to do with each other, and a translator for each way.

    Args:
        spec: Shape of the pictures of domain x.
        spec_y: Of domain y.
        loss: What the players pay.
        lambda_cycle: Weight of the way there and back.
        lambda_identity: Weight of leaving alone what is there already; 0 if the domains' channels differ.
        translator: Residual network of the paper, or a U-Net.
        features: Channels of a translator's first map.
        blocks: Residual blocks: 9 for 256 pixels, 6 for 128.
        up: Transposed convolutions, or resizing and convolutions.
        d_features: Channels of a discriminator's first map.
        d_layers: Strided layers of a discriminator; 1, 2, 3 judge patches of 16, 34, 70 pixels.
        pool: Past fakes that D is reminded of.
        load: Resize the shorter side to this; 0 leaves it.
        crop: Side of the random square; 0 for whole pictures.
        flip: Whether half of the pictures are mirrored.
        lr: Learning rate of both Adam optimizers.
        beta1: Adam's decay of the mean.
        beta2: Adam's decay of the square.
        batch_size: Pictures of each domain a move.
        epochs: Passes over the larger domain at the full rate.
        decay_epochs: Passes while the rate falls to 0.
        ema: Half-life of the average of the translators, in images; 0 for none.

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
    images: Annotated[int, Within(1, 1_000_000_000)] = 30_000,
) -> Experiment:
    """CycleGAN for pictures of 32 to 64 pixels and small machines, tuned by the truth and not by the cycle error.

    Translators start as the identity and have no norm; discriminators judge patches of 16 pixels; the cycle weighs 1 and not
    10, which would freeze whatever map comes first. What tells the wanted map from the many that would do is the pull of
    look-alikes: pictures of the other domain that happen to show nearly the same thing.

    Args:
        spec: Shape of the pictures of domain x.
        spec_y: Of domain y.
        loss: What the players pay.
        lambda_cycle: Weight of the way there and back.
        lambda_identity: Weight of leaving alone what is there already.
        features: Channels of the translators.
        blocks: Residual blocks of the translators.
        d_features: Channels of a discriminator's first map.
        d_layers: Strided layers of a discriminator; 1, 2, 3 judge patches of 16, 34, 70 pixels.
        d_norm: Instance norm in the discriminators, or none.
        gamma: Of R1, by finite differences on half of the batch; 0 for none; it wants a discriminator without norm.
        noise: On a translation before it is translated back, against hidden messages.
        lambda_lookalike: Weight of the pull towards the nearest pictures of the other domain; 0 where domains share no layouts.
        memory: Pictures of each domain in which look-alikes are looked for, the last ones seen.
        pool: Past fakes that D is reminded of.
        flip: Whether half of the pictures are mirrored.
        lr: Learning rate of the translators; it falls to a twentieth.
        d_lr: Learning rate of the discriminators, likewise.
        beta1: Adam's decay of the mean.
        beta2: Adam's decay of the square.
        batch_size: Pictures of each domain a move.
        ema: Half-life of the average of the translators, in images.
        images: Length of the run and of the rates' fall, in images of each domain.

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
