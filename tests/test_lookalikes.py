"""Memories: a pool of fakes for D, and look-alikes for G. What they hold is written when a move is accepted, and not before."""

import pytest
import torch

from sparring.games import LOSSES, Batch, Seat, Turn, move, noise_of
from sparring.games.cyclegan import CycleGAN
from sparring.games.lookalikes import LookAlikes, Memory, unlikeness
from sparring.games.pool import Pool
from sparring.networks.patch import PatchDiscriminator
from sparring.networks.shuffle import ShuffleTranslator


def accept(turn):
    """What a move does when it is fine."""
    for buffer, value, rows in turn.kept:
        if rows is None:
            buffer.copy_(value)
        else:
            assert len(rows.unique()) == len(rows)
            buffer[rows] = value


def remember(memory, pictures):
    turn = Turn(noise_of(0))
    memory.remember(pictures, turn)
    accept(turn)


def pooled(pool, fakes, moves=0):
    turn = Turn(noise_of(0, "D", moves), moves)
    before = pool.pictures.clone(), pool.count.clone()
    out = pool(fakes, turn, "pool")
    assert torch.equal(pool.pictures, before[0]) and torch.equal(pool.count, before[1]), (
        "not before the move is accepted"
    )
    accept(turn)
    return out


def test_the_pool_is_filled_first_and_then_swaps_half_of_the_time():
    pool = Pool(50, (1,))
    first = torch.arange(50.0)[:, None]
    assert torch.equal(pooled(pool, first[:20]), first[:20]) and int(pool.count) == 20
    assert torch.equal(pooled(pool, first[20:], 1), first[20:]) and torch.equal(pool.pictures, first)
    given, swapped = 0, 0
    for i, start in enumerate(range(100, 10_100, 4)):
        fakes = torch.arange(start, start + 4.0)[:, None]
        stored = pool.pictures.clone()
        out = pooled(pool, fakes, i + 2)
        swapped += int((out != fakes).sum())
        given += 4
        assert (out <= fakes).all() and len(pool.pictures.unique()) == 50, "what was given away is no longer stored"
        assert sorted([*out.flatten().tolist(), *pool.pictures.flatten().tolist()]) == sorted(
            [*fakes.flatten().tolist(), *stored.flatten().tolist()]
        ), "each picture is either given or stored"
    assert abs(swapped / given - 0.5) < 0.02 and int(pool.count) == 50
    ages = 10_100 - pool.pictures
    assert 50 < ages.mean() < 200, "a stored picture stays for about 100 fakes"
    assert torch.equal(pooled(Pool(0, (1,)), first), first)
    with pytest.raises(ValueError, match="-1"):
        Pool(-1, (1,))


def test_a_batch_that_the_pool_has_no_room_for_passes():
    pool, fakes = Pool(3, (1,)), torch.arange(5.0)[:, None]
    assert torch.equal(pooled(pool, fakes), fakes)
    assert pool.pictures.flatten().tolist() == [0, 1, 2] and int(pool.count) == 3
    half = Pool(6, (1,))
    pooled(half, fakes[:4])
    assert torch.equal(pooled(half, fakes + 10, 1), fakes + 10), "what finds no more room is not swapped yet"
    assert half.pictures.flatten().tolist() == [0, 1, 2, 3, 10, 11] and int(half.count) == 6


def test_the_memory_keeps_the_last_pictures_and_finds_the_nearest():
    memory = Memory(4, (3, 2, 2))
    seen = torch.linspace(-1, 1, 6).view(6, 1, 1, 1).expand(6, 3, 2, 2)
    far = torch.full((1, 3, 2, 2), 9.0)  # pictures of this move are searched, too
    remember(memory, seen[:1])
    assert torch.allclose(memory.nearest(seen[5:], far), seen[:1]), "empty places are never found"
    assert torch.allclose(memory.nearest(seen[5:], seen[4:5]), seen[4:5], atol=0.01)
    remember(memory, seen[1:])
    found = memory.nearest(torch.stack([seen[0], seen[4] + 0.01]), far)
    assert torch.allclose(found, torch.stack([seen[2], seen[4]]), atol=0.01), "the two oldest have made room"
    turn = Turn(noise_of(0))
    memory.remember(seen + 3, turn)
    assert torch.equal(memory.nearest(seen[:1], far), found[:1]), "nothing is remembered before the move is accepted"
    remember(memory, seen)
    assert sorted(memory.pictures[:, 0].tolist()) == sorted(seen[2:, 0, 0, 0].bfloat16().tolist()), (
        "more than there is room for"
    )
    remember(memory, seen[:1])
    assert sorted(memory.pictures[:, 0].tolist()) == sorted(seen[[0, 3, 4, 5], 0, 0, 0].bfloat16().tolist()), (
        "the oldest of those makes room"
    )


def test_unlikeness_is_near_squared_error_for_near_pixels_and_forgives_far_ones():
    a, b = torch.zeros(2, 3, 4, 4), torch.zeros(2, 3, 4, 4)
    b[0], b[1, :, :2] = 0.03, 2.0
    near, half_far = unlikeness(a, b, 0.3)
    assert near.item() == pytest.approx(0.01, rel=0.02) and 0.45 < half_far.item() < 0.5
    c = torch.full((1, 1, 1, 1), 0.3, requires_grad=True)
    far = torch.full((1, 1, 1, 1), 2.0, requires_grad=True)
    for t in (c, far):
        unlikeness(t, torch.zeros(1, 1, 1, 1), 0.3).sum().backward()
    assert far.grad.item() < c.grad.item() / 30


def test_look_alikes_pull_each_translator_towards_the_nearest_picture():
    """With the truth in the memory, and nothing else to pay, both translators find a map that nobody paired for them."""
    torch.manual_seed(0)
    x = torch.rand(24, 3, 12, 10) * 2 - 1
    y = (0.8 * x.flip(1) + 0.2 * x + 0.05).clamp(-1, 1) * 0.9
    G_xy, G_yx = (ShuffleTranslator(3, 3, 16, 1) for _ in range(2))
    D = [PatchDiscriminator(3, 4, 1) for _ in range(2)]
    shape = tuple(x.shape[1:])
    free = LOSSES["least_squares"]._replace(g=lambda a, b: 0 * b)
    terms = {"lookalikes": LookAlikes(shape, shape, 24, 1.0)}
    game = CycleGAN(G_xy, G_yx, *D, shape, shape, free, 0.0, 0.0, terms=terms)
    seat = Seat(game, "G", torch.optim.Adam([*G_xy.parameters(), *G_yx.parameters()], 3e-3, fused=True))
    before = [(g(a) - b).square().mean().item() for g, a, b in ((G_xy, x, y), (G_yx, y, x))]
    for i in range(60):
        order = torch.randperm(24), torch.randperm(24)
        assert move(seat, Batch(x[order[0]], y[order[1]]), Turn(noise_of(i), i)).fine
    after = [(g(a) - b).square().mean().item() for g, a, b in ((G_xy, x, y), (G_yx, y, x))]
    assert all(end < start / 4 for start, end in zip(before, after, strict=True)), (before, after)


@pytest.mark.parametrize("wrong", [{"memory": 0}, {"scale": 0.0}])
def test_look_alikes_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        LookAlikes((3, 4, 4), (3, 4, 4), **wrong)
