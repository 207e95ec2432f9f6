"""Train, watch, explain, measure and use generative adversarial networks.

A game is networks plus what each player pays, and it says what it is good for. A player moves by one optimizer step on its loss; a
move is a pure function of weights, batch and turn. A recipe is a function that returns an experiment: a game, its optimizers, its
data and how to run it. Names are imported when they are used.
"""

import importlib
from typing import TYPE_CHECKING, Any

_HOMES = {
    "GAN": "games",
    "CycleGAN": "games.cyclegan",
    "AdversarialLoss": "games",
    "Batch": "games",
    "Game": "games",
    "Made": "games",
    "Map": "games",
    "Player": "games",
    "Seat": "games",
    "Prior": "games",
    "Seen": "games",
    "Term": "games",
    "Terms": "games",
    "Turn": "games",
    "View": "games",
    "lazy": "games",
    "move": "games",
    "move_together": "games",
    "noise_of": "games",
    "normal": "games",
    "uniform": "games",
    "losses": "games.losses",
    "penalties": "games.penalties",
    "Experiment": "engine.experiment",
    "Hook": "sessions.hooks",
    "Run": "sessions.options",
    "Trainer": "engine.trainer",
    "train": "use.doors",
    "resume": "use.doors",
    "evaluate": "use.evaluate_run",
    "Measurement": "measure.measure",
    "TrainedRun": "use.run",
    "open_run": "use.run",
    "load": "use.model",
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
    from sparring.engine.experiment import Experiment as Experiment
    from sparring.engine.trainer import Trainer as Trainer
    from sparring.errors import SparringError as SparringError
    from sparring.games import GAN as GAN
    from sparring.games import AdversarialLoss as AdversarialLoss
    from sparring.games import Batch as Batch
    from sparring.games import Game as Game
    from sparring.games import Made as Made
    from sparring.games import Map as Map
    from sparring.games import Player as Player
    from sparring.games import Prior as Prior
    from sparring.games import Seat as Seat
    from sparring.games import Seen as Seen
    from sparring.games import Term as Term
    from sparring.games import Terms as Terms
    from sparring.games import Turn as Turn
    from sparring.games import View as View
    from sparring.games import lazy as lazy
    from sparring.games import losses as losses
    from sparring.games import move as move
    from sparring.games import move_together as move_together
    from sparring.games import noise_of as noise_of
    from sparring.games import normal as normal
    from sparring.games import penalties as penalties
    from sparring.games import uniform as uniform
    from sparring.games.cyclegan import CycleGAN as CycleGAN
    from sparring.measure.measure import Measurement as Measurement
    from sparring.sessions.hooks import Hook as Hook
    from sparring.sessions.options import Run as Run
    from sparring.use.doors import resume as resume
    from sparring.use.doors import train as train
    from sparring.use.evaluate_run import evaluate as evaluate
    from sparring.use.model import load as load
    from sparring.use.run import TrainedRun as TrainedRun
    from sparring.use.run import open_run as open_run


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
