"""Penalties: three ways to one number, one convention for gamma, and what lazy and partial ones may change."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from sparring.games import GAN, Batch, View
from sparring.games.losses import LOSSES
from sparring.games.penalties import (
    Penalty,
    exact,
    finite_differences,
    functional,
    gradient_penalty,
    judge,
    lazy,
    on_share,
    r1,
    r2,
)
from sparring.networks.spectral import LAYERS, spectral_norm


def _mlp() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(48, 32), nn.SiLU(), nn.Linear(32, 32), nn.SiLU(), nn.Linear(32, 1))


def _conv() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(8, 8, 3, stride=2, padding=1), nn.LeakyReLU(0.2),
        nn.Conv2d(8, 1, 2),
    )  # fmt: skip


class _Labelled(nn.Module):
    """D(x, y): a projection on an embedding of the label."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.body, self.head, self.embedding = nn.Linear(48, 16), nn.Linear(16, 1), nn.Embedding(5, 16)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        h = torch.tanh(self.body(x.flatten(1)))
        return self.head(h)[:, 0] + (self.embedding(y) * h).sum(1)


NETWORKS: dict[str, Callable[[], nn.Module]] = {"mlp": _mlp, "conv": _conv, "labelled": _Labelled}


def _view(D: nn.Module, n: int = 6, turn: int = 0) -> View:
    torch.manual_seed(1)
    x, fake = torch.randn(n, 3, 4, 4), torch.randn(n, 3, 4, 4) * 2
    y = torch.arange(n) % 5 if isinstance(D, _Labelled) else None
    return View(x, fake, y, judge(D, x, y), judge(D, fake, y), turn)


def _value_and_gradients(pay: Callable[[], Tensor], D: nn.Module) -> list[Tensor]:
    """The mean of a penalty and its gradient with respect to every weight of D."""
    torch.manual_seed(2)
    D.zero_grad()
    total = pay()
    total.backward()
    return [total.detach(), *(torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in D.parameters())]


def _close(found: list[Tensor], want: list[Tensor]) -> bool:
    return all(torch.allclose(a, b, rtol=1e-5, atol=1e-5) for a, b in zip(found, want, strict=True))


PENALTIES = {"r1": r1, "r2": r2, "gradient_penalty": gradient_penalty}


@pytest.mark.parametrize("name", PENALTIES)
@pytest.mark.parametrize("network", NETWORKS)
def test_exact_is_functional_is_compiled(name: str, network: str) -> None:
    D = NETWORKS[network]()
    view = _view(D)
    torch._dynamo.reset()  # each D is a program of its own, and there is a limit to how many one function may have
    by_graph = PENALTIES[name](3.0, exact)
    by_func = PENALTIES[name](3.0, functional)
    compiled = torch.compile(lambda: by_func(D, view).mean(), backend="aot_eager", fullgraph=True)
    want = _value_and_gradients(lambda: by_graph(D, view).mean(), D)
    assert want[0] > 1e-3
    assert max(float(g.abs().max()) for g in want[1:]) > 1e-3
    assert _close(_value_and_gradients(lambda: by_func(D, view).mean(), D), want)
    assert _close(_value_and_gradients(compiled, D), want)
    # Control: half the weight is found out.
    half = PENALTIES[name](1.5, functional)
    assert not _close(_value_and_gradients(lambda: half(D, view).mean(), D), want)


@pytest.mark.parametrize("network", NETWORKS)
def test_against_a_gradient_taken_sample_by_sample(network: str) -> None:
    """An independent road: one backward pass a sample, no double backward."""
    D = NETWORKS[network]()
    view = _view(D)
    squares = []
    for i in range(len(view.x)):
        x = view.x[i : i + 1].clone().requires_grad_()
        judge(D, x, None if view.y is None else view.y[i : i + 1]).sum().backward()
        squares.append(x.grad.square().sum())
    torch.testing.assert_close(r1(2.0)(D, view).detach(), torch.stack(squares))


def _ramp(w: Tensor) -> nn.Linear:
    D = nn.Linear(len(w), 1, bias=True)
    with torch.no_grad():
        D.weight.copy_(w[None])
    return D


