"""Checkpoints: bit for bit back, never half there, nothing wrong ever loaded."""

import os

import pytest
import torch

from sparring.engine.snapshot import Snapshot
from sparring.errors import ModelError
from sparring.runs import checkpoint
from sparring.runs.folder import RunFolder
from sparring.use.checkpoints import find_checkpoint


def snapshot(step=12, shift=0.0):
    g = torch.Generator().manual_seed(step)
    weight = torch.randn(5, 3, generator=g) + shift
    odd = {
        "half": torch.randn(3, generator=g).bfloat16(),
        "double": torch.randn(2, 2, generator=g).double(),
        "mask": torch.tensor([True, False]),
        "count": torch.tensor(7),
        "bytes": torch.arange(256).to(torch.uint8),
        "none": torch.empty(0, 4),
        "turned": weight.t(),
        "part": weight[1:, ::2],
        "tied": weight,
        "complex": torch.randn(2, dtype=torch.complex64, generator=g).conj(),
        "channels": torch.randn(2, 3, 4, 4, generator=g).contiguous(memory_format=torch.channels_last),
        "minus zero": torch.tensor([-0.0, 1e-45]),
    }
    rng = {"cpu": torch.get_rng_state(), "float": torch.tensor([float("nan")])}
    return Snapshot(
        step,
        {"game": {"G.weight": weight, **odd}, "ema": {"G.weight": weight * 2}, "optimizers": {}, "rng": rng},
        {"images": step * 64, "lr": 2e-4, "betas": [0.5, 0.999], "name": "옷", "big": 2**60, "tiny": 5e-324},
    )


def same(a, b):
    """Equal to the bit, in dtype and shape too."""
    return a.dtype == b.dtype and a.shape == b.shape and raw(a) == raw(b)


def raw(t):
    return t.resolve_conj().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes() if t.numel() else b""


def assert_equal(a, b):
    assert a.step == b.step
    assert a.state == b.state
    assert a.tensors.keys() == b.tensors.keys()
    for part in a.tensors:
        assert a.tensors[part].keys() == b.tensors[part].keys()
        for name, value in a.tensors[part].items():
            assert same(value, b.tensors[part][name]), (part, name)


def test_every_kind_of_tensor_comes_back_bit_for_bit(tmp_path):
    before = snapshot()
    path = checkpoint.save(tmp_path / "checkpoints", before)
    assert path.name == "00000012"
    assert_equal(checkpoint.read(path), before)
    assert not same(before.tensors["game"]["minus zero"], torch.tensor([0.0, 1e-45]))  # control: `==` says equal


def test_what_was_read_is_memory_of_its_own(tmp_path):
    path = checkpoint.save(tmp_path, snapshot())
    first = checkpoint.read(path)
    first.tensors["game"]["tied"].fill_(3)
    first.tensors["game"]["G.weight"].fill_(4)
    assert (first.tensors["game"]["tied"] == 3).all()
    assert_equal(checkpoint.read(path), snapshot())


def test_only_the_parts_asked_for_are_read(tmp_path):
    path = checkpoint.save(tmp_path, snapshot())
    assert checkpoint.read(path, ["ema"]).tensors.keys() == {"ema"}
    assert checkpoint.read(path, []).tensors == {}
    with pytest.raises(ModelError, match=r"has no 'critic'; it has ema, game, optimizers, rng"):
        checkpoint.read(path, ["critic"])


def test_states_of_generators_stay_on_the_cpu(tmp_path):
    path = checkpoint.save(tmp_path, snapshot())
    there = checkpoint.read(path, device="meta").tensors
    assert there["rng"]["cpu"].device.type == "cpu"
    assert there["game"]["tied"].device.type == "meta"


def test_shapes_need_no_payload(tmp_path):
    path = checkpoint.save(tmp_path, snapshot())
    found = checkpoint.shapes(path)
    want = {
        part: {k: (tuple(t.shape), str(t.dtype).removeprefix("torch.")) for k, t in named.items()}
        for part, named in snapshot().tensors.items()
    }
    assert found == want
    assert found["game"]["turned"] == ((3, 5), "float32")


