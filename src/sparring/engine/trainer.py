"""The trainer: every player moves, again and again. It knows players, optimizers and streams, and nothing of GANs."""

from typing import Any, NamedTuple

import torch

from sparring.chance import callers_stream_kept, reseed
from sparring.data.sampler import shard
from sparring.data.streams import Stream
from sparring.engine.backend import Backend
from sparring.engine.distributed import ALONE, World
from sparring.engine.ema import EMA
from sparring.engine.experiment import Experiment
from sparring.engine.optimizer_state import lay_out, load_networks, pack_optimizer, unpack_optimizer
from sparring.engine.schedules import set_number
from sparring.engine.snapshot import Snapshot
from sparring.errors import DivergedError
from sparring.games import Batch, Seat, Seen, Terms, Turn, move_together, noise_of
from sparring.games.move import begin, why_not
from sparring.games.noise import key_of
from sparring.games.settle import Watched
from sparring.words import mark, tr

PATIENCE = 1000
"""Moves after which the trainer looks by itself whether one was refused."""


class Played(NamedTuple):
    """A move, as it can be made again: whose, when, and where in the stream its batch is."""

    step: int
    seat: Seat
    moves: int
    position: int
    shared: bool = False


class Shared(NamedTuple):
    """What a shared round begins with: the batch, what was made of it, and buffers as they were before."""

    batch: Batch
    made: object
    watched: Watched


Batches = dict[int, Batch]
"""What a round is played on, by its place in the stream; what is used is taken out."""


