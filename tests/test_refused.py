"""A move that is not finite: nothing changes until someone looks; who looks is told whose it was, and goes on from before it."""

import pytest
import torch
from small import assert_same, bits, trainer

from sparring.engine import trainer as engine
from sparring.errors import DivergedError
from sparring.games import GAN, Batch, Seat, Term, Turn, move, noise_of


def spoilt(recipe, player="D", moves=0, **settings):
    """A trainer, one of whose players pays what is not a number in a certain move."""
    t = trainer(recipe, **settings)

    def bad(who, what):
        logits = what.real_logits if player == "D" else what.answer["logits"]
        return logits * (torch.nan if what.turn.moves == moves else 0.0)

    terms_of(t, player)["bad"] = Term(bad)
    return t


def terms_of(t, player):
    return t.game.penalties if player == "D" else t.game.terms


def step(t, steps):
    for _ in range(steps):
        t.step()


def copied(snapshot):
    return snapshot._replace(
        tensors={part: {k: v.clone() for k, v in t.items()} for part, t in snapshot.tensors.items()}
    )


@pytest.mark.parametrize("recipe", ["gan", "gan2014", "dcgan"])
@pytest.mark.parametrize("player", ["D", "G"])
def test_nothing_changes_after_a_refused_move_until_someone_looks(recipe, player):
    """In the middle of a run, in alternating play and (gan2014) in simultaneous; and a restore goes on as if it had not been."""
    t, reference = (spoilt(recipe, player, 3, d_steps=1) for _ in range(2))
    step(t, 2)
    good = copied(t.snapshot())
    step(t, 2)
    stopped = {k: v for k, v in bits(t)[0].items() if not k.startswith("ema")}
    step(t, 2)
    later = bits(t)[0]
    assert not [k for k in stopped if not torch.equal(stopped[k], later[k])], "two more rounds changed nothing"
    assert all(torch.isfinite(v).all() for v in later.values() if v.is_floating_point())
    for _ in range(2):
        with pytest.raises(DivergedError, match=rf"^step 4: player {player}: its loss term 'bad' is nan$"):
            t.check()

    step(reference, 3)
    at_three = bits(reference)[0]
    changed = [k for k in stopped if not torch.equal(stopped[k], at_three[k])]
    assert all(k.startswith(("game/D", "optimizers/D")) for k in changed)
    assert bool(changed) == (player == "G" and recipe != "gan2014"), "in turn, D's move of that round stands"

    t.restore(good)
    assert t.steps == 2
    for each in (t, reference):
        terms_of(each, player).pop("bad")
    step(t, 4)
    step(reference, 3)
    t.check()
    assert_same(bits(t), bits(reference))


def test_the_gradient_is_named_when_the_loss_is_finite():
    t = trainer("gan")
    t.step()
    t.game.penalties["root"] = Term(lambda D, view: (view.real_logits * 0).abs().sqrt())
    t.step()
    with pytest.raises(
        DivergedError, match="step 2: player D: its loss is finite, but the norm of its gradient is nan"
    ):
        t.check()


def test_the_first_of_several_refused_moves_is_named():
    t = spoilt("dcgan", "D", 5)
    t.game.terms["worse"] = Term(
        lambda game, made: made.answer["logits"] * (torch.inf if made.turn.moves >= 1 else 0.0)
    )
    step(t, 4)
    with pytest.raises(DivergedError, match=r"step 2: player G: its loss term 'worse' is -?(inf|nan)"):
        t.check()


def test_the_trainer_looks_by_itself_now_and_then(monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE", 6)
    t = spoilt("gan")
    step(t, 2)
    with pytest.raises(DivergedError, match="step 1: player D"):
        t.step()
    fine = trainer("gan")
    step(fine, 10)
    assert len(fine._unchecked) < 6, "what was looked at is not remembered"


class Counting(torch.nn.Module):
    """Puts new tensors in the places of its buffers, as many networks do."""

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)
        self.register_buffer("passes", torch.tensor(0))
        self.register_buffer("mean", torch.zeros(2))

    def forward(self, z):
        made = self.layer(z)
        self.passes, self.mean = self.passes + 1, self.mean.lerp(made.mean(0), 0.5)
        return made


def test_buffers_that_a_network_replaces_are_settled_as_those_it_writes_to():
    torch.manual_seed(0)
    G, D = Counting(), torch.nn.Linear(2, 1)
    game, held = GAN(G, D, 2), G.passes
    seats = {name: Seat(game, name, torch.optim.SGD(getattr(game, name).parameters(), 0.1)) for name in "DG"}
    passes = []
    for player, go in (("D", True), ("G", True), ("G", False), ("D", True), ("G", True)):
        before = G.mean.clone()
        move(seats[player], Batch(torch.ones(4, 2)), Turn(noise_of(0)), torch.tensor(go))
        passes.append(G.passes.item())
        assert torch.equal(before, G.mean) == (player == "D" or not go)
    assert passes == [0, 1, 1, 1, 2] and G.passes is held and not G.mean.requires_grad
