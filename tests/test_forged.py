"""State that anyone may have written, with right digests: whatever is of a wrong type, out of range, missing or foreign is refused
before it is used, with the file and the field, by every door. Beside each table stands the control that passes."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

import sparring
from sparring.commands.runs import _facts
from sparring.errors import DivergedError, SparringError
from sparring.runs import checkpoint, manifest, tensor_file
from sparring.runs.folder import RunFolder
from sparring.sessions.start import resume, train

IMAGES = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 1), np.uint8)
RUN = {"threads": 1, "precision": "float32", "memory_format": "contiguous", "device": "cpu", "steps": 4, "held_out": 0,
       "log_every": 2, "sample_every": 4, "save_every": 4, "keep": 1}  # fmt: skip
HUGE = 10**400
ABSENT = object()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs")
    return train("gan", IMAGES, run={**RUN, "out": out}, g_hidden=(8,), d_hidden=(8,), z_dim=4, batch_size=4)


@pytest.fixture
def forged(run, tmp_path):
    """A copy of the run, and a function that changes a file of its checkpoint and writes a manifest that agrees."""
    copy = tmp_path / run.name
    shutil.copytree(run, copy)
    path = copy / "checkpoints" / "00000004"

    def forge(name, change):
        file = path / name
        if name.endswith(".json"):
            value = change(json.loads(file.read_text()))
            data = json.dumps(value).encode()
        else:
            value = change(tensor_file.from_bytes(file.read_bytes(), file))
            data = tensor_file.to_bytes(value)
        file.write_bytes(data)
        raw = json.loads((path / manifest.FILE).read_text())
        files = {n: manifest.Entry(e["bytes"], e["sha256"]) for n, e in raw["files"].items()}
        files[name] = manifest.entry(data)
        (path / manifest.FILE).write_bytes(manifest.to_bytes(manifest.Manifest(raw["step"], files)))

    return copy, path, forge


def put(field, value):
    """A change of JSON: ``plan.specs.0.channels``."""

    def change(facts):
        at, *names = facts, *field.split(".")
        for name in names[:-1]:
            at = at[int(name) if isinstance(at, list) else name]
        last = int(names[-1]) if isinstance(at, list) else names[-1]
        if value is ABSENT:
            del at[last]
        else:
            at[last] = value
        return facts

    return change


def go_on(path):
    resume(RunFolder.open(path), data=IMAGES, extend={"steps": 6})


DOORS = {
    "resume": go_on,
    "sample": lambda path: sparring.load(path).sample(1),
    "info": lambda path: _facts(path, Path("runs")),
    "info of the checkpoint": lambda path: _facts(path / "checkpoints" / "00000004", Path("runs")),
}


def refused(door, path):
    with pytest.raises(SparringError) as caught:
        DOORS[door](path)
    assert caught.value.exit_code == 3, caught.value
    return str(caught.value)


@pytest.mark.parametrize("door", DOORS)
def test_control_a_checkpoint_that_is_written_anew_as_it_was_is_taken(door, forged):
    path, _, forge = forged
    forge("state.json", lambda facts: facts)
    for part in ("game", "ema", "optimizers"):
        forge(f"{part}.safetensors", lambda tensors: tensors)
    DOORS[door](path)


STATE = [
    ("plan", None), ("plan", ABSENT), ("progress", None), ("progress", ABSENT), ("progress.steps", -5), ("progress.steps", 10**17),
    ("progress.steps", 3), ("progress.steps", "4"), ("progress.steps", 4.0), ("progress.steps", True), ("progress.images", -1),
    ("progress.images", None), ("progress.rate", "x"), ("progress.rate", 0), ("progress.rate", 2.0), ("progress.rate", HUGE),
    ("data", ABSENT), ("data", 5), ("name", []), ("domains", "x"), ("classes", [1]), ("seconds", ABSENT), ("seconds", "x"),
    ("seconds", HUGE), ("seconds", -1), ("optimizers", ABSENT), ("optimizers", []), ("optimizers.G", ABSENT), ("optimizers.G", 3),
    ("optimizers.G.groups", ABSENT), ("optimizers.G.groups", {}), ("optimizers.G.groups", []), ("optimizers.G.groups.0", 7),
    ("optimizers.G.state", []), ("meter", 3), ("meter.steps", -1), ("meter.sums", {"x": "1"}), ("plan.recipe", 5),
    ("plan.specs", []), ("plan.specs", None), ("plan.specs.0", []), ("plan.specs.0.channels", 3.0), ("plan.specs.0.channels", "1"),
    ("plan.specs.0.channels", 0), ("plan.specs.0.height", 28.0), ("plan.specs.0.height", 1 << 20), ("plan.specs.0.bits", 7),
    ("plan.specs.0.low", "x"), ("plan.specs.0.high", [1]), ("plan.specs.0.low", 300), ("plan.specs.0.classes", -1),
    ("plan.settings", []), ("plan.seed", 10**30), ("plan.seed", -1), ("plan.seed", "0"), ("plan.file", {"path": 3}),
]  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("field", "value"), STATE, ids=[f"{f}={str(v)[:12]}" for f, v in STATE])
def test_what_a_checkpoint_says_of_itself(door, field, value, forged):
    path, _, forge = forged
    forge("state.json", put(field, value))
    if field in ("optimizers.G", "optimizers.G.groups") and value in (
        ABSENT,
        [],
    ):  # right by itself, wrong for this run
        if door != "resume":
            return
    said = refused(door, path)
    assert field.split(".")[-1].removesuffix("0") in said or "specs[0]" in said or "optimizer" in said, said
    assert "state.json" in said or "optimizer" in said, said


@pytest.mark.parametrize("name", ["state.json", "game.safetensors", "ema.safetensors", "optimizers.safetensors"])
def test_a_part_that_is_not_there_in_a_manifest_that_agrees(name, forged):
    path, place, _ = forged
    raw = json.loads((place / manifest.FILE).read_text())
    files = {n: manifest.Entry(e["bytes"], e["sha256"]) for n, e in raw["files"].items() if n != name}
    (place / name).unlink()
    (place / manifest.FILE).write_bytes(manifest.to_bytes(manifest.Manifest(raw["step"], files)))
    assert name.removesuffix(".safetensors") in refused("resume", path)
    if name != "optimizers.safetensors":
        refused("sample", path)


MANIFEST = [("step", -1), ("step", "4"), ("step", 10**18), ("files", []), ("files.state.json.bytes", 1.5)]


@pytest.mark.parametrize("door", ["resume", "sample", "info"])
@pytest.mark.parametrize(("field", "value"), MANIFEST)
def test_a_manifest(door, field, value, forged):
    path, place, _ = forged
    facts = json.loads((place / manifest.FILE).read_text())
    if field.count(".") > 1:
        facts["files"]["state.json"]["bytes"] = value
    else:
        facts[field] = value
    (place / manifest.FILE).write_text(json.dumps(facts, indent=2) + "\n")
    assert "manifest.json" in refused(door, path)


def first(change):
    """A change of the first tensor that has more than one number."""

    def changed(tensors):
        name = next(n for n, t in tensors.items() if t.numel() > 1)
        return {**tensors, name: change(tensors[name])}

    return changed


WEIGHTS = {
    "int32": first(lambda t: t.int()),
    "bool": first(lambda t: t.bool()),
    "float64": first(lambda t: t.double()),
    "nan": first(lambda t: torch.full_like(t, torch.nan)),
    "inf": first(lambda t: torch.full_like(t, torch.inf)),
    "shape": first(lambda t: t.flatten()[:-1]),
    "none": lambda tensors: {},
    "one more": lambda tensors: {**tensors, "foreign": torch.zeros(1)},
}


@pytest.mark.parametrize("part", ["game", "ema"])
@pytest.mark.parametrize("change", WEIGHTS)
def test_weights(part, change, forged):
    path, _, forge = forged
    forge(f"{part}.safetensors", WEIGHTS[change])
    for door in ("resume", "sample"):
        said = refused(door, path)
        assert "float32" in said or "is not finite" in said or "missing" in said or "not in the network" in said, said


def renamed(old, new):
    return lambda tensors: {n.replace(old, new): t for n, t in tensors.items()}


OPTIMIZERS = {
    "nothing": lambda tensors: {},
    "nothing of G": lambda tensors: {n: t for n, t in tensors.items() if n[0] != "G"},
    "no exp_avg_sq": lambda tensors: {n: t for n, t in tensors.items() if not n.endswith("exp_avg_sq")},
    "one key less": lambda tensors: dict(list(tensors.items())[1:]),
    "another key": renamed("exp_avg_sq", "momentum"),
    "another player": renamed("G/", "H/"),
    "another parameter": renamed("G/0/", "G/99/"),
    "no number": renamed("G/0/", "G/x/"),
    "no path": renamed("G/0/step", "step"),
    **{name: WEIGHTS[name] for name in ("int32", "float64", "nan", "shape")},
}


@pytest.mark.parametrize("change", OPTIMIZERS)
def test_moments_of_an_optimizer(change, forged):
    path, _, forge = forged
    forge("optimizers.safetensors", OPTIMIZERS[change])
    assert "optimizer" in refused("resume", path)


GROUPS = [
    ("lr", "x"),
    ("lr", -1.0),
    ("lr", None),
    ("betas", [0.5]),
    ("betas", [0.5, 3]),
    ("betas", 1),
    ("eps", []),
    ("amsgrad", 5),
]


@pytest.mark.parametrize(("key", "value"), GROUPS)
def test_settings_of_an_optimizer(key, value, forged):
    path, _, forge = forged
    forge("state.json", put(f"optimizers.G.groups.0.{key}", value))
    assert "optimizer of G" in refused("resume", path)


def test_moments_that_stop_being_finite_are_a_divergence(forged):
    """Their losses and gradients are finite: only the state shows it, and no checkpoint may hold it."""
    path, _, forge = forged
    forge("state.json", put("optimizers.D.groups.0.weight_decay", 1e30))
    with pytest.raises(DivergedError, match="not finite"):
        go_on(path)
    assert checkpoint.newest(path / "checkpoints")[0].name == "00000004"


CONFIG = [
    ("recipe", ABSENT), ("recipe", 5), ("recipe", "./evil.py:fn"), ("data", ABSENT), ("data", []), ("data.sources", []),
    ("data.sources", ["a", "b", "c"]), ("data.sources", [5]), ("data.sources", "x"), ("data.size", [1, 2, 3]),
    ("data.size", [-1, 5]), ("data.fit", "x"), ("data.skip_bad", 3), ("data.pairs", "x"), ("settings", []), ("run", ABSENT),
    ("run", 3),
    ("run.steps", "x"), ("run.steps", -1), ("run.threads", 1 << 40), ("run.log_every", -1), ("run.nonsense", 1),
    ("run.seed", 10**30),
]  # fmt: skip


@pytest.mark.parametrize("door", ["resume", "info"])
@pytest.mark.parametrize(("field", "value"), CONFIG, ids=[f"{f}={str(v)[:12]}" for f, v in CONFIG])
def test_a_configuration(door, field, value, forged):
    path, _, _ = forged
    facts = json.loads((path / "config.json").read_text())
    (path / "config.json").write_text(json.dumps(put(field, value)(facts)))
    if (
        value == "./evil.py:fn"
    ):  # a name like any other: the checkpoint says which recipe it is, and nothing is imported
        DOORS[door](path)
        return
    said = refused(door, path)
    assert "config.json" in said and field.split(".")[-1] in said, said


def test_cadences_of_0_are_automatic_in_a_run_that_goes_on(forged):
    path, _, _ = forged
    facts = json.loads((path / "config.json").read_text())
    facts["run"] |= {"log_every": 0, "sample_every": 0, "save_every": 0}
    (path / "config.json").write_text(json.dumps(facts))
    go_on(path)
    now = json.loads((path / "config.json").read_text())["run"]
    assert min(now["log_every"], now["sample_every"], now["save_every"]) >= 1 and now["steps"] == 6


@pytest.mark.parametrize("device", ["cuda", "cuda:99", "mps", "../x"])
def test_a_run_from_another_machine_is_moved_by_device(device, forged):
    if torch.accelerator.is_available() and torch.accelerator.current_accelerator().type == device.split(":")[0]:
        pytest.skip("this machine has that device")
    path, _, _ = forged
    facts = json.loads((path / "config.json").read_text())
    facts["run"]["device"] = device
    (path / "config.json").write_text(json.dumps(facts))
    with pytest.raises(SparringError, match="--device auto") as caught:
        go_on(path)
    assert caught.value.exit_code == 2
    with pytest.raises(SparringError, match=r"no device|was requested") as caught:
        resume(RunFolder.open(path), data=IMAGES, extend={"steps": 6}, device=device)
    assert caught.value.exit_code == 2
    resume(RunFolder.open(path), data=IMAGES, extend={"steps": 6}, device="cpu")
    assert checkpoint.newest(path / "checkpoints")[0].name == "00000006"
    assert json.loads((path / "config.json").read_text())["run"]["device"] == "cpu"