@pytest.mark.parametrize("part", ["game", "ema", "optimizers"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_never_written(tmp_path, part, value):
    good = snapshot()
    good.tensors[part]["G.bad"] = torch.tensor([1.0, value])
    with pytest.raises(ValueError, match=rf"'G.bad' of '{part}' is not finite"):
        checkpoint.save(tmp_path, good)
    assert list(tmp_path.iterdir()) == []


def test_a_mask_of_minus_infinity_is_written_but_is_no_state_of_an_optimizer(tmp_path):
    good = snapshot()
    mask = torch.full((4, 4), -torch.inf).triu(1)
    good.tensors["game"]["G.mask"] = good.tensors["ema"]["G.mask"] = mask
    good.tensors["game"]["G.half"] = mask.half()
    assert_equal(checkpoint.read(checkpoint.save(tmp_path, good)), good)
    good.tensors["optimizers"]["G/0/exp_avg"] = mask
    with pytest.raises(ValueError, match="'G/0/exp_avg' of 'optimizers' is not finite"):
        checkpoint.save(tmp_path, good._replace(step=13))


@pytest.mark.parametrize("state", [{"lr": float("nan")}, {"groups": {0: 1}}, {"groups": [{"a": {None: 1}}]}])
def test_a_state_that_would_come_back_as_another_is_refused(tmp_path, state):
    with pytest.raises(ValueError):
        checkpoint.save(tmp_path, snapshot()._replace(state=state))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("part", ["../game", "Game", "", "a/b", "."])
def test_names_of_parts_are_plain(tmp_path, part):
    with pytest.raises(ValueError, match="cannot be the name"):
        checkpoint.save(tmp_path, Snapshot(1, {part: {}}, {}))


def test_old_ones_go_and_later_ones_stay(tmp_path):
    for step in (10, 20, 30, 40):
        checkpoint.save(tmp_path, snapshot(step), keep=2)
    assert names(tmp_path) == ["00000030", "00000040"]
    checkpoint.save(tmp_path, snapshot(35), keep=1)
    assert names(tmp_path) == ["00000035", "00000040"]
    checkpoint.save(tmp_path, snapshot(123456789), keep=2)
    assert checkpoint.newest(tmp_path)[0].name == "123456789"


def test_a_damaged_one_does_not_push_out_a_whole_one(tmp_path):
    checkpoint.save(tmp_path, snapshot(10))
    (checkpoint.save(tmp_path, snapshot(20)) / "game.safetensors").write_bytes(b"")
    checkpoint.save(tmp_path, snapshot(30), keep=2)
    assert names(tmp_path) == ["00000010", "00000020", "00000030"]


def test_the_same_step_again(tmp_path):
    path = checkpoint.save(tmp_path, snapshot(10))
    written = (path / "game.safetensors").stat().st_ino
    assert checkpoint.save(tmp_path, snapshot(10)) == path
    assert (path / "game.safetensors").stat().st_ino == written  # equal: it was left
    assert checkpoint.save(tmp_path, snapshot(10, shift=1.0)) == path
    assert_equal(checkpoint.read(path), snapshot(10, shift=1.0))
    (path / "rng.safetensors").unlink()
    checkpoint.save(tmp_path, snapshot(10))
    assert_equal(checkpoint.read(path), snapshot(10))
    assert names(tmp_path) == ["00000010"]


def test_a_crash_while_replacing_leaves_the_new_one_in_charge(tmp_path, monkeypatch):
    checkpoint.save(tmp_path, snapshot(10))
    monkeypatch.setattr(checkpoint, "_discard", crash)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save(tmp_path, snapshot(10, shift=1.0))
    monkeypatch.undo()
    assert names(tmp_path) == ["00000010", "00000010-2"]
    assert_equal(checkpoint.read(checkpoint.newest(tmp_path)[0]), snapshot(10, shift=1.0))
    checkpoint.save(tmp_path, snapshot(20), keep=1)
    assert names(tmp_path) == ["00000020"]


def crash(*_):
    raise KeyboardInterrupt


def test_what_dead_processes_left_is_swept_and_what_lives_is_not(tmp_path):
    dead = os.fork()
    if dead == 0:
        os._exit(0)
    os.waitpid(dead, 0)
    left = [
        f".writing-{dead}-ab12-00000007",
        f".removing-{dead}-ab12-00000003",
        f".writing-{os.getpid()}-0-00000005",
    ]
    kept = [".writing-1-ab12-00000007", ".mine", "notes"]
    for name in left + kept:
        (tmp_path / name).mkdir()
        (tmp_path / name / "game.safetensors").write_bytes(b"half")
    checkpoint.save(tmp_path, snapshot(10))
    assert names(tmp_path) == sorted([*kept, "00000010"])


def names(folder):
    return sorted(os.listdir(folder))


def test_no_checkpoint_at_all(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ModelError, match="no whole checkpoint"):
            checkpoint.newest(folder)


def test_a_step_is_found_by_its_number_also_where_it_was_saved_again(tmp_path):
    folder = RunFolder.create(tmp_path, "again")
    (folder.path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="no checkpoint of step 5; it has none"):
        find_checkpoint(folder.path, 5)
    for name in ("00000005", "00000020", "00000020-2", "123456789-2", "notes", ".writing-1-a-00000007"):
        (folder.checkpoints / name).mkdir(parents=True)
    found = [find_checkpoint(folder.path, step).name for step in (5, 20, 123456789)]
    assert found == ["00000005", "00000020-2", "123456789-2"]
    with pytest.raises(ModelError, match="no checkpoint of step 7; it has 5, 20, 123456789"):
        find_checkpoint(folder.path, 7)