@pytest.mark.parametrize("form", [exact, functional])
def test_gamma_convention(form) -> None:
    """D(x) = w.x + c has |grad|^2 = |w|^2: r1(gamma) is gamma/2 |w|^2, and its gradient is gamma w."""
    w = torch.tensor([1.0, -2.0, 0.5])
    D = _ramp(w)
    x, fake = torch.randn(5, 3), torch.randn(5, 3)
    view = View(x, fake, None, D(x), D(fake))
    for penalty in (r1, r2):
        D.zero_grad()
        pays = penalty(0.3, form)(D, view)
        assert pays.shape == (5,)
        assert torch.equal(pays, torch.full((5,), 0.3 / 2 * 5.25))
        pays.mean().backward()
        torch.testing.assert_close(D.weight.grad[0], 0.3 * w)
    slope = 5.25**0.5
    gp = gradient_penalty(10, form)(D, view)
    torch.testing.assert_close(gp, torch.full((5,), 10 * (slope - 1) ** 2), rtol=1e-5, atol=1e-5)


def test_finite_differences_know_the_convention_too() -> None:
    D = _ramp(torch.tensor([1.0, -2.0, 0.5]))
    torch.manual_seed(0)
    x, fake = torch.randn(100_000, 3), torch.randn(100_000, 3)
    view = View(x, fake, None, D(x), D(fake))
    assert r1(0.3, finite_differences())(D, view).mean().item() == pytest.approx(0.3 / 2 * 5.25, rel=0.02)
    gp = gradient_penalty(10, finite_differences())(D, view).mean().item()
    assert gp == pytest.approx(10 * (5.25**0.5 - 1) ** 2, rel=0.03)


def _probes(D: nn.Module, x: Tensor, eps: float, n: int = 4096) -> float:
    """Mean of |slope|^2 over ``n`` random directions at each of a few points."""
    torch.manual_seed(3)
    many = x.repeat_interleave(n, 0)
    with torch.no_grad():
        return finite_differences(eps)(D, many, None).squared.float().mean().item()


def test_finite_differences_in_float32() -> None:
    D = _mlp()
    x = _view(D).x[:4]
    want = exact(D, x, None).squared.mean().item()
    assert _probes(D, x, 0.01) == pytest.approx(want, rel=0.05)


def test_finite_differences_in_bfloat16() -> None:
    """eps = .03 is honest in bfloat16; the control, eps = .003, drowns in rounding and is far off."""
    D = _mlp()
    x = _view(D).x[:4]
    want = exact(D, x, None).squared.mean().item()
    D.bfloat16()
    x = x.bfloat16()
    assert _probes(D, x, 0.03) == pytest.approx(want, rel=0.05)
    assert _probes(D, x, 0.003) > 1.5 * want


def test_finite_differences_refuse_no_step() -> None:
    with pytest.raises(ValueError, match="eps is 0"):
        finite_differences(0)


