"""Penalties: three ways to one number, one convention for gamma, and what lazy and partial ones may change."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from sparring.games import GAN, Batch, Term, Turn, View, noise_of
from sparring.games.penalties import exact, finite_differences, functional, gradient_penalty, lazy, on_share, r1, r2
from sparring.games.terms import charged
from sparring.games.view import Augment, Look, ask, looked, unchanged, viewed


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


class _Heads(nn.Module):
    """D with a second head that no penalty asks about."""

    def __init__(self) -> None:
        super().__init__()
        self.body = _mlp()[:5]
        self.logit, self.classes = nn.Linear(32, 1), nn.Linear(32, 5)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        h = self.body(x)
        return {"classes": self.classes(h) * 100, "logits": self.logit(h)}


def _normed() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.SiLU(), nn.Flatten(), nn.Linear(128, 8), nn.BatchNorm1d(8),
        nn.SiLU(), nn.Linear(8, 1),
    )  # fmt: skip


NETWORKS: dict[str, Callable[[], nn.Module]] = {"mlp": _mlp, "conv": _conv, "labelled": _Labelled, "heads": _Heads}
TOGETHER = {"batch norm": _normed}
"""What answers a sample in the light of the others."""


def _seen(D: nn.Module, n: int = 6, moves: int = 0, augment: Augment = unchanged) -> tuple[Look, View]:
    """What a penalty is given: D to ask again, and what D has said of standard normal pictures, and of wider ones."""
    data, turn = noise_of("data"), Turn(noise_of(0, "D", moves), moves)
    pictures = data.normal("x", n, 3, 4, 4), data.normal("fake", n, 3, 4, 4) * 2
    y = torch.arange(n) % 5 if isinstance(D, _Labelled) else None
    return looked(D, augment, turn), viewed(D, pictures, (y, y), augment, turn, through=True)


def _said(x: Tensor, fake: Tensor, D: nn.Module) -> View:
    """A view of anything, without augmentation and labels, whose graph begins nowhere."""
    return View(x, fake, None, None, ask(D, x), ask(D, fake), Turn(noise_of(0)))


def _pays(penalty: Term, seen: tuple[Look, View]) -> Tensor:
    """Sample by sample."""
    return penalty.weight * penalty.of(*seen)


def _value_and_gradients(pay: Callable[[], Tensor], D: nn.Module) -> list[Tensor]:
    """The mean of a penalty and its gradient with respect to every weight of D."""
    D.zero_grad()
    total = pay()
    total.backward()
    return [total.detach(), *(torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in D.parameters())]


def _close(found: list[Tensor], want: list[Tensor]) -> bool:
    return all(torch.allclose(a, b, rtol=1e-5, atol=1e-5) for a, b in zip(found, want, strict=True))


PENALTIES = {"r1": r1, "r2": r2, "gradient_penalty": gradient_penalty}


@pytest.mark.parametrize("name", PENALTIES)
@pytest.mark.parametrize("network", NETWORKS | TOGETHER)
def test_exact_is_functional_is_compiled(name: str, network: str) -> None:
    D = (NETWORKS | TOGETHER)[network]()
    seen, again = (_seen(D) for _ in range(2))
    buffers = {k: b.clone() for k, b in D.named_buffers()}
    torch._dynamo.reset()  # each D is a program of its own, and there is a limit to how many one function may have
    by_graph = PENALTIES[name](3.0, exact)
    by_func = PENALTIES[name](3.0, functional)
    compiled = torch.compile(lambda: _pays(by_func, again).mean(), backend="aot_eager", fullgraph=True)
    want = _value_and_gradients(lambda: _pays(by_graph, seen).mean(), D)
    assert want[0] > 1e-3
    assert max(float(g.abs().max()) for g in want[1:]) > 1e-3
    assert _close(_value_and_gradients(lambda: _pays(by_func, again).mean(), D), want)
    if name != "r2" or network == "mlp":  # R2 is the program of R1 on fakes
        assert _close(_value_and_gradients(compiled, D), want)
    assert all(torch.equal(b, buffers[k]) for k, b in D.named_buffers()), "D's running statistics are not a penalty's"
    # Control: half the weight is found out.
    half = PENALTIES[name](1.5, functional)
    assert not _close(_value_and_gradients(lambda: _pays(half, again).mean(), D), want)


@pytest.mark.parametrize("network", NETWORKS)
def test_against_a_gradient_taken_sample_by_sample(network: str) -> None:
    """An independent road: one backward pass a sample, no double backward."""
    D = NETWORKS[network]()
    look, view = _seen(D)
    squares = []
    for i in range(len(view.x)):
        x = view.x.detach()[i : i + 1].clone().requires_grad_()
        ask(D, x, None if view.y is None else view.y[i : i + 1])["logits"].sum().backward()
        squares.append(x.grad.square().sum())
    torch.testing.assert_close(_pays(r1(2.0), (look, view)).detach(), torch.stack(squares))


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
    for penalty in (r1, r2):
        D.zero_grad()
        pays = _pays(penalty(0.3, form), (Look(D), _said(x, fake, D)))
        assert pays.shape == (5,)
        assert torch.equal(pays, torch.full((5,), 0.3 / 2 * 5.25))
        pays.mean().backward()
        torch.testing.assert_close(D.weight.grad[0], 0.3 * w)
    slope = 5.25**0.5
    gp = _pays(gradient_penalty(10, form), (Look(D), _said(x, fake, D)))
    torch.testing.assert_close(gp, torch.full((5,), 10 * (slope - 1) ** 2), rtol=1e-5, atol=1e-5)


def test_finite_differences_know_the_convention_too() -> None:
    D = _ramp(torch.tensor([1.0, -2.0, 0.5]))
    x, fake = noise_of(1).normal("x", 100_000, 3), noise_of(2).normal("x", 100_000, 3)
    seen = Look(D), _said(x, fake, D)
    assert _pays(r1(0.3, finite_differences()), seen).mean().item() == pytest.approx(0.3 / 2 * 5.25, rel=0.02)
    gp = _pays(gradient_penalty(10, finite_differences()), seen).mean().item()
    assert gp == pytest.approx(10 * (5.25**0.5 - 1) ** 2, rel=0.03)


def _probes(D: nn.Module, x: Tensor, eps: float, n: int = 4096, y: Tensor | None = None) -> float:
    """Mean of |slope|^2 over ``n`` random directions at each of a few points."""
    many, labels = x.repeat_interleave(n, 0), None if y is None else y.repeat_interleave(n, 0)
    with torch.no_grad():
        return (
            finite_differences(eps).slope(Look(D), many, labels, None, Turn(noise_of(3))).squared.float().mean().item()
        )


def _slope(D: nn.Module, x: Tensor, y: Tensor | None = None) -> float:
    return exact.slope(Look(D), x, y, None, Turn(noise_of(3))).squared.mean().item()


@pytest.mark.parametrize("network", NETWORKS)
def test_finite_differences_in_float32(network: str) -> None:
    D = NETWORKS[network]()
    view = _seen(D)[1]
    x, y = view.x.detach()[:4], None if view.y is None else view.y[:4]
    assert _probes(D, x, 0.01, y=y) == pytest.approx(_slope(D, x, y), rel=0.05)


def test_finite_differences_in_bfloat16() -> None:
    """eps = .03 is honest in bfloat16; the control, eps = .003, drowns in rounding and is far off."""
    D = _mlp()
    x = _seen(D)[1].x.detach()[:4]
    want = _slope(D, x)
    D.bfloat16()
    x = x.bfloat16()
    assert _probes(D, x, 0.03) == pytest.approx(want, rel=0.05)
    assert _probes(D, x, 0.003) > 1.5 * want


def test_finite_differences_refuse_no_step_and_batch_norm() -> None:
    with pytest.raises(ValueError, match="eps is 0"):
        finite_differences(0)
    D = _normed()
    with pytest.raises(ValueError, match="without batch norm"):
        _probes(D, _seen(D)[1].x.detach(), 0.01, n=1)
    D.eval()  # with statistics that stand still there is nothing against it
    x = _seen(D)[1].x.detach()[:4]
    assert _probes(D, x, 0.01) == pytest.approx(_slope(D, x), rel=0.05)


def test_gradient_penalty_looks_between_real_and_fake() -> None:
    """D(x) = |x|^2/2 has slope |x|: on the line from x = 1 to fake = 3 it is 1 + 2t, so E (slope - 1)^2 = 4/3."""

    class Bowl(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.square().sum(1) / 2

    D = Bowl()
    x, fake = torch.ones(200_000, 1), torch.full((200_000, 1), 3.0)
    pays = _pays(gradient_penalty(1.0), (Look(D), _said(x, fake, D)))
    assert pays.mean().item() == pytest.approx(4 / 3, rel=0.02)
    assert 0 <= pays.min() < 0.01
    assert 3.99 < pays.max() <= 4


def _charged(penalty: Term, seen: tuple[Look, View], game: nn.Module | None = None) -> float:
    return charged(game or nn.Module(), {"p": penalty}, *seen, seen[1].turn)["p"].item()


def test_lazy_pays_the_same_over_time() -> None:
    D = _mlp()
    moves = [_seen(D, moves=t) for t in range(12)]
    every_move = sum(_charged(r1(1.0), seen) for seen in moves)
    paid = [_charged(lazy(r1(1.0), 4), seen) for seen in moves]
    assert sum(paid) == pytest.approx(every_move, rel=1e-5)
    assert [t for t, p in enumerate(paid) if p > 0] == [0, 4, 8]
    with pytest.raises(ValueError, match="every is 0"):
        lazy(r1(1.0), 0)


def test_lazy_counts_the_moves_of_a_game() -> None:
    """The moves on which it pays, in a game; nothing of the game counts them, so a resume cannot lose count."""
    game = GAN(nn.Linear(2, 3), _ramp(torch.ones(3)), 2, penalties={"r1": lazy(r1(1.0), 3)})
    paid = [game.d_pays(Batch(torch.randn(4, 3)), Turn(noise_of(i), i)).paid["r1"].item() for i in range(7)]
    assert paid == pytest.approx([4.5, 0, 0, 4.5, 0, 0, 4.5])
    assert set(game.state_dict()) == {"G.weight", "G.bias", "D.weight", "D.bias"}


@pytest.mark.parametrize("form", [exact, functional, finite_differences()])
def test_on_share_is_unbiased(form) -> None:
    D = _mlp()
    whole, part = [], []
    for i in range(300):
        x = noise_of(i).normal("x", 8, 3, 4, 4)
        seen = Look(D), _said(x, x, D)._replace(turn=Turn(noise_of(i)))
        whole.append(_pays(r1(1.0), seen).mean().item())
        pays = _pays(on_share(r1(1.0, form), 0.25), seen)
        assert pays.shape == (2,)
        part.append(pays.mean().item())
    assert sum(part) == pytest.approx(sum(whole), rel=0.15 if form.slope is not exact.slope else 0.03)
    for share in (0, 0.4, 1.5):
        with pytest.raises(ValueError, match="share is"):
            on_share(r1(1.0), share)


def _always(penalty: Term) -> Term:
    return penalty


@pytest.mark.parametrize("wrap", [_always, lambda p: on_share(p, 0.5), lambda p: lazy(p, 2)])
@pytest.mark.parametrize("form", [exact, functional, finite_differences()])
def test_labels_reach_d(wrap, form) -> None:
    """A penalty asks D with each sample's own label: swapped labels pay another price."""
    D = _Labelled()
    look, view = _seen(D, n=10)
    swapped = viewed(D, (view.x, view.fake), (view.y.flip(0),) * 2, unchanged, view.turn, through=True)
    for make in (r1, r2, gradient_penalty):
        own, other = (_charged(wrap(make(1.0, form)), (look, v)) for v in (view, swapped))
        assert own != pytest.approx(other, rel=1e-3)


def test_gamma_can_be_scheduled_by_its_name() -> None:
    D = _mlp()
    game = GAN(nn.Linear(2, 3), D, 2, numbers={"gamma": 2.0})
    before = _charged(r1("gamma"), _seen(D), game)
    game.gamma.fill_(0.5)
    assert _charged(r1("gamma"), _seen(D), game) == pytest.approx(before / 4, rel=1e-6)
    assert before == pytest.approx(_charged(r1(2.0), _seen(D)), rel=1e-6)
