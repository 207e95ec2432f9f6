"""Two processes play the game that one plays: parts of the batch, parts of the noise, one average of the gradients."""

import os
import subprocess
import sys

import pytest
import torch
import torch.distributed as dist
from torch import nn
from torch.optim import Adam

from sparring.games import GAN, Batch, Dropout, Seat, Turn, instance_noise, move, noise_of
from sparring.games.cyclegan import CycleGAN
from sparring.games.penalties import functional, on_share, r1

SHAPE = (2, 4, 4)


class Said(nn.Module):
    """A penalty that remembers what D says of the whole batch."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor(0.0))

    def forward(self, D, view):
        view.turn.keep(self.mean, self.mean / 2 + view.real_logits.mean())
        return (view.real_logits - self.mean).square()


def gan():
    G = nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Unflatten(1, SHAPE))
    D = nn.Sequential(nn.Flatten(), nn.Linear(32, 16), nn.SiLU(), Dropout(0.3), nn.Linear(16, 1))
    return GAN(G, D, 3, penalties={"r1": r1(1.0), "said": Said()}, augment=instance_noise(0.1))


def share():
    """Real and fake in one pass, and a penalty on every second sample of the whole batch."""
    G = nn.Sequential(nn.Linear(3, 32), nn.Unflatten(1, SHAPE))
    D = nn.Sequential(nn.Flatten(), nn.Linear(32, 16), nn.SiLU(), Dropout(0.3), nn.Linear(16, 1))
    penalties = {"r1": on_share(r1(1.0, functional), 0.5)}
    return GAN(G, D, 3, penalties=penalties, augment=instance_noise(0.1), together=True)


def cyclegan():
    G = [nn.Conv2d(2, 2, 3, padding=1) for _ in range(2)]
    D = [nn.Sequential(nn.Conv2d(2, 4, 3), nn.SiLU(), Dropout(0.3), nn.Conv2d(4, 1, 2)) for _ in range(2)]
    return CycleGAN(*G, *D, SHAPE, SHAPE, penalties={"r1": r1(1.0)}, pool=0, noise=0.1)


GAMES = {"gan": gan, "share": share, "cyclegan": cyclegan}


def average(tensors):
    flat = torch.cat([t.flatten() for t in tensors])
    dist.all_reduce(flat)
    for t, mean in zip(tensors, (flat / dist.get_world_size()).split([t.numel() for t in tensors]), strict=True):
        t.copy_(mean.view_as(t))


def play(name, rank=0, world=1, parts=True):
    """Three rounds on this process's rows; the weights and what is kept at the end, in one row."""
    torch.manual_seed(0)
    game, seats = GAMES[name](), {}
    for player in game.players():
        own = [p for n, p in game.named_parameters() if n.startswith(player)]
        seats[player] = Seat(game, player, Adam(own, 0.01, fused=True), average if world > 1 else None)
    for i in range(3):
        for player, seat in seats.items():
            whole = (noise_of("data", i).uniform(domain, 8, *SHAPE) for domain in "xy")
            batch = Batch(*(t.chunk(world)[rank] for t in whole))
            noise = noise_of(0, player, i, part=rank if parts else 0, of=world if parts else 1)
            assert move(seat, batch, Turn(noise, i)).fine
    return torch.cat([t.detach().flatten() for t in game.state_dict().values() if t.is_floating_point()])


@pytest.fixture(scope="module")
def of_two(tmp_path_factory):
    """What two processes come to, each game with and without parts of the noise."""
    folder = tmp_path_factory.mktemp("processes")
    command = [sys.executable, __file__, str(folder)]
    started = [subprocess.Popen([*command, str(rank)], env=os.environ | {"OMP_NUM_THREADS": "1"}) for rank in range(2)]
    assert [p.wait(120) for p in started] == [0, 0]
    return [torch.load(folder / f"{rank}.pt") for rank in range(2)]


@pytest.mark.parametrize("name", GAMES)
def test_two_processes_come_to_what_one_comes_to(name, of_two):
    one = play(name)
    for found in of_two:
        torch.testing.assert_close(found[name, True], one, rtol=0, atol=1e-6)
        assert (found[name, False] - one).abs().max() > 1e-4, "control: the same noise on both is another game"
    assert torch.equal(of_two[0][name, True], of_two[1][name, True])


if __name__ == "__main__":
    folder, rank = sys.argv[1], int(sys.argv[2])
    dist.init_process_group("gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=2)
    torch.save({(n, parts): play(n, rank, 2, parts) for n in GAMES for parts in (True, False)}, f"{folder}/{rank}.pt")
    dist.destroy_process_group()
