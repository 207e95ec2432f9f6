"""Shared rounds: G draws once for both players, and all else is as it was."""

import pytest
import torch
from small import assert_same, bits, trainer

from sparring.engine.backend import Backend
from sparring.errors import DivergedError


def counted(t):
    """How often G has drawn, in a list that grows."""
    calls = []
    t.game.G.register_forward_hook(lambda *_: calls.append(torch.is_grad_enabled()))
    return calls


@pytest.mark.parametrize("updates", ["alternating", "simultaneous"])
@pytest.mark.parametrize("recipe", ["gan", "dcgan"])
def test_g_draws_once_a_round_and_twice_where_it_is_not_shared(recipe, updates):
    for shared, draws in ((True, [True]), (False, [False, True])):
        t = trainer(recipe, shared=shared, updates=updates, **({"d_steps": 1}))
        calls = counted(t)
        t.step()
        assert calls == draws


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_d_sees_the_fakes_that_g_pays_for(precision):
    """And they are drawn in the backend's precision."""
    t = trainer("dcgan", Backend("cpu", precision), shared=True, d_steps=1, gamma=0.0, augment="none")
    seen, dtypes = [], []
    t.game.D.register_forward_hook(lambda m, given, out: seen.append(given[0].detach().float()))
    t.game.G.project.register_forward_hook(lambda m, given, out: dtypes.append(out.dtype))
    t.step()
    by_d, by_g = seen
    assert torch.equal(by_d[1::2], by_g) and set(dtypes) == {getattr(torch, precision)}


def test_batch_statistics_of_g_are_those_of_one_pass():
    """By hand: momentum .1 of the one batch that G has drawn, though D's move came between drawing and moving."""
    t = trainer("dcgan", shared=True, d_steps=1)
    norm = next(m for m in t.game.G.modules() if isinstance(m, torch.nn.BatchNorm2d))
    given = []
    norm.register_forward_hook(lambda m, x, out: given.append(x[0].detach().clone()))
    for i in range(1, 4):
        before = norm.running_mean.clone()
        t.step()
        assert len(given) == i and int(norm.num_batches_tracked) == i
        torch.testing.assert_close(norm.running_mean, torch.lerp(before, given[-1].mean((0, 2, 3)), 0.1))


@pytest.mark.parametrize("updates", ["alternating", "simultaneous"])
def test_a_shared_run_resumes_bitwise(updates):
    whole, first, second = (trainer("dcgan", shared=True, updates=updates) for _ in range(3))
    for _ in range(5):
        whole.step()
    for _ in range(2):
        first.step()
    second.restore(first.snapshot())
    for _ in range(3):
        second.step()
    assert_same(bits(whole), bits(second))


@pytest.mark.parametrize(("player", "updates"), [("D", "alternating"), ("G", "alternating"), ("G", "simultaneous")])
def test_a_refused_shared_move_changes_nothing_and_is_explained(player, updates):
    t = trainer("dcgan", shared=True, updates=updates, d_steps=1)
    t.step()
    loss = t.seats[player].loss

    def broken(batch, turn):
        terms = loss(batch, turn)
        return terms._replace(paid={**terms.paid, "broken": next(iter(terms.paid.values())) * torch.nan})

    t.seats[player].loss = broken
    before = bits(t)
    t.step()
    with pytest.raises(DivergedError, match=f"player {player}: its loss term 'broken' is nan"):
        t.check()
    after = bits(t)
    unmoved = "D" if player == "D" or updates == "simultaneous" else "nobody"
    names = [k for k in before[0] if k.startswith(("game/G.", f"game/{unmoved}."))]
    assert len(names) > 5 and all(torch.equal(before[0][k], after[0][k]) for k in names)
