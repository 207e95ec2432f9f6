"""The trainer: every player moves, again and again. It knows players, optimizers and streams, and nothing of GANs."""

from typing import Any

import torch
from torch.optim import Optimizer

from sparring.data.streams import Stream
from sparring.engine.backend import Backend
from sparring.engine.ema import EMA
from sparring.engine.experiment import Experiment
from sparring.engine.optimizer_state import load_networks, pack_optimizer, unpack_optimizer
from sparring.engine.snapshot import Snapshot
from sparring.errors import DivergedError
from sparring.games import Batch, Player, Terms
from sparring.games.move import NonFiniteError, move, move_together


class Trainer:
    """Plays an experiment on a stream of data.

    Args:
        experiment: What is trained and how.
        stream: Where batches come from; a pure function of the position.
        backend: Device, precision and threads.

    Attributes:
        steps: Rounds played; in a round every player makes its moves.
        images: Images seen: ``steps * batch_size``.
        drawn: Position in the stream; every move draws a fresh batch.
        rate: Factor on all learning rates, lowered after a divergence.
    """

    def __init__(self, experiment: Experiment, stream: Stream, backend: Backend | None = None) -> None:
        self.experiment, self.stream = experiment, stream
        self.backend = backend or Backend()
        self.game = self.backend.place(experiment.game).train()
        self.ema = EMA(self.game, experiment.ema_half_life, experiment.ema_ramp)
        self.steps = self.images = self.drawn = 0
        self.rate = 1.0
        self._lr = {name: [g["lr"] for g in o.param_groups] for name, o in experiment.optimizers.items()}

    def step(self) -> dict[str, Terms]:
        """One round: every player moves.

        Returns:
            What each player paid and saw in its last move of the round.

        Raises:
            DivergedError: If a loss term or a gradient is not finite; the player's parameters were not stepped.
        """
        self._schedule()
        terms = self._together() if self.experiment.updates == "simultaneous" else self._in_turn()
        self.steps += 1
        self.images += self.experiment.batch_size
        self.ema.update(self.game, self.experiment.batch_size, self.images)
        return terms

    def snapshot(self) -> Snapshot:
        """All that training changes."""
        tensors = {
            "game": dict(self.game.state_dict()),
            "ema": dict(self.ema.networks.state_dict()),
            "optimizers": {},
            "rng": {"cpu": torch.get_rng_state()},
        }
        if torch.cuda.is_available():
            tensors["rng"] |= {f"cuda:{i}": s for i, s in enumerate(torch.cuda.get_rng_state_all())}
        groups: dict[str, Any] = {}
        for name, optimizer in self.experiment.optimizers.items():
            packed, groups[name] = pack_optimizer(name, optimizer)
            tensors["optimizers"] |= packed
        progress = {"steps": self.steps, "images": self.images, "drawn": self.drawn, "rate": self.rate}
        return Snapshot(self.steps, tensors, {"progress": progress, "optimizers": groups})

    def restore(self, snapshot: Snapshot) -> None:
        """Take back what `snapshot` gave; from here training goes on as it would have.

        Raises:
            ModelError: If the snapshot is of other networks.
        """
        load_networks(self.game, snapshot.tensors["game"])
        load_networks(self.ema.networks, snapshot.tensors["ema"])
        for name, optimizer in self.experiment.optimizers.items():
            unpack_optimizer(name, optimizer, snapshot.tensors["optimizers"], snapshot.state["optimizers"][name])
        torch.set_rng_state(snapshot.tensors["rng"]["cpu"])
        if torch.cuda.is_available() and "cuda:0" in snapshot.tensors["rng"]:
            cuda = {k: v for k, v in snapshot.tensors["rng"].items() if k.startswith("cuda:")}
            torch.cuda.set_rng_state_all([cuda[f"cuda:{i}"] for i in range(len(cuda))])
        progress = snapshot.state["progress"]
        self.steps, self.images, self.drawn = progress["steps"], progress["images"], progress["drawn"]
        self.rate = progress["rate"]

    def _in_turn(self) -> dict[str, Terms]:
        terms = {}
        for name, player in self._players().items():
            for _ in range(player.steps):
                terms[name] = self._move(name, player)
        return terms

    def _together(self) -> dict[str, Terms]:
        """Extra moves (k > 1) come first; then all move from the same state."""
        players = self._players()
        for name, player in players.items():
            for _ in range(player.steps - 1):
                self._move(name, player)
        turns = {name: (player, self._optimizer(name), self._draw()) for name, player in players.items()}
        try:
            return move_together(turns)
        except NonFiniteError as e:
            raise DivergedError(f"step {self.steps + 1}: {e}") from e

    def _move(self, name: str, player: Player) -> Terms:
        try:
            return move(player, self._optimizer(name), self._draw())
        except NonFiniteError as e:
            raise DivergedError(f"step {self.steps + 1}: player {name}: {e}") from e

    def _players(self) -> dict[str, Player]:
        return {name: self.backend.playing(player) for name, player in self.game.players().items()}

    def _optimizer(self, name: str) -> Optimizer:
        return self.experiment.optimizers[name]

    def _draw(self) -> Batch:
        batch = self.stream(self.drawn, self.experiment.batch_size)
        self.drawn += self.experiment.batch_size
        return self.backend.placed(batch)

    def _schedule(self) -> None:
        for name, optimizer in self.experiment.optimizers.items():
            for group, lr in zip(optimizer.param_groups, self._lr[name], strict=True):
                group["lr"] = lr
        for schedule in self.experiment.schedules:
            schedule.put(schedule.law(self.images))
        if self.rate != 1.0:
            for optimizer in self.experiment.optimizers.values():
                for group in optimizer.param_groups:
                    group["lr"] *= self.rate


def moments(optimizer: Optimizer) -> int:
    """Numbers an optimizer keeps for each parameter."""
    if isinstance(optimizer, torch.optim.SGD):
        return 1 if optimizer.defaults["momentum"] else 0
    return 2
