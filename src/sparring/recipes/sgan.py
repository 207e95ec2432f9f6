"""The semi-supervised GAN: a classifier out of few labels and many pictures."""

from functools import partial
from typing import Annotated, Literal

from torch import Tensor, nn

from sparring.data.labels import partly_labelled_stream
from sparring.data.pictures import Pictures
from sparring.data.spec import Spec
from sparring.data.streams import Stream
from sparring.engine.experiment import Experiment, Updates
from sparring.games.noise import Noise
from sparring.games.priors import Prior, normal
from sparring.games.semi_supervised import SemiSupervised
from sparring.networks import dcgan
from sparring.networks import semi_supervised as nets
from sparring.networks.weight_norm import start_from_data
from sparring.recipes.kinds import Count, Images, Rate, Share, Width
from sparring.recipes.pieces import adams, classes_learned
from sparring.settings import Within
from sparring.words import tr

SMALL = 32
"""Grey pictures up to this side are learnt by perceptrons, others by convolutions, unless a person says otherwise."""
PASSES = 300
"""Of the paper over all pictures."""


def sgan(
    spec: Spec,
    *,
    networks: Literal["auto", "perceptrons", "convolutions"] = "auto",
    labelled_share: Annotated[float, Within(0.01, 0.99)] = 0.5,
    z_dim: Width = 100,
    g_hidden: tuple[Width, ...] = (500, 500),
    d_hidden: tuple[Width, ...] = (1000, 500, 250, 250, 250),
    input_noise: Annotated[float, Within(0.0, 10.0)] = 0.3,
    hidden_noise: Annotated[float, Within(0.0, 10.0)] = 0.5,
    features: Annotated[int, Within(1, 2048)] = 96,
    lr: Rate | None = None,
    beta1: Share = 0.5,
    beta2: Share = 0.999,
    batch_size: Count = 200,
    ema: Images = 500_000,
    updates: Updates = "alternating",
) -> Experiment:
    """Semi-supervised GAN: learns a classifier from few labels and many pictures without one.

    Needs: one set of pictures, some with labels: a folder for each class, and one called unlabelled.

    Good for: a classifier where labels are dear: ``sparring evaluate`` says how often it is right, ``sparring classify`` uses it.

    What is learnt is D. The samples of G help it to learn and are not the best that can be drawn. ``--labels 100`` keeps only so
    many of the labels, to see what more would be worth.

    Args:
        spec: Shape of the pictures.
        networks: The paper's perceptrons for MNIST, or convolutions like the paper's for CIFAR-10; auto takes perceptrons for
            grey pictures of up to 32 x 32.
        labelled_share: Share of each batch that are labelled pictures, seen again and again if there are few.
        z_dim: Dimension of the noise z.
        g_hidden: Widths of G's hidden layers (perceptrons).
        d_hidden: Widths of D's hidden layers (perceptrons).
        input_noise: Standard deviation of the Gaussian noise on D's input, in units of [0, 1] (perceptrons).
        hidden_noise: Standard deviation of the Gaussian noise on D's hidden layers (perceptrons).
        features: Channels of the first feature map of D, and of the largest of G (convolutions).
        lr: Learning rate of both Adam optimizers; by default the paper's, 3e-3 for perceptrons and 3e-4 for convolutions.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Adam's beta2, the decay of the second moment.
        batch_size: Batch size; the paper's is 100 with labels and 100 without.
        ema: Half-life of the exponential moving average of G and D, in images; 0 for none.
        updates: Update D and G in turn, or both from the same state.

    Source: Salimans et al. 2016.
    """
    classes_learned(spec, "sgan")
    plain = networks == "perceptrons" or (
        networks == "auto" and spec.channels == 1 and max(spec.height, spec.width) <= SMALL
    )
    G, D, prior = _perceptrons(spec, z_dim, g_hidden, d_hidden, (input_noise, hidden_noise)) if plain else (
        _convolutions(spec, z_dim, features)
    )  # fmt: skip
    rate = (3e-3 if plain else 3e-4) if lr is None else lr
    return Experiment(
        game=SemiSupervised(G, D, prior),
        optimizers=adams(D, G, rate, beta1, beta2),
        batch_size=batch_size,
        images=round(PASSES * max(spec.count, 1000) / (1 - labelled_share)),
        updates=updates,
        ema_half_life=ema,
        chosen=_chosen(spec, networks, plain, lr),
        prepare=lambda pictures: start_from_data(D, pictures),
        stream=partial(_stream, labelled_share),
    )


def _chosen(spec: Spec, asked: str, plain: bool, lr: float | None) -> dict[str, str]:
    """What was chosen where nobody said, for people."""
    found: dict[str, str] = {}
    name = "perceptrons" if plain else "convolutions"
    if asked == "auto":
        shape = f"{spec.height} x {spec.width} x {spec.channels}"
        found["networks"] = tr("{value} (pictures of {shape})", value=name, shape=shape)
    if lr is None:
        found["lr"] = tr("{value} (of {networks})", value="0.003" if plain else "0.0003", networks=name)
    return found


def _stream(share: float, pictures: Pictures, seed: int) -> Stream:
    return partly_labelled_stream(pictures, seed, share)


def _perceptrons(
    spec: Spec, z_dim: int, g_hidden: tuple[int, ...], d_hidden: tuple[int, ...], noise: tuple[float, float]
) -> tuple[nn.Module, nn.Module, Prior]:
    D = nets.Discriminator(spec, d_hidden, noise)
    return nets.Generator(spec, z_dim, g_hidden), D, Prior(z_dim, _unit)


def _convolutions(spec: Spec, z_dim: int, features: int) -> tuple[nn.Module, nn.Module, Prior]:
    D = nets.ConvolutionalDiscriminator(spec, features)
    return dcgan.Generator(spec, z_dim, features), D, normal(z_dim)


def _unit(noise: Noise, n: int, dim: int) -> Tensor:
    """U(0, 1) in every coordinate."""
    return noise.share("z", n, dim)
