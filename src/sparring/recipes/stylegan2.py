"""StyleGAN2 with the settings that its authors found for small data."""

from typing import Annotated

from torch import nn
from torch.optim import Adam

from sparring.data.spec import Spec
from sparring.engine.experiment import Experiment
from sparring.games import GAN, normal
from sparring.games.losses import nonsaturating
from sparring.games.path_length import PathLength
from sparring.games.penalties import lazy, r1
from sparring.games.terms import Payable
from sparring.networks.stylegan2 import Generator
from sparring.networks.stylegan2_d import Discriminator
from sparring.recipes.augmented import augmented
from sparring.recipes.kinds import AugmentName, Count, Images, Rate, Share, Weight, Width
from sparring.recipes.pieces import adam, classes_told
from sparring.settings import Within
from sparring.words import tr

LARGE = 512
"""Side in pixels from which the published automatic configuration has all channels; below it has half of them."""
IMAGES = 25_000_000
"""Length of the run, as that configuration's."""
Every = Annotated[int, Within(1, 10_000)]
Factor = Annotated[float, Within(0.001, 64.0)]


def stylegan2(
    spec: Spec,
    *,
    z_dim: Width = 512,
    mapping: Annotated[int, Within(1, 64)] = 2,
    fmaps: Factor | None = None,
    width: Width = 512,
    mixing: Annotated[float, Within(0.0, 1.0)] = 0.9,
    gamma: Weight | None = None,
    r1_every: Every = 16,
    path_weight: Weight = 2.0,
    path_every: Every = 4,
    group: Annotated[int, Within(1, 1024)] = 4,
    conditional: bool = False,
    augment: AugmentName = "ada",
    lr: Rate = 2.5e-3,
    beta1: Share = 0.0,
    beta2: Share = 0.99,
    batch_size: Count = 32,
    ema: Images | None = None,
) -> Experiment:
    """StyleGAN2: styles, from coarse to fine, that can be mixed and moved towards the mean.

    A mapping network turns z into a style w, modulated convolutions draw with it, noise adds what is left to chance. What is not
    given follows from the resolution, as in the published automatic configuration; the paper's own, at 1024 pixels, is
    ``--mapping 8 --lr 2e-3 --gamma 10 --ema 10000``. For a CPU take ``--width 64`` or less.

    Needs: one set of pictures; labels for --conditional; at full width a GPU.

    Good for: pictures of one kind, such as faces, at 32 to 1024 pixels, and for working with w: truncation, mixing, walks.

    Args:
        spec: Shape of the pictures.
        z_dim: Dimension of the noise z and of w.
        mapping: Layers of the mapping network; the paper has 8.
        fmaps: Factor on the channels; by default 1 from 512 pixels, else 0.5.
        width: Most channels of a feature map.
        mixing: Share of the training samples that mix the styles of two z.
        gamma: Weight of the R1 penalty, gamma/2 |grad D|^2 at real pictures; by default 0.0002 side^2 / batch size; 0 for none.
        r1_every: Updates of D from one R1 penalty to the next, which weighs as many times more.
        path_weight: Weight of path length regularization; 0 for none.
        path_every: Updates of G from one path length regularization to the next, which weighs as many times more.
        group: Samples of a batch that D compares with each other.
        conditional: Condition G and D on the class labels.
        augment: Augmentation of what D sees, so that it does not learn few pictures by heart: ADA, which adapts its strength,
            or DiffAugment; auto is DiffAugment in runs of 600 passes and more.
        lr: Learning rate of both Adam optimizers.
        beta1: Adam's beta1, the decay of the first moment.
        beta2: Adam's beta2, the decay of the second moment.
        batch_size: Batch size.
        ema: Half-life of G's exponential moving average, in images; by default 312.5 times the batch size; 0 for none.

    Source: Karras et al. 2020 (Analyzing and Improving the Image Quality of StyleGAN), configuration F; what follows from the
    resolution: Karras et al. 2020 (Training Generative Adversarial Networks with Limited Data).
    """
    side = max(spec.height, spec.width)
    chosen = {"fmaps": fmaps is None, "gamma": gamma is None, "ema": ema is None}
    fmaps = (1.0 if side >= LARGE else 0.5) if fmaps is None else fmaps
    gamma = 0.0002 * spec.height * spec.width / batch_size if gamma is None else gamma
    ema = batch_size * 10_000 / 32 if ema is None else ema
    used = {"fmaps": fmaps, "gamma": gamma, "ema": ema}
    classes = classes_told(spec, conditional)
    G = Generator(spec, z_dim, z_dim, mapping, fmaps, width, classes, mixing)
    D = Discriminator(spec, fmaps, width, classes, group)
    penalties: dict[str, Payable] = {"r1": lazy(r1(gamma), r1_every)} if gamma else {}
    terms: dict[str, Payable] = {}
    if path_weight:
        terms["path_length"] = lazy(PathLength(), path_every)._replace(weight=path_weight)
    seen = augmented(augment, spec, IMAGES, nonsaturating)
    game = GAN(G, D, normal(z_dim), nonsaturating, penalties, terms, classes=classes, augment=seen.augment)
    return Experiment(
        game=game,
        optimizers={
            "D": corrected(D, lr, (beta1, beta2), r1_every if gamma else 0),
            "G": corrected(G, lr, (beta1, beta2), path_every if path_weight else 0),
        },
        batch_size=batch_size,
        images=IMAGES,
        ema_half_life=ema,
        schedules=seen.schedules(game),
        chosen={**seen.chosen, **{k: tr("{value:g} (automatic)", value=used[k]) for k, own in chosen.items() if own}},
    )


def corrected(network: nn.Module, lr: float, betas: tuple[float, float], every: int) -> Adam:
    """Adam for a player whose regularization is due on every so many moves: with c = k / (k + 1), lr * c and betas ** c.

    Args:
        network: Whose parameters it holds.
        lr: Learning rate of a player that pays it in every move.
        betas: Likewise.
        every: k; 0 without regularization, which changes nothing.

    Source: Karras et al. 2020 (Analyzing and Improving the Image Quality of StyleGAN), appendix B.
    """
    c = every / (every + 1) if every else 1.0
    return adam(network, lr * c, betas[0] ** c, betas[1] ** c)
