"""`pix2pix`: translation that is learned from pairs."""

from typing import Annotated, Literal

from torch import nn

from sparring.data.paired import paired_stream
from sparring.data.spec import Spec
from sparring.engine.experiment import Experiment
from sparring.engine.schedules import of_optimizer
from sparring.games.losses import LOSSES
from sparring.games.pix2pix import Pix2Pix
from sparring.networks.patch import PatchDiscriminator
from sparring.networks.shuffle import ShuffleTranslator
from sparring.networks.translate import ResNetTranslator, UNetTranslator
from sparring.recipes.kinds import (
    Blocks,
    Count,
    Images,
    Layers,
    LossName,
    PartnerSpec,
    Rate,
    Share,
    Side,
    Weight,
    Width,
)
from sparring.recipes.pieces import adams
from sparring.recipes.translation import epoch_decay
from sparring.settings import Within


def pix2pix(
    spec: Spec,
    spec_y: PartnerSpec,
    *,
    loss: LossName = "nonsaturating",
    lambda_l1: Weight = 100.0,
    translator: Literal["unet", "resnet", "shuffle"] = "unet",
    features: Width = 64,
    downs: Annotated[int, Within(1, 12)] = 8,
    blocks: Blocks = 9,
    dropout: Share = 0.5,
    d_features: Width = 64,
    d_layers: Layers = 3,
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
    """pix2pix: translation learned from pairs, such as maps and aerial photos of the same places.

    D sees source and translation together. The noise is dropout, which is off when a trained model is used: one picture has one
    translation. For 32 to 64 pixels: ``--load 0 --crop 0 --translator shuffle --blocks 3 --d-features 32 --d-layers 1
    --batch-size 8 --lr 5e-4``.

    Needs: pairs of pictures: two folders with the same file names, or pictures side by side.

    Good for: translation where true pairs exist, which bring it nearer to the truth than any loss without them.

    Args:
        spec: Shape of the pictures of domain x.
        spec_y: Of domain y.
        loss: Adversarial loss.
        lambda_l1: Weight of the L1 distance to the target.
        translator: Generator: the paper's U-Net, a residual network, or one for small pictures that starts as the identity.
        features: Channels of a generator's first feature map.
        downs: Halvings of the U-Net: 8 for 256 pixels, 7 for 128, 5 for 32.
        blocks: Residual blocks of the other generators: 9 for 256 pixels, 6 for 128, 3 for 32.
        dropout: Dropout in the U-Net's first three stages up.
        d_features: Channels of a discriminator's first feature map.
        d_layers: Strided layers of a discriminator; 1, 2, 3 give patches of 16, 34, 70 pixels.
        load: Resize the shorter side to this before cropping; 0 leaves it.
        crop: Side of the random square crop, the same for both pictures; 0 for whole pictures.
        flip: Mirror half of the pairs at random.
        lr: Learning rate of both Adam optimizers.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Adam's beta2, the decay of the second moment.
        batch_size: Batch size, in pairs.
        epochs: Passes over the pairs at the full learning rate.
        decay_epochs: Passes over which the learning rate decays to 0.
        ema: Half-life of the generator's exponential moving average, in images; 0 for none.
        shared: D and G learn from the same batch and the same fakes in each round, as in the reference code.

    Source: Isola et al. 2017, and its reference code.
    """
    cx, cy = spec.channels, spec_y.channels
    made: dict[str, nn.Module] = {}
    if translator == "unet":
        made["G"] = UNetTranslator(cx, cy, features, downs, dropout=dropout)
    elif translator == "resnet":
        made["G"] = ResNetTranslator(cx, cy, features, blocks)
    else:
        made["G"] = ShuffleTranslator(cx, cy, features, blocks)
    made["D"] = PatchDiscriminator(cx + cy, d_features, d_layers)
    optimizers = adams(made["D"], made["G"], lr, beta1, beta2)
    pairs = max(spec.count, 1)
    law = epoch_decay(lr, pairs, epochs, decay_epochs)
    return Experiment(
        game=Pix2Pix(made["G"], made["D"], LOSSES[loss], lambda_l1),
        optimizers=dict(optimizers),
        batch_size=batch_size,
        shared=shared,
        images=pairs * (epochs + decay_epochs),
        ema_half_life=ema,
        schedules=tuple(of_optimizer(o, "lr", law) for o in optimizers.values()),
        stream=lambda x, y, seed: paired_stream(x, y, seed, load=load, crop=crop, flip=flip),
    )