class Trainer:
    """Plays an experiment on a stream of data.

    A move that is not finite changes nothing, and nothing changes after it, until `check` looks: the host waits for the device
    only there.

    Args:
        experiment: What is trained and how.
        stream: Where batches come from; a pure function of the position.
        backend: Device, precision and threads.
        seed: Of all noise.
        world: The processes that train together; each has an equal part of every batch, and all come to the same.

    Attributes:
        steps: Rounds played; in a round every player makes its moves.
        rate: Factor on all learning rates, lowered after a divergence.
    """

    def __init__(
        self,
        experiment: Experiment,
        stream: Stream,
        backend: Backend | None = None,
        seed: int = 0,
        world: World = ALONE,
    ) -> None:
        self.experiment, self.stream, self.seed, self.world = experiment, stream, seed, world
        shard(0, experiment.batch_size, world.rank, world.size)  # says so if it does not divide
        self.game = experiment.game.to((backend or Backend()).device).train()
        self.ema = EMA(self.game, experiment.ema_half_life, experiment.ema_ramp)
        self.use(backend or Backend())
        self.steps, self.rate = 0, 1.0
        self._lr = {name: [float(g["lr"]) for g in o.param_groups] for name, o in experiment.optimizers.items()}
        self._unchecked: list[Played] = []
        self._accepted = torch.zeros((), dtype=torch.int64, device=self.backend.device)
        self._go = torch.ones((), dtype=torch.bool, device=self.backend.device)

    @property
    def images(self) -> int:
        """Images seen: ``steps * batch_size``."""
        return self.steps * self.experiment.batch_size

    @property
    def drawn(self) -> int:
        """Position in the stream; every move draws a fresh batch, but those that share one."""
        steps = [seat.steps for seat in self.seats.values()]
        return self.images * (sum(steps) - (len(steps) - 1) * self.experiment.shared)

    def use(self, backend: Backend) -> None:
        """Compute in another way from here on; weights, moments and averages stay the numbers they are.

        Args:
            backend: On the device that the game is on.
        """
        self.backend = backend
        for networks in (self.game, self.ema.networks):
            backend.lay_out(networks)
        optimizers = self.experiment.optimizers
        for optimizer in optimizers.values():
            lay_out(optimizer)
        average = self.world.average if self.world.size > 1 else None
        self.seats = {name: backend.seat(self.game, name, optimizers[name], average) for name in self.game.players()}

    def step(self) -> dict[str, Terms]:
        """One round: every player moves.

        Returns:
            What each player paid and saw in its last move of the round.

        Raises:
            DivergedError: As `check`, which is called now and then.
            DataError: If the stream cannot give the batches of the round; no player has moved.
        """
        self._schedule()
        with callers_stream_kept():
            terms = self._round()
        self.steps += 1
        self.ema.schedule(self.images)
        self.ema.update(self.game, self.experiment.batch_size)
        if len(self._unchecked) >= PATIENCE:
            self.check()
        return terms

    def check(self) -> None:
        """Wait for the device and see whether all moves since the last look were accepted.

        Raises:
            DivergedError: With the first refused move, whose it was and what of it is not finite. Weights, optimizers and buffers
                are as they were before it; steps and the average have gone on. `restore` begins anew.
        """
        accepted, moves = int(self._accepted), self._unchecked
        if accepted < len(moves):
            step = moves[accepted].step
            with callers_stream_kept():
                for played in [p for p in moves[accepted:] if p.step == step]:
                    shared = self._shared([p for p in moves if p.step == step]) if played.shared else None
                    batch, turn = self._given(played, shared)
                    why = why_not(played.seat, batch, turn)
                    if shared:
                        shared.watched.settle(torch.zeros_like(self._go))
                    if why:
                        text = mark("step {step}: player {name}: {why}")
                        raise DivergedError(tr(text, step=step + 1, name=played.seat.name, why=why))
            text = mark("step {step}: an update of {name} was not finite, and is when repeated")
            raise DivergedError(tr(text, step=step + 1, name=moves[accepted].seat.name))
        self._unchecked = []
        self._accepted.zero_()

    def watch(self, held_out: Batch, seed: int) -> dict[str, Seen]:
        """What the game sees in pictures that training never sees, with the same noise each time. Training is not moved."""
        with torch.no_grad(), callers_stream_kept(), self.backend.autocast():
            watched = [seat.watched() for seat in self.seats.values()]
            reseed(seed)
            turn = Turn(noise_of(seed, "watch", device=self.backend.device), 0, self.images)
            found = dict(self.game.watch(held_out, turn))
            for w in watched:
                w.settle(torch.zeros_like(self._go))
            return found

    def snapshot(self) -> Snapshot:
        """All that training changes."""
        tensors = {
            "game": dict(self.game.state_dict()),
            "ema": dict(self.ema.networks.state_dict()),
            "optimizers": {},
        }
        groups: dict[str, Any] = {}
        for name, optimizer in self.experiment.optimizers.items():
            packed, groups[name] = pack_optimizer(name, optimizer)
            tensors["optimizers"] |= packed
        progress = {"steps": self.steps, "images": self.images, "rate": self.rate}
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
        progress = snapshot.state["progress"]
        self.steps, self.rate = progress["steps"], progress["rate"]
        self._unchecked = []
        self._accepted.zero_()
        self._go.fill_(True)

    def _round(self) -> dict[str, Terms]:
        terms: dict[str, Terms] = {}
        rounds = self._moves()
        drawing = [p for moves in rounds for p in moves if not p.shared or p.seat.makes]
        batches = {played.position: self._drawn(played) for played in drawing}  # all of them, or nobody moves
        shared: Shared | None = None
        for moves in rounds:
            if moves[0].shared and shared is None:
                shared = self._shared([played for some in rounds for played in some], batches)
            for played, found in zip(moves, self._move(moves, shared, batches), strict=True):
                terms[played.seat.name] = found
        return terms

    def _moves(self) -> list[list[Played]]:
        """The moves of a round, in order: those that are made together in one list."""
        e, rounds, last = self.experiment, list[list[Played]](), list[Played]()
        common = self.drawn
        position = common + e.batch_size * e.shared
        for seat in self.seats.values():
            for i in range(seat.steps):
                final = i == seat.steps - 1
                shared = e.shared and final
                played = Played(self.steps, seat, self.steps * seat.steps + i, common if shared else position, shared)
                if not shared:
                    position += e.batch_size
                if final and e.updates == "simultaneous":
                    last.append(played)
                else:
                    rounds.append([played])
        return [*rounds, last] if last else rounds

    def _shared(self, moves: list[Played], batches: Batches | None = None) -> Shared:
        """What the round of these moves begins with, made by the one player that makes something."""
        (played,) = (p for p in moves if p.shared and p.seat.makes)
        batch, turn = self._given(played, batches=batches)
        return Shared(batch, *begin(played.seat, batch, turn))

    def _move(self, moves: list[Played], shared: Shared | None, batches: Batches) -> list[Terms]:
        """Moves from one state: one, or one of each player."""
        given = [(p.seat, *self._given(p, shared if p.shared else None, batches)) for p in moves]
        moved = move_together(given, self._go, shared.watched if shared else None)
        self._go.logical_and_(moved[0].fine)
        self._accepted.add_(self._go, alpha=len(moves))
        self._unchecked += moves
        return [m.terms for m in moved]

    def _given(
        self, played: Played, shared: Shared | None = None, batches: Batches | None = None
    ) -> tuple[Batch, Turn]:
        """This process's batch, and the turn, of a move. Whatever draws from torch's own stream is a function of both, too."""
        parts, world = (self.seed, played.seat.name, played.moves), self.world
        noise = noise_of(*parts, device=self.backend.device, part=world.rank, of=world.size)
        batch = shared.batch if shared else self._drawn(played) if batches is None else batches.pop(played.position)
        reseed(key_of(*parts, "torch", *([world.rank] if world.rank else [])))
        turn = Turn(noise, played.moves, self.images, made=shared.made if shared else None, gather=world.gather)
        return batch if shared else self.backend.placed(batch), turn

    def _drawn(self, played: Played) -> Batch:
        """This process's part of the batch of a move; a stream that draws from torch's own is a function of the move, too."""
        reseed(key_of(self.seed, played.seat.name, played.moves, "stream"))
        return self.stream(*shard(played.position, self.experiment.batch_size, self.world.rank, self.world.size))

    def _schedule(self) -> None:
        for name, optimizer in self.experiment.optimizers.items():
            for group, lr in zip(optimizer.param_groups, self._lr[name], strict=True):
                set_number(group, "lr", lr)
        for schedule in self.experiment.schedules:
            schedule.put(schedule.law(self.images))
        if self.rate != 1.0:
            for optimizer in self.experiment.optimizers.values():
                for group in optimizer.param_groups:
                    set_number(group, "lr", float(group["lr"]) * self.rate)
