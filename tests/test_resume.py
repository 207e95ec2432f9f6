"""n steps, stop, resume, m steps are n + m steps, bit for bit; and no random state is kept anywhere."""

import copy

import pytest
import torch
from small import SMALL, assert_same, bits, pictures, trainer
from torch import nn

from sparring.data.streams import picture_stream
from sparring.engine.backend import Backend
from sparring.engine.experiment import Experiment
from sparring.engine.schedules import half_cosine, of_optimizer
from sparring.engine.trainer import Trainer
from sparring.games import GAN, Term
from sparring.runs import checkpoint

STEPS = 8


def played(make, tmp_path):
    """Straight to the end, saving after each step but the last two, and once more from each checkpoint. torch's stream is moved
    by the caller before every step, each time elsewhere."""
    straight = make()
    for step in range(STEPS):
        torch.manual_seed(step)
        straight.step()
        if step < STEPS - 2:
            checkpoint.save(tmp_path, straight.snapshot(), keep=STEPS)
    straight.check()
    paths = sorted(p for p in tmp_path.iterdir() if p.is_dir())
    assert len(paths) == STEPS - 2
    for path in paths:
        resumed = make()
        resumed.restore(checkpoint.read(path))
        while resumed.steps < STEPS:
            torch.rand(1)
            resumed.step()
        yield straight, resumed


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("recipe", SMALL)
def test_n_steps_stop_resume_m_steps_are_n_plus_m_steps_bit_for_bit(recipe, precision, tmp_path):
    backend = Backend("cpu", precision, precision == "bfloat16")
    for straight, resumed in played(lambda: trainer(recipe, backend), tmp_path):
        assert_same(bits(resumed), bits(straight))
    if recipe.startswith("cyclegan"):
        assert int(straight.game.pool_x.count) == 5, "the pool is full, so what comes next depends on what it holds"


@pytest.mark.parametrize("recipe", SMALL)
def test_a_checkpoint_holds_no_random_state(recipe, tmp_path):
    t = trainer(recipe)
    t.step()
    found = checkpoint.read(checkpoint.save(tmp_path, t.snapshot()))
    assert found.tensors.keys() == {"game", "ema", "optimizers"}
    assert found.tensors["game"].keys() == t.game.state_dict().keys()
    assert found.state["progress"] == {"steps": 1, "images": SMALL[recipe]["batch_size"], "rate": 1.0}
    kinds = {tensor.dtype for part in found.tensors.values() for tensor in part.values()}
    assert torch.uint8 not in kinds, "torch's streams are bytes"


@pytest.mark.parametrize("forgotten", ["steps", "seed"])
def test_control_a_resume_that_forgets_where_it_was_is_another_run(forgotten):
    straight = trainer("gan")
    for _ in range(3):
        straight.step()
    resumed = trainer("gan")
    resumed.restore(straight.snapshot())
    setattr(resumed, forgotten, 0)
    straight.step()
    resumed.step()
    resumed.steps = straight.steps
    with pytest.raises(AssertionError):
        assert_same(bits(resumed), bits(straight))


@pytest.mark.parametrize("recipe", ["gan", "gan2014", "cyclegan_small"])
def test_a_snapshot_can_be_restored_again_and_by_another(recipe):
    """What was restored shares nothing with the snapshot: neither weights nor the steps that Adam counts in place."""
    one, two = trainer(recipe), trainer(recipe)
    one.step()
    kept = copy.deepcopy(one.snapshot())
    ends = []
    for t in (one, two, one):
        t.restore(kept)
        t.step()
        t.step()
        ends.append(bits(t))
    assert_same(ends[1], ends[0])
    assert_same(ends[2], ends[0])


def test_control_a_resume_that_forgets_the_pool_is_another_run(tmp_path):
    straight = trainer("cyclegan")
    for _ in range(5):
        straight.step()
    path = checkpoint.save(tmp_path, straight.snapshot())
    resumed = trainer("cyclegan")
    resumed.restore(checkpoint.read(path))
    resumed.game.pool_y.pictures.zero_()
    for t in (straight, resumed):
        for _ in range(4):
            t.step()
    assert not torch.equal(next(straight.game.D_y.parameters()), next(resumed.game.D_y.parameters()))


