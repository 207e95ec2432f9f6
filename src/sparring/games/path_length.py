"""Path length: a step in w should change the picture by as much wherever it starts and wherever it goes."""

import math
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from sparring.words import tr

if TYPE_CHECKING:
    from sparring.games.gan import GAN
    from sparring.games.view import Made


@runtime_checkable
class Styled(Protocol):
    """A generator that draws from styles, which it makes of z: styles may be mixed and moved on the way."""

    def styles(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """(N, z_dim) and labels (N,) -> a style for each layer from coarse to fine, (N, layers, w_dim)."""

    def draw(self, styles: Tensor, truncation: float = 1.0) -> Tensor:
        """Styles -> pictures (N, C, H, W); at truncation psi each is mean + psi (style - mean)."""


class PathLength(nn.Module):
    """A generator term: (|J^T y| - a)^2, J the derivative of the picture by its styles, a the moving mean of that length.

    y is N(0, 1) in every number of a picture, divided by the square root of its pixels. J^T y is a gradient, so it takes one
    backward pass. Its length is the root of the mean over layers of its squares. The term draws pictures of its own from fewer z
    than the move has, since it needs much memory.

    Args:
        share: Part of the batch that it is paid for; at least one sample is.
        decay: Part of the mean that every time renews.

    Attributes:
        mean: a, 0-dim: what training changes.

    Raises:
        ValueError: If a number makes no sense.

    Source: Karras et al. 2020 (Analyzing and Improving the Image Quality of StyleGAN), section 3.2 and appendix B.
    """

    mean: Tensor

    def __init__(self, share: float = 0.5, decay: float = 0.01) -> None:
        super().__init__()
        if not (0 < share <= 1 and 0 < decay <= 1):
            raise ValueError(
                tr("share is {share} and decay {decay}; both are above 0, up to 1", share=share, decay=decay)
            )
        self.share, self.decay = share, decay
        self.register_buffer("mean", torch.zeros(()))

    def forward(self, game: "GAN", made: "Made") -> Tensor:
        """(n,), n the share of the batch. The game's G is `Styled`."""
        n = max(1, int(len(made.fake) * self.share))
        noise, every = made.turn.noise.within("path length"), len(made.fake) // n
        y = (
            None if made.y is None else made.y[::every][:n]
        )  # evenly spread, so that those of many processes are those of one
        styles = game.G.styles(game.prior(noise, n), y)  # type: ignore[operator]
        lengths = path_lengths(game.G, styles, noise.normal("y", n, *made.fake.shape[1:]))  # type: ignore[arg-type]
        mean = torch.lerp(self.mean, made.turn.whole(lengths.detach()).mean().to(self.mean), self.decay)
        made.turn.keep(self.mean, mean)
        return (lengths - mean).square()


def path_lengths(G: Styled, styles: Tensor, direction: Tensor) -> Tensor:
    """|J^T y| of every sample, (n,), with a graph.

    Args:
        G: The generator.
        styles: (n, layers, w_dim), with a graph or a leaf.
        direction: y before it is divided, the shape of the pictures.
    """
    fake = G.draw(styles)
    along = (fake * direction.to(fake)).sum() / math.sqrt(math.prod(fake.shape[2:]))
    (gradient,) = torch.autograd.grad(along, styles, create_graph=True)
    squares = gradient.to(torch.promote_types(gradient.dtype, torch.float32)).square()
    lengths: Tensor = squares.sum(2).mean(1).sqrt()
    return lengths
