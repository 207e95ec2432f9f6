"""Train, watch, explain, measure and use generative adversarial networks.

A game is networks plus what each player pays. A player moves by one optimizer step on its loss. A recipe is a function
that returns an experiment: a game, its optimizers, its data and how to run it. Names are imported when they are used.
"""

import importlib
from typing import TYPE_CHECKING, Any

_HOMES = {
    "GAN": "games",
    "CycleGAN": "games.cyclegan",
    "AdversarialLoss": "games",
    "Batch": "games",
    "Game": "games",
    "Player": "games",
    "Terms": "games",
    "View": "games",
    "normal": "games",
    "uniform": "games",
    "losses": "games.losses",
    "penalties": "games.penalties",
    "move": "training.move",
    "move_together": "training.move",
    "Experiment": "training.experiment",
    "Run": "training.options",
    "Trainer": "training.trainer",
    "train": "training.start",
    "resume": "training.start",
    "load": "model",
    "Pictures": "data.pictures",
    "Spec": "data.spec",
    "open_pictures": "data.open",
    "SparringError": "errors",
}

__all__ = sorted(_HOMES)

if TYPE_CHECKING:
    from sparring.data.open import open_pictures as open_pictures
    from sparring.data.pictures import Pictures as Pictures
    from sparring.data.spec import Spec as Spec
    from sparring.errors import SparringError as SparringError
    from sparring.games import GAN as GAN
    from sparring.games import AdversarialLoss as AdversarialLoss
    from sparring.games import Batch as Batch
    from sparring.games import Game as Game
    from sparring.games import Player as Player
    from sparring.games import Terms as Terms
    from sparring.games import View as View
    from sparring.games import losses as losses
    from sparring.games import normal as normal
    from sparring.games import penalties as penalties
    from sparring.games import uniform as uniform
    from sparring.games.cyclegan import CycleGAN as CycleGAN
    from sparring.model import load as load
    from sparring.training.experiment import Experiment as Experiment
    from sparring.training.move import move as move
    from sparring.training.move import move_together as move_together
    from sparring.training.options import Run as Run
    from sparring.training.start import resume as resume
    from sparring.training.start import train as train
    from sparring.training.trainer import Trainer as Trainer


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sparring' has no attribute {name!r}")
    home = _HOMES[name]
    if home.endswith(f".{name}"):
        value: Any
        module = importlib.import_module(f"sparring.{home}")
        value = module if name in ("losses", "penalties") else getattr(module, name)
    else:
        value = getattr(importlib.import_module(f"sparring.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
