"""The idea: games, losses, penalties. Read this folder and you know the library."""

from sparring.games.game import Batch, Game, Player, Terms, bystander
from sparring.games.gan import GAN, instance_noise
from sparring.games.losses import LOSSES, AdversarialLoss
from sparring.games.penalties import Penalty, View
from sparring.games.priors import Prior, normal, uniform

__all__ = [
    "GAN",
    "LOSSES",
    "AdversarialLoss",
    "Batch",
    "Game",
    "Penalty",
    "Player",
    "Prior",
    "Terms",
    "View",
    "bystander",
    "instance_noise",
    "normal",
    "uniform",
]
