"""Hooks: what looks at a run between its steps. A hook cannot move the training.

A hook of your own is a function of the session: ``sparring.train(..., hooks=[lambda s: print(s.trainer.steps, s.row)])`` is called
whenever samples are drawn; `Hook` says another pace.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor

from sparring.chance import callers_stream_kept
from sparring.errors import SparringError
from sparring.settings import name_of

if TYPE_CHECKING:
    from sparring.sessions.session import Session

Look = Callable[["Session"], Any]
"""Looks at a session; ``True`` ends the run."""


class Hook(NamedTuple):
    """Something that looks at a run between its steps.

    Args:
        look: What it does; ``True`` ends the run.
        every: Steps from one look to the next; 0 for whenever samples are drawn.
        essential: Whether its failure ends the run. One that only draws or reports is told of, and the run goes on.
        last: Whether it looks once more when the run is over.
    """

    look: Look
    every: int = 0
    essential: bool = False
    last: bool = True

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return name_of(self.look)


def as_hooks(given: Sequence[Hook | Look]) -> tuple[Hook, ...]:
    """Functions as hooks."""
    return tuple(h if isinstance(h, Hook) else Hook(h) for h in given)


def ask(hook: Hook, session: "Session") -> bool:
    """Let a hook look; whether it ends the run.

    Random streams, threads, and whether networks train are as before, whatever it does.

    Raises:
        SparringError: If it has changed a weight, a buffer or an optimizer: the run would not be the one that its settings say.
    """
    trainer, threads = session.trainer, torch.get_num_threads()
    modes = [(m, m.training) for m in trainer.game.modules()]
    before = _versions(session)
    try:
        with callers_stream_kept():
            over = hook.look(session) is True
    except SparringError:
        raise
    except Exception as e:
        if hook.essential:
            raise
        session.trouble(hook.name, e)
        over = False
    finally:
        torch.set_num_threads(threads)
        for m, training in modes:
            m.training = training
    if _versions(session) != before:
        raise SparringError(
            f"the hook {hook.name} has changed what is trained; a hook may only look. Nothing of it was saved."
        )
    return over


def _versions(session: "Session") -> list[tuple[int, int]]:
    """Which tensors are trained, and how often each has been written to."""
    trainer = session.trainer
    states = [v for o in trainer.experiment.optimizers.values() for s in o.state.values() for v in s.values()]
    tensors = [*trainer.game.parameters(), *trainer.game.buffers(), *trainer.ema.networks.parameters(), *states]
    return [(id(t), t._version) for t in tensors if isinstance(t, Tensor)]
