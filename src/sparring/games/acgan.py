"""The auxiliary classifier GAN: `GAN` and two functions, on a D that also names the class.

D answers ``{"logits": ..., "classes": (N, K)}`` and is told no labels. Both players pay for the class, D on data and fakes, G on
its fakes: D maximises L_S + L_C, G maximises L_C - L_S, where L_S and L_C are the log likelihoods of the right source and class.

Source: Odena et al. 2017, equations 2 and 3.
"""

from torch import Tensor
from torch.nn.functional import cross_entropy

from sparring.games.gan import GAN
from sparring.games.view import Look, Made, View


def d_names_classes(D: Look, view: View) -> Tensor:
    """-log p(class | picture) of data and of fakes together, (n,); a picture without a label pays for its fake alone.

    Of data the mean is taken over the labelled rows of the batch, however few they are.
    """
    assert view.y is not None
    assert view.fake_y is not None
    known = view.y >= 0
    real = cross_entropy(view.real["classes"], view.y, ignore_index=-1, reduction="none")
    fake = cross_entropy(view.answer["classes"], view.fake_y, reduction="none")
    known = view.turn.whole(known)
    return real * (len(known) / known.sum().clamp_min(1)) + fake


def g_shows_classes(game: GAN, made: Made) -> Tensor:
    """-log p(class | fake) of the class that the fake was drawn for, (n,)."""
    assert made.y is not None
    return cross_entropy(made.answer["classes"], made.y, reduction="none")
