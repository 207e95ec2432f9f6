"""Whatever the library draws, torch's own random stream is afterwards as its caller left it."""

from functools import partial

import pytest
import torch
from small import trainer
from test_refused import spoilt, step

from sparring.errors import DivergedError
from sparring.games import Term
from sparring.metrics.two_sample import two_sample
from sparring.theory import dirac
from sparring.theory.play import Play, Setup
from sparring.theory.translation_toy import toy
from sparring.theory.worlds import ring

SETUP = Setup(steps=2, width=8, depth=1)


def noisy():
    """A trainer whose D draws from torch's stream."""
    t = trainer("gan")
    t.game.penalties["noise"] = Term(lambda D, view: view.real_logits * torch.randn(len(view.x)))
    return t


def refused():
    t = spoilt("gan", "D", 1)
    step(t, 3)

    def look():
        with pytest.raises(DivergedError):
            t.check()

    return look


def watched():
    t = noisy()
    return lambda: t.watch(t.stream(0, 8), 5)


def restored():
    t = noisy()
    return lambda: t.restore(t.snapshot())


CALLS = {
    "step": lambda: noisy().step,
    "check": refused,
    "watch": watched,
    "restore": restored,
    "play": lambda: lambda: Play(ring(), SETUP).run().fakes(5),
    "alone": lambda: partial(Play(ring(), SETUP).alone, "D"),
    "toy": lambda: lambda: toy(steps=2, batch_size=8),
    "dirac": lambda: lambda: dirac.shipping_jacobian("minimax", noise=1.0, samples=10),
    "two_sample": lambda: lambda: two_sample(torch.arange(40.0)[:, None], torch.ones(40, 1), epochs=1),
}


def moves(call):
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    call()
    return not torch.equal(torch.rand(4), expected)


@pytest.mark.parametrize("name", CALLS)
def test_the_stream_is_as_it_was(name):
    assert not moves(CALLS[name]())


def test_control_a_loss_that_draws_moves_the_stream_unless_the_trainer_keeps_it():
    t = noisy()
    assert moves(t._round)
