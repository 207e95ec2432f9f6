"""An experiment: a game, its optimizers, and how to run them. What a recipe returns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from torch.optim import Optimizer

from sparring.data.streams import Stream, picture_stream
from sparring.engine.schedules import Law, Schedule
from sparring.games import Game
from sparring.words import mark, tr

Updates = Literal["alternating", "simultaneous"]


@dataclass(frozen=True)
class Experiment:
    """A game, its optimizers, and how to run them.

    Args:
        game: Networks and what each player pays.
        optimizers: One for each player, by the player's name; it holds that player's parameters.
        batch_size: Samples a move.
        images: Length of the run, in images seen, unless the user says otherwise.
        updates: Whether players move in turn or all from the same state.
        shared: Whether one batch, and what one player makes of it, serve every player's last move of a round: G then draws once for
            D and for itself.
        ema_half_life: Of the average of the generators, in images, or a law of the images seen; 0 for none.
        ema_ramp: Part of the images seen that the half-life may reach.
        schedules: What changes with the images seen.
        prepare: Called once with the data before the first step of a fresh run.
        stream: ``(*domains, seed) -> Stream``: how pictures become batches.
        chosen: Settings that the recipe chose itself, by name: what, and why, for people; a dry run says it in place of the value.
    """

    game: Game
    optimizers: dict[str, Optimizer]
    batch_size: int = 64
    images: int = 2_000_000
    updates: Updates = "alternating"
    shared: bool = False
    ema_half_life: float | Law = 0.0
    ema_ramp: float = 0.05
    schedules: tuple[Schedule, ...] = ()
    prepare: Callable[..., None] | None = None
    stream: Callable[..., Stream] = picture_stream
    chosen: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not callable(self.ema_half_life) and self.ema_half_life < 0:
            text = mark("the EMA's half-life is {value} images; it cannot be negative")
            raise ValueError(tr(text, value=self.ema_half_life))
        if set(self.optimizers) != set(self.game.players()):
            text = mark("optimizers are for {optimizers}, players are {players}")
            raise ValueError(tr(text, optimizers=sorted(self.optimizers), players=sorted(self.game.players())))
        makers = [name for name, player in self.game.players().items() if player.makes and player.steps == 1]
        if self.shared and len(makers) != 1:
            text = mark("shared needs one player that makes what all look at, in one move a round; here there are {n}")
            raise ValueError(tr(text, n=len(makers)))
        if self.batch_size < 1:
            raise ValueError(tr("batch_size is {value}; it must be 1 or more", value=self.batch_size))

    @property
    def averaged(self) -> bool:
        """Whether an average of the generators is kept."""
        return bool(self.ema_half_life)