def test_gradient_penalty_looks_between_real_and_fake() -> None:
    """D(x) = |x|^2/2 has slope |x|: on the line from x = 1 to fake = 3 it is 1 + 2t, so E (slope - 1)^2 = 4/3."""

    class Bowl(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.square().sum(1) / 2

    D = Bowl()
    x, fake = torch.ones(200_000, 1), torch.full((200_000, 1), 3.0)
    torch.manual_seed(0)
    pays = gradient_penalty(1.0)(D, View(x, fake, None, D(x), D(fake)))
    assert pays.mean().item() == pytest.approx(4 / 3, rel=0.02)
    assert 0 <= pays.min() < 0.01
    assert 3.99 < pays.max() <= 4


def test_lazy_pays_the_same_over_time() -> None:
    D = _mlp()
    views = [_view(D, turn=t) for t in range(12)]
    every_move = sum(r1(1.0)(D, v).mean().item() for v in views)
    paid = [lazy(r1(1.0), 4)(D, v).mean().item() for v in views]
    assert sum(paid) == pytest.approx(every_move, rel=1e-5)
    assert [t for t, p in enumerate(paid) if p > 0] == [0, 4, 8]
    with pytest.raises(ValueError, match="every is 0"):
        lazy(r1(1.0), 0)


def test_lazy_counts_the_moves_of_a_game() -> None:
    """The moves on which it pays, in a game, and after a resume in the middle."""

    def build() -> GAN:
        return GAN(nn.Linear(2, 3), _ramp(torch.ones(3)), 2, penalties={"r1": lazy(r1(1.0), 3)})

    game, paid = build(), []
    for turn in range(7):
        if turn == 4:
            state, game = game.state_dict(), build()
            game.load_state_dict(state)
        paid.append(game.d_pays(Batch(torch.randn(4, 3))).paid["r1"].item() > 0)
    assert paid == [True, False, False, True, False, False, True]


def test_on_share_is_unbiased() -> None:
    D = _mlp()
    torch.manual_seed(0)
    whole, part = [], []
    for _ in range(300):
        x = torch.randn(8, 3, 4, 4)
        view = View(x, x, None, judge(D, x, None), judge(D, x, None))
        whole.append(r1(1.0)(D, view).mean().item())
        pays = on_share(r1(1.0), 0.25)(D, view)
        assert pays.shape == (2,)
        part.append(pays.mean().item())
    assert sum(part) == pytest.approx(sum(whole), rel=0.03)
    for share in (0, 1.5):
        with pytest.raises(ValueError, match="share is"):
            on_share(r1(1.0), share)


def _always(penalty: Penalty) -> Penalty:
    return penalty


@pytest.mark.parametrize("wrap", [_always, lambda p: on_share(p, 0.5), lambda p: lazy(p, 2)])
@pytest.mark.parametrize("form", [exact, functional, finite_differences()])
def test_labels_reach_d(wrap, form) -> None:
    """A penalty asks D with each sample's own label: swapped labels pay another price."""
    D = _Labelled()
    view = _view(D, n=10)
    for make in (r1, r2, gradient_penalty):
        torch.manual_seed(0)
        own = wrap(make(1.0, form))(D, view).mean().item()
        torch.manual_seed(0)
        swapped = wrap(make(1.0, form))(D, view._replace(y=view.y.flip(0))).mean().item()
        assert own != pytest.approx(swapped, rel=1e-3)


def test_gamma_can_be_scheduled_in_place() -> None:
    D = _mlp()
    view, gamma = _view(D), torch.tensor(2.0)
    penalty = r1(gamma)
    before = penalty(D, view).mean().item()
    gamma.fill_(0.5)
    assert penalty(D, view).mean().item() == pytest.approx(before / 4, rel=1e-6)


def _largest_singular_values(network: nn.Module) -> list[float]:
    weights = [m.weight.detach() for m in network.modules() if isinstance(m, LAYERS)]
    return [float(torch.linalg.matrix_norm(w.flatten(1), 2)) for w in weights]


@pytest.mark.parametrize("build", [_mlp, _conv])
def test_spectral_norm(build) -> None:
    plain = build()
    D = spectral_norm(build())
    for _ in range(50):
        D(_view(plain).x)
    D.eval()
    assert all(0.9 < s < 1.1 for s in _largest_singular_values(D))
    assert not all(0.9 < s < 1.1 for s in _largest_singular_values(plain))  # control


def test_spectral_norm_holds_through_training() -> None:
    """After steps of a real game with a penalty, sigma is still 1, and twice normalised is once normalised."""
    D = spectral_norm(spectral_norm(_mlp()))
    torch.manual_seed(0)
    game = GAN(nn.Sequential(nn.Linear(4, 48), nn.Unflatten(1, (3, 4, 4))), D, 4, LOSSES["hinge"], {"r1": r1(0.1)})
    adam = torch.optim.Adam(D.parameters(), lr=1e-3)
    for _ in range(60):
        adam.zero_grad()
        game.d_pays(Batch(torch.randn(16, 3, 4, 4))).total().backward()
        adam.step()
    D.eval()
    assert all(0.9 < s < 1.1 for s in _largest_singular_values(D))


def test_spectral_norm_refuses() -> None:
    with pytest.raises(ValueError, match="steps is 0"):
        spectral_norm(_mlp(), 0)
    with pytest.raises(ValueError, match="no linear or convolution"):
        spectral_norm(nn.Sequential(nn.ReLU()))
