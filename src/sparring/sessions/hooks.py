"""Hooks: what looks at a run between its steps. A hook cannot move the training.

A hook of your own is a function of the session: ``sparring.train(..., hooks=[lambda s: print(s.trainer.steps, s.row)])`` is called
whenever samples are drawn; `Hook` says another pace.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor

from sparring.chance import callers_stream_kept
from sparring.errors import CommandError, DivergedError, InterruptedRun, NoRoomError, SparringError
from sparring.settings import name_of
from sparring.words import tr

if TYPE_CHECKING:
    from sparring.sessions.session import Session

Look = Callable[["Session"], Any]
"""Looks at a session; ``True`` ends the run."""

WORDS = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
"""What bits are read as, by the bytes of a number."""


class Hook(NamedTuple):
    """Something that looks at a run between its steps.

    Args:
        look: What it does; ``True`` ends the run.
        every: Steps from one look to the next; 0 for whenever samples are drawn.
        essential: Whether its failure ends the run. One that only draws or reports is told of, and the run goes on.
        last: Whether it looks once more when the run is over.
        called: What it does, for messages: a text that `mark` knows; by default the function's name.
    """

    look: Look
    every: int = 0
    essential: bool = False
    last: bool = True
    called: str = ""

    @property
    def name(self) -> str:
        """The function's name: what events call it."""
        return name_of(self.look)

    @property
    def title(self) -> str:
        """What messages call it, in the language that is spoken."""
        return tr(self.called) if self.called else self.name


def as_hooks(given: Sequence[Hook | Look]) -> tuple[Hook, ...]:
    """Functions as hooks.

    Raises:
        CommandError: If one cannot be called, or looks at no pace.
    """
    hooks = tuple(h if isinstance(h, Hook) else Hook(h) for h in given)
    for hook in hooks:
        if not callable(hook.look):
            raise CommandError(
                tr("{value!r} was given as a hook; it must be a function of the session, or a Hook", value=hook.look)
            )
        if hook.every < 0:
            raise CommandError(
                tr(
                    "the hook {name} looks every {n} steps; that must be 0 (as samples) or more",
                    name=hook.name,
                    n=hook.every,
                )
            )
    return hooks


def ask(hook: Hook, session: "Session") -> bool:
    """Let a hook look; whether it ends the run.

    Random streams, threads, whether gradients are taken and whether networks train are as before, whatever it does.

    Raises:
        SparringError: If it has changed a weight, a buffer or an optimizer: the run would not be the one that its settings say.
    """
    trainer, threads, graphs = session.trainer, torch.get_num_threads(), torch.is_grad_enabled()
    modes = [(m, m.training) for m in trainer.game.modules()]
    before = _trained(session)
    try:
        with callers_stream_kept():
            over = hook.look(session) is True
    except (DivergedError, InterruptedRun, NoRoomError):  # these end a run, whoever comes upon them
        raise
    except Exception as e:
        if hook.essential:
            raise
        session.trouble(hook, e)
        over = False
    finally:
        torch.set_num_threads(threads)
        torch.set_grad_enabled(graphs)
        for m, training in modes:
            m.training = training
    if _trained(session) != before:
        raise SparringError(
            tr(
                "the hook {name} has changed what is trained; a hook may only look. Nothing of it was saved.",
                name=hook.name,
            )
        )
    return over


def _trained(session: "Session") -> list[Any]:
    """All that training changes, as far as a comparison needs: which tensors there are, and what their bits add up to.

    How often a tensor was written to does not do: what is written by way of ``p.data`` is not counted.
    """
    trainer = session.trainer
    optimizers = trainer.experiment.optimizers.values()
    states = [v for o in optimizers for s in o.state.values() for v in s.values()]
    numbers = [v for o in optimizers for g in o.param_groups for k, v in g.items() if k != "params"]
    ema = trainer.ema.networks
    tensors = [
        *trainer.game.parameters(),
        *trainer.game.buffers(),
        *ema.parameters(),
        *ema.buffers(),
        *states,
        *numbers,
    ]
    found = [t for t in tensors if isinstance(t, Tensor)]
    sums = [t.detach().view(WORDS[t.element_size()]).sum(dtype=torch.int64) for t in found if t.numel()]
    bits = torch.stack([s.cpu() for s in sums]).tolist() if sums else []
    return [
        [(id(t), t.requires_grad) for t in found],
        bits,
        [v for v in numbers if not isinstance(v, Tensor)],
        (trainer.steps, trainer.rate),
    ]
