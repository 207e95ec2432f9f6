"""The idea: games, losses, penalties and the move. Read this folder and you know the library."""

from sparring.games.dropout import Chance, Dropout
from sparring.games.game import Game, Map, Player
from sparring.games.gan import GAN
from sparring.games.losses import LOSSES, AdversarialLoss
from sparring.games.move import Moved, Seat, move, move_together
from sparring.games.noise import Noise, noise_of
from sparring.games.priors import Prior, normal, uniform
from sparring.games.terms import Term, lazy
from sparring.games.turn import Batch, Seen, Terms, Turn
from sparring.games.view import Augment, Fakes, Made, View, instance_noise

__all__ = [
    "GAN",
    "LOSSES",
    "AdversarialLoss",
    "Augment",
    "Batch",
    "Chance",
    "Dropout",
    "Fakes",
    "Game",
    "Made",
    "Map",
    "Moved",
    "Noise",
    "Player",
    "Prior",
    "Seat",
    "Seen",
    "Term",
    "Terms",
    "Turn",
    "View",
    "instance_noise",
    "lazy",
    "move",
    "move_together",
    "noise_of",
    "normal",
    "uniform",
]
