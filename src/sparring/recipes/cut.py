"""`cut` and `fastcut`: unpaired translation one way, without a way back."""

from typing import Annotated, Literal

from torch.optim import Adam

from sparring.data.spec import Spec
from sparring.data.unpaired import unpaired_stream
from sparring.engine.experiment import Experiment
from sparring.engine.schedules import of_optimizer
from sparring.games.cut import CUT
from sparring.games.losses import LOSSES
from sparring.games.patch_nce import PatchNCE, widths_of
from sparring.networks.patch import PatchDiscriminator
from sparring.networks.shuffle import ShuffleTranslator
from sparring.networks.translate import ResNetTranslator, xavier_weights
from sparring.recipes.kinds import Blocks, Count, Images, Layers, LossName, Rate, Share, Side, Weight, Width, variant
from sparring.recipes.translation import epoch_decay
from sparring.settings import Within
from sparring.words import mark, tr

Taps = tuple[Annotated[int, Within(0, 255)], ...]
Temperature = Annotated[float, Within(1e-4, 1e4)]


def cut(
    spec: Spec,
    spec_y: Spec,
    *,
    loss: LossName = "least_squares",
    lambda_nce: Weight = 1.0,
    identity: bool = True,
    equivariance: bool = False,
    taps: Taps = (0, 4, 8, 12, 16),
    patches: Count = 256,
    nce_width: Width = 256,
    temperature: Temperature = 0.07,
    translator: Literal["resnet", "shuffle"] = "resnet",
    features: Width = 64,
    blocks: Blocks = 9,
    antialias: bool = True,
    d_features: Width = 64,
    d_layers: Layers = 3,
    load: Side = 286,
    crop: Side = 256,
    flip: bool = True,
    lr: Rate = 2e-4,
    beta1: Share = 0.5,
    beta2: Share = 0.999,
    batch_size: Count = 1,
    epochs: Count = 200,
    decay_epochs: Count = 200,
    ema: Images = 0,
    shared: bool = True,
) -> Experiment:
    """CUT: unpaired translation in one direction, with one generator: less memory and time than CycleGAN.

    A contrastive loss keeps the content: each patch of a translation must be more like the same patch of its source than like
    the source's other patches. For 32 to 64 pixels: ``--load 0 --crop 0 --translator shuffle --taps 0 1 2 3 4 --blocks 3
    --d-features 32 --d-layers 1 --batch-size 8 --lr 5e-4``.

    Needs: two sets of pictures; no picture needs a partner.

    Good for: translation in one direction where the content stays in its place.

    Args:
        spec: Shape of the pictures of domain x.
        spec_y: Of domain y.
        loss: Adversarial loss.
        lambda_nce: Weight of the patchwise contrastive loss.
        identity: Apply the contrastive loss to pictures of y and their translations too.
        equivariance: Mirror half of the sources of the contrastive loss, so that a mirrored picture has a mirrored translation.
        taps: Layers of the generator whose features are compared.
        patches: Patches that are compared, of each layer.
        nce_width: Channels of the two-layer networks between features and contrastive loss.
        temperature: Temperature of the contrastive loss.
        translator: Generator: the paper's residual network, or one for small pictures that starts as the identity.
        features: Channels of a generator's first feature map.
        blocks: Residual blocks: 9 for 256 pixels, 6 for 128.
        antialias: Blur in generator and discriminator before halving and after doubling; not in the generator for small pictures.
        d_features: Channels of a discriminator's first feature map.
        d_layers: Halving layers of a discriminator; with antialiasing 1, 2, 3 give patches of 18, 40, 84 pixels.
        load: Resize the shorter side to this before cropping; 0 leaves it. While the learning rate decays: to the crop's side.
        crop: Side of the random square crop; 0 for whole pictures.
        flip: Mirror half of the pictures at random.
        lr: Learning rate of both Adam optimizers.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Adam's beta2, the decay of the second moment.
        batch_size: Batch size, in pictures of each domain.
        epochs: Passes over the larger domain at the full learning rate.
        decay_epochs: Passes over which the learning rate decays to 0.
        ema: Half-life of the generator's exponential moving average, in images; 0 for none.
        shared: D and G learn from the same batch and the same fakes in each round, as in the reference code.

    Source: Park et al. 2020, and its reference code.
    """
    cx, cy = spec.channels, spec_y.channels
    if cx != cy:
        text = mark("x has {x} channels and y {y}: one generator encodes both here, so they must be equal")
        raise ValueError(tr(text, x=cx, y=cy))
    D = PatchDiscriminator(cy, d_features, d_layers, antialias=antialias)
    xavier_weights(D)
    G: ResNetTranslator | ShuffleTranslator = ShuffleTranslator(cx, cy, features, blocks)
    if translator == "resnet":
        G = ResNetTranslator(cx, cy, features, blocks, antialias=antialias)
        xavier_weights(G)
    nce = PatchNCE(widths_of(G, cx, taps), taps, patches, nce_width, temperature, equivariance)
    xavier_weights(nce)
    game = CUT(G, D, nce, LOSSES[loss], lambda_nce, identity)
    own = {"D": [*D.parameters()], "G": [*G.parameters(), *nce.parameters()]}
    optimizers = {name: Adam(p, lr, (beta1, beta2), fused=not p[0].is_meta) for name, p in own.items()}
    larger = max(spec.count, spec_y.count, 1)
    law = epoch_decay(lr, larger, epochs, decay_epochs)
    calm = larger * epochs * (1 if shared else len(game.players()))
    return Experiment(
        game=game,
        optimizers=dict(optimizers),
        batch_size=batch_size,
        shared=shared,
        images=larger * (epochs + decay_epochs),
        ema_half_life=ema,
        schedules=tuple(of_optimizer(o, "lr", law) for o in optimizers.values()),
        stream=lambda x, y, seed: unpaired_stream(x, y, seed, load=load, crop=crop, flip=flip, calm=calm),
    )


fastcut = variant(
    cut,
    "fastcut",
    """FastCUT: CUT with a heavier contrastive loss, none on the pictures of y, and mirrored sources: faster and less faithful.

    A step costs about 60 % of CUT's, and the run is half as long.

    Needs: two sets of pictures; no picture needs a partner.

    Good for: CUT with less memory and time.""",
    lambda_nce=10.0,
    identity=False,
    equivariance=True,
    epochs=150,
    decay_epochs=50,
)