class Trembling(nn.Module):
    """A generator of a user who draws from torch's stream wherever it pleases."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 256), nn.Dropout(0.5))

    def forward(self, z):
        return (self.layers(z) + torch.randn(len(z), 256)).tanh().view(-1, 1, 16, 16)


def users_own(updates):
    torch.manual_seed(0)
    G = Trembling()
    D = nn.Sequential(nn.Flatten(), nn.Linear(256, 8), nn.Dropout(0.5), nn.Linear(8, 1))
    jitter = {"jitter": Term(lambda D, view: (D(view.x + torch.randn_like(view.x)) - view.real_logits).square())}
    optimizers = {name: torch.optim.Adam(net.parameters(), 0.01, fused=True) for name, net in (("D", D), ("G", G))}
    experiment = Experiment(GAN(G, D, 4, penalties=jitter), optimizers, 8, updates=updates)
    return Trainer(experiment, picture_stream(pictures(), 0))


@pytest.mark.parametrize("updates", ["alternating", "simultaneous"])
def test_what_a_user_draws_from_torch_s_stream_in_a_loss_is_drawn_again(updates, tmp_path):
    for straight, resumed in played(lambda: users_own(updates), tmp_path):
        assert_same(bits(resumed), bits(straight))
    again = [users_own(updates) for _ in range(2)]
    again[1].seed = 1
    for t in again:
        t.step()
    first, other = (bits(t)[0]["optimizers/G/0/exp_avg"] for t in again)
    assert not torch.equal(first, other), "control: it is drawn anew for another seed"


@pytest.mark.parametrize("fused", [True, False])
def test_a_learning_rate_that_is_a_tensor_is_saved_and_restored(fused, tmp_path):
    def make():
        torch.manual_seed(0)
        G, D = (
            nn.Sequential(nn.Linear(4, 256), nn.Unflatten(1, (1, 16, 16))),
            nn.Sequential(nn.Flatten(), nn.Linear(256, 1)),
        )
        how = {"fused": True} if fused else {"foreach": False}
        adams = {
            name: torch.optim.Adam(net.parameters(), torch.tensor(0.01), **how) for name, net in (("D", D), ("G", G))
        }
        falling = (of_optimizer(adams["G"], "lr", half_cosine(0.02, 0.001, 40)),)
        return Trainer(Experiment(GAN(G, D, 4), adams, 8, schedules=falling), picture_stream(pictures(), 0))

    for straight, resumed in played(make, tmp_path):
        assert_same(bits(resumed), bits(straight))
        for t in (straight, resumed):
            rates = [t.experiment.optimizers[name].param_groups[0]["lr"] for name in "DG"]
            assert all(isinstance(rate, torch.Tensor) for rate in rates)
            assert [rate.item() for rate in rates] == pytest.approx([0.01, 0.001]), "a rate of D that nothing scheduled"


@pytest.mark.parametrize("recipe", ["gan", "gan2014"])
def test_rates_that_were_lowered_after_a_divergence_stay_low_in_a_resumed_run(recipe, tmp_path):
    straight = trainer(recipe)
    straight.step()
    straight.rate = 0.5
    path = checkpoint.save(tmp_path, straight.snapshot())
    straight.step()
    lr = straight.experiment.optimizers["D"].param_groups[0]["lr"]
    assert lr == pytest.approx({"gan": 1e-3, "gan2014": 0.1}[recipe] / 2, rel=1e-4)
    resumed = trainer(recipe)
    resumed.restore(checkpoint.read(path))
    assert resumed.rate == 0.5
    resumed.step()
    assert_same(bits(resumed), bits(straight))
    whole = trainer(recipe)
    whole.restore(checkpoint.read(path))
    whole.rate = 1.0
    whole.step()
    assert not torch.equal(next(whole.game.G.parameters()), next(straight.game.G.parameters())), "control"
