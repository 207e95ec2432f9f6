"""Pieces that recipes share: where z comes from, Adam for both networks, and the classes that they are told."""

from torch import nn
from torch.optim import Adam, Optimizer

from sparring.data.spec import Spec
from sparring.engine.schedules import Schedule, linear, of_optimizer
from sparring.games import normal, uniform
from sparring.words import mark, tr

PRIORS = {"normal": normal, "uniform": uniform}
"""By the name that a user gives; each takes the dimension of z."""


def adams(D: nn.Module, G: nn.Module, lr: float, beta1: float, beta2: float) -> dict[str, Optimizer]:
    """An Adam for each player of a `GAN`."""
    return {"D": adam(D, lr, beta1, beta2), "G": adam(G, lr, beta1, beta2)}


def adam(network: nn.Module, lr: float, beta1: float, beta2: float) -> Adam:
    """Adam for all parameters of a network."""
    return Adam(network.parameters(), lr, (beta1, beta2), fused=real(network))


def real(network: nn.Module) -> bool:
    """Whether it has weights; a sketch has none, and fused optimizers cannot be made for it."""
    return not next(network.parameters()).is_meta


def line_to_zero(optimizers: dict[str, Optimizer], lr: float, images: float) -> tuple[Schedule, ...]:
    """The rate of all falls in a straight line to 0 over so many images; nothing for 0 images."""
    law = linear(lr, 0.0, round(images))
    return tuple(of_optimizer(o, "lr", law) for o in optimizers.values()) if round(images) else ()


def classes_told(spec: Spec, conditional: bool) -> int:
    """How many classes G and D are told; 0 if not ``conditional``.

    Raises:
        ValueError: If the data has no labels to condition on.
    """
    if conditional and not spec.classes:
        text = mark("conditional is set, but the data has no labels; give class sub-folders or leave it out")
        raise ValueError(tr(text))
    return spec.classes if conditional else 0


def classes_learned(spec: Spec, recipe: str) -> int:
    """How many classes the data has, for a recipe that learns them.

    Raises:
        ValueError: If there are fewer than two.
    """
    if spec.classes < 2:
        text = mark("{recipe} learns classes, but the data has no labels; give sub-folders of two classes or more")
        raise ValueError(tr(text, recipe=recipe))
    return spec.classes
