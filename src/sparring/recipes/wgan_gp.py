"""WGAN-GP: a critic whose gradient is held at norm 1, and residual networks."""

from typing import Annotated, Literal

from sparring.data.spec import Spec
from sparring.data.streams import dequantised_stream, picture_stream
from sparring.engine.experiment import Experiment, Updates
from sparring.games import GAN, LOSSES, normal
from sparring.games.penalties import gradient_penalty
from sparring.networks import resnet
from sparring.recipes.kinds import Count, Images, Rate, Share, Weight, Width
from sparring.recipes.pieces import adams, classes_told, line_to_zero
from sparring.settings import Within


def wgan_gp(
    spec: Spec,
    *,
    penalty: Weight = 10.0,
    d_steps: Annotated[int, Within(1, 1000)] = 5,
    z_dim: Width = 128,
    features: Annotated[int, Within(1, 2048)] = 128,
    d_features: Annotated[int, Within(1, 2048)] = 128,
    d_norm: Literal["none", "layer"] = "none",
    dequantise: bool = True,
    conditional: bool = False,
    lr: Rate = 2e-4,
    decay: Images = 6_400_000,
    beta1: Share = 0.0,
    beta2: Share = 0.9,
    batch_size: Count = 64,
    ema: Images = 0,
    updates: Updates = "alternating",
) -> Experiment:
    """WGAN-GP: Wasserstein loss with a gradient penalty; D's loss estimates how far generated pictures are from the data.

    The paper's residual networks for 32 x 32, which halve D and double G further for larger pictures. They are large: on a machine
    without an accelerator set smaller widths, for example ``--features 64 --d-features 64``. The paper's batch for G is twice
    that of D; here they are equal.

    Needs: one set of pictures; labels for --conditional.

    Good for: a loss that falls as samples get better, where there is time: five updates of D for one of G.

    Args:
        spec: Shape of the pictures.
        penalty: Weight of the gradient penalty (lambda in the paper), (|grad D| - 1)^2 on lines between real and generated
            pictures; without it (0) the loss has no bound.
        d_steps: Critic updates per generator update (n_critic in the paper).
        z_dim: Dimension of the noise z.
        features: Channels of G's first feature map and the following ones up to 32 x 32; larger ones have fewer.
        d_features: Channels of D's last feature maps; at more than 32 pixels the first ones have fewer.
        d_norm: Normalization of D: none, or layer norm. Batch norm would couple the samples that the penalty takes one by one.
        dequantise: Add noise as wide as a step of the stored values to the training pictures.
        conditional: Condition G and D on the class labels: conditional batch norm in G, projection in D.
        lr: Initial learning rate of both Adam optimizers.
        decay: Images over which the learning rates fall linearly to 0, which is also the default length of the run; 0 keeps
            the rates constant, with a length of 6,400,000.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Adam's beta2, the decay of the second moment.
        batch_size: Batch size.
        ema: Half-life of G's exponential moving average, in images; 0, as in the paper, for none.
        updates: Update D and G in turn, or both from the same state.

    Source: Gulrajani et al. 2017.
    """
    classes = classes_told(spec, conditional)
    G = resnet.Generator(spec, z_dim, features, classes)
    D = resnet.Discriminator(spec, d_features, classes, pool="mean", bias=True, layer_norm=d_norm == "layer")
    penalties = {"gradient_penalty": gradient_penalty(penalty)} if penalty else {}
    optimizers = adams(D, G, lr, beta1, beta2)
    loss = LOSSES["wasserstein"]
    return Experiment(
        game=GAN(G, D, normal(z_dim), loss, penalties, d_steps=d_steps, classes=classes, together=True),
        optimizers=optimizers,
        batch_size=batch_size,
        images=round(decay) or 6_400_000,
        updates=updates,
        ema_half_life=ema,
        schedules=line_to_zero(optimizers, lr, decay),
        stream=dequantised_stream if dequantise else picture_stream,
    )
