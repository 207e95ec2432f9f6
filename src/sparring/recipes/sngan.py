"""SNGAN: spectral normalisation, the hinge loss and residual networks; with labels, the projection discriminator."""

from typing import Annotated

from sparring.data.spec import Spec
from sparring.data.streams import dequantised_stream, picture_stream
from sparring.engine.experiment import Experiment, Updates
from sparring.games import GAN, LOSSES, normal
from sparring.networks import resnet
from sparring.networks.spectral import spectral_norm
from sparring.recipes.kinds import Count, Images, LossName, Rate, Share, Width
from sparring.recipes.pieces import adams, classes_told, line_to_zero
from sparring.settings import Within


def sngan(
    spec: Spec,
    *,
    loss: LossName = "hinge",
    d_steps: Annotated[int, Within(1, 1000)] = 5,
    z_dim: Width = 128,
    features: Annotated[int, Within(1, 2048)] = 256,
    d_features: Annotated[int, Within(1, 2048)] = 128,
    power_iterations: Annotated[int, Within(1, 100)] = 1,
    dequantise: bool = True,
    conditional: bool = False,
    lr: Rate = 2e-4,
    decay: Images = 3_200_000,
    beta1: Share = 0.0,
    beta2: Share = 0.9,
    batch_size: Count = 64,
    ema: Images = 0,
    updates: Updates = "alternating",
) -> Experiment:
    """SNGAN: residual networks with spectral normalization in D; the projection discriminator if conditional.

    The paper's network for 32 x 32, which halves D and doubles G further for larger pictures. It is large: on a machine without
    an accelerator set smaller widths and fewer updates of D, for example ``--features 64 --d-features 64 --d-steps 2``.
    The paper's batch for G is twice that of D; here they are equal.

    Needs: one set of pictures; labels for --conditional.

    Good for: pictures of 32 to 128 pixels on a GPU, above all with labels.

    Args:
        spec: Shape of the pictures.
        loss: Adversarial loss.
        d_steps: Discriminator updates per generator update (n_dis in the paper).
        z_dim: Dimension of the noise z.
        features: Channels of G's first feature map and the following ones up to 32 x 32; larger ones have fewer.
        d_features: Channels of D's last feature maps; at more than 32 pixels the first ones have fewer.
        power_iterations: Rounds of power iteration per forward pass of D, by which singular values are found.
        dequantise: Add noise as wide as a step of the stored values to the training pictures.
        conditional: Condition G and D on the class labels: conditional batch norm in G, projection in D.
        lr: Initial learning rate of both Adam optimizers.
        decay: Images over which the learning rates fall linearly to 0, which is also the default length of the run; 0 keeps
            the rates constant, with a length of 3,200,000.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Adam's beta2, the decay of the second moment.
        batch_size: Batch size.
        ema: Half-life of G's exponential moving average, in images; 0, as in the paper, for none.
        updates: Update D and G in turn, or both from the same state.

    Source: Miyato et al. 2018; Miyato & Koyama 2018 with labels.
    """
    classes = classes_told(spec, conditional)
    G = resnet.Generator(spec, z_dim, features, classes)
    D = spectral_norm(resnet.Discriminator(spec, d_features, classes), power_iterations)
    optimizers = adams(D, G, lr, beta1, beta2)
    return Experiment(
        game=GAN(G, D, normal(z_dim), LOSSES[loss], d_steps=d_steps, classes=classes, together=True),
        optimizers=optimizers,
        batch_size=batch_size,
        images=round(decay) or 3_200_000,
        updates=updates,
        ema_half_life=ema,
        schedules=line_to_zero(optimizers, lr, decay),
        stream=dequantised_stream if dequantise else picture_stream,
    )
