"""`sparring export`: one file that draws as the run does, holds no picture of the data, and is judged before it is believed."""

import io
import json
import re
import stat
import struct
import zipfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from small import SMALL, pictures
from test_cli import call

import sparring
from sparring.errors import CommandError, ModelError, NoRoomError
from sparring.games import Prior, normal, uniform
from sparring.runs import manifest, model_file
from sparring.runs.manifest import Manifest
from sparring.sessions.build import build, describe, plan
from sparring.use import exported, onnx_file
from sparring.use.model import Model

NO_ONNX = [name for name in onnx_file.NEEDED if find_spec(name) is None]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A conditional GAN, three steps long, in a folder whose name is nobody's business."""
    home = tmp_path_factory.mktemp("very-private")
    run = {"steps": 3, "threads": 1, "out": home / "runs"}
    rng = np.random.default_rng(0)
    for i in range(24):
        folder = home / "noise" / "abc"[i % 3]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (8, 8), np.uint8)).save(folder / f"{i}.png")
    sparring.train("gan", home / "noise", run=run, quiet=True, conditional=True, **SMALL["gan"])
    return home


def translator():
    """A translator that nobody trained."""
    specs = tuple(p.spec for p in (pictures(11, 3, 12), pictures(17, 3, 12, 1)))
    made = plan("cyclegan_small", specs, SMALL["cyclegan_small"], 5)
    facts = {
        "progress": {"steps": 3, "images": 9},
        "name": "noise",
        "domains": ["photos", "drawings"],
        "classes": [],
        "data": "0",
        "seconds": 1.0,
    }
    return Model(build(made).game, made, {**facts, "plan": describe(made), "weights": "average", "rng": "left out"})


@pytest.fixture(scope="module")
def files(home):
    """Both as files."""
    found = [sparring.load(home / "runs" / "0001-gan-noise"), translator()]
    for i, model in enumerate(found):
        exported.write(model, home / f"{i}.zip")
    return [(model, home / f"{i}.zip") for i, model in enumerate(found)]


def test_a_file_draws_what_the_run_draws(files, home, tmp_path):
    model, path = files[0]
    again = sparring.load(path)
    for label in (None, "b"):
        assert torch.equal(again.sample(7, seed=3, label=label).tensor, model.sample(7, seed=3, label=label).tensor)
    assert again.class_names == ("a", "b", "c") and repr(again) == repr(model)
    newest = sparring.load(home / "runs" / "0001-gan-noise", weights="newest")
    assert not torch.equal(newest.sample(7).tensor, model.sample(7).tensor)
    exported.write(newest, tmp_path / "newest.zip")
    assert torch.equal(sparring.load(tmp_path / "newest.zip").sample(7).tensor, newest.sample(7).tensor)
    assert sparring.load(tmp_path / "newest.zip").facts["weights"] == "newest"
    with pytest.raises(CommandError, match="holds the average of the weights"):
        sparring.load(path, weights="newest")


def test_a_file_translates_as_the_run_does(files):
    model, path = files[1]
    again, x = sparring.load(path), torch.rand(2, 3, 12, 20) * 2 - 1
    for to in "xy":
        assert torch.equal(again.translate(x, to), model.translate(x, to))
    with pytest.raises(CommandError, match="does not draw from noise"):
        again.sample(1)
    with pytest.raises(ModelError, match="no weights of D_x"):
        again.game.D_x(x)


def test_a_file_has_weights_and_words_and_neither_pictures_nor_paths(files, home):
    """The checkpoint of a translator holds pictures of the data, its memory; the file holds the networks that draw."""
    for model, path in files:
        with zipfile.ZipFile(path) as archive:
            assert archive.namelist() == ["manifest.json", "model.json", "weights.safetensors"]
        found = model_file.read(path)
        assert {name.split(".")[0] for name in found.shapes} == set(model.game.generators())
        assert sum(np.prod(shape, dtype=int) for shape, _ in found.shapes.values()) == sum(
            p.numel() for net in model.game.generators().values() for p in net.parameters()
        )
        assert home.name.encode() not in path.read_bytes() and b"optimizers" not in path.read_bytes()
        assert not {"optimizers", "rng"} & set(found.facts)
    held = files[1][0].game.state_dict()
    assert sum("pictures" in name for name in held) >= 2, "control: what the game remembers is in its checkpoint"


def test_where_a_recipe_s_file_lay_is_nobody_s_business():
    model = translator()
    model.facts["plan"] |= {"own": True, "file": {"path": "/home/me/secret/mine.py", "sha256": "0"}}
    assert exported.facts_of(model)["plan"]["file"] == {"path": "mine.py", "sha256": "0"}
    assert model.facts["plan"]["file"]["path"] == "/home/me/secret/mine.py", "the model's own facts stay"


def test_a_file_says_what_goes_in_and_what_comes_out(files):
    (gan, _), (both, path) = files
    facts = exported.facts_of(gan)["maps"]["samples"]
    assert facts["reads"] == {"law": "normal", "dim": 8, "scale": 1.0} or facts["reads"]["law"] == "uniform"
    assert facts["classes"] == 3 and facts["tensors"] == "[-1, 1], which stands for [0, 255]"
    maps = model_file.read(path).facts["maps"]
    assert set(maps) == {"x_to_y", "y_to_x"}
    assert maps["x_to_y"]["reads"]["domain"] == "x" and maps["x_to_y"]["draws"]["height"] == both.specs[1].height


def test_the_law_of_a_prior_is_asked_of_the_prior():
    assert exported.prior_facts(normal(5)) == {"law": "normal", "dim": 5, "scale": 1.0}
    assert exported.prior_facts(uniform(2, 0.5)) == {"law": "uniform", "dim": 2, "scale": 0.5}
    shifted = Prior(2, lambda noise, n, d: noise.normal("z", n, d) + 1)
    of_two = Prior(2, lambda noise, n, d: noise.normal("z", n, d) * noise.uniform("a", n, d))
    share = Prior(2, lambda noise, n, d: noise.share("z", n, d))
    for prior in (shifted, of_two, share):
        assert exported.prior_facts(prior) == {"law": "other", "dim": 2}


def test_one_model_is_one_file(files, tmp_path):
    """No time and no chance is in it; and an export of an export is the same."""
    for model, path in files:
        exported.write(model, tmp_path / "again.zip")
        assert (tmp_path / "again.zip").read_bytes() == path.read_bytes()
        exported.write(sparring.load(path), tmp_path / "again.zip")
        assert (tmp_path / "again.zip").read_bytes() == path.read_bytes()


def test_the_command(files, home, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (home / "runs").rename(tmp_path / "runs")
    try:
        code, out, err = call(capsys, "export", 1)
        assert code == 0, err
        path = Path(out.split(":")[0])
        assert path.name == "0001-gan-noise-step3.zip" and path.read_bytes() == files[0][1].read_bytes()
        assert "contains no images of the data" in out and f"sparring sample {path}" in out
        assert call(capsys, "export", 1, "--out", path)[0] == 2, "nothing is overwritten"
        assert call(capsys, "export", 1, "--out", "model.pt")[0] == 2
    finally:
        (tmp_path / "runs").rename(home / "runs")
    code, out, err = call(capsys, "sample", path, "--count", 4)
    assert code == 0, err
    assert out.strip() == "0001-gan-noise-step3-step3-seed0.png" and Path(out.strip()).is_file()
    code, out, _ = call(capsys, "info", path)
    assert code == 0 and "gan" in out and re.search(r"step +3", out)
    code, out, err = call(capsys, "sample", path, "--step", 3)
    assert code == 2 and "are for runs" in err
    code, out, err = call(capsys, "evaluate", path)
    assert code == 2 and "give --data REAL" in err
    assert call(capsys, "evaluate", files[1][1])[0] == 2
    (tmp_path / "other.zip").write_bytes(zipped({"a.txt": b"a"}))
    code, _, err = call(capsys, "sample", "other.zip")
    assert code == 3 and "no model that `sparring export` wrote" in err


def zipped(files, change=None, **how):
    """A zip with these files; ``change`` may touch every entry."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items() if isinstance(files, dict) else files:
            info = zipfile.ZipInfo(name)
            if change:
                change(info)
            archive.writestr(info, data, **how)
    return packed.getvalue()


def forged(path, step=None, facts=None, weights=None, kind=model_file.KIND):
    """The same model with other facts or weights and right digests."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    old = manifest.parse(parts["manifest.json"], path, model_file.KIND)
    parts["model.json"] = parts["model.json"] if facts is None else facts(json.loads(parts["model.json"]))
    parts["weights.safetensors"] = parts["weights.safetensors"] if weights is None else weights
    entries = {name: manifest.entry(parts[name]) for name in old.files}
    parts["manifest.json"] = manifest.to_bytes(Manifest(old.step if step is None else step, entries), kind)
    return parts


def _json(change):
    def facts(value):
        change(value)
        return json.dumps(value).encode()

    return facts


def _link(info):
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_hostile_files_are_refused(files, tmp_path):
    whole, bad = files[0][1], tmp_path / "bad.zip"
    parts = forged(whole)
    bad.write_bytes(zipped(parts))
    assert sparring.load(bad).facts["progress"]["steps"] == 3, "control: what is forged rightly is read"
    flipped = bytearray(parts["weights.safetensors"])
    flipped[-1] ^= 1
    renamed = [("../weights.safetensors" if n.startswith("w") else n, d) for n, d in parts.items()]
    swollen = zipped(parts)
    sizes = struct.pack("<II", len(parts["model.json"]), len(parts["model.json"]))
    assert swollen.count(sizes) == 2
    cases = {
        "compressed": (zipped(parts, compress_type=zipfile.ZIP_DEFLATED), "without compression"),
        "a bomb": (zipped({**parts, "weights.safetensors": bytes(1 << 22)}, compress_type=8), "without compression"),
        "a path that leads out": (zipped(renamed), "no model that"),
        "one file more": (zipped({**parts, "../../evil.py": b"x"}), "no model that"),
        "one twice": (zipped([*parts.items(), ("model.json", b"{}")]), "no model that"),
        "one missing": (zipped({n: d for n, d in parts.items() if n[0] != "w"}), "no model that"),
        "links": (zipped(parts, _link), "no model that"),
        "sizes beyond the file": (swollen.replace(sizes, struct.pack("<II", 1 << 30, 1 << 30)), "declares"),
        "wrong digest": (zipped({**parts, "weights.safetensors": bytes(flipped)}), "its SHA-256 is"),
        "cut off": (whole.read_bytes()[:-200], "no model that"),
        "another kind": (zipped(forged(whole, kind=manifest.KIND)), "not a manifest of the kind"),
        "another step": (zipped(forged(whole, step=4)), "and the manifest is of step 4"),
        "no plan": (zipped(forged(whole, facts=_json(lambda f: f.pop("plan")))), "plan is missing"),
        "names that are none": (
            zipped(forged(whole, facts=_json(lambda f: f.update(classes=7)))),
            "classes is 7; it must be a list",
        ),
        "nested": (zipped(forged(whole, facts=lambda f: b"[" * 100_000)), "nested too deeply"),
        "no tensors": (zipped(forged(whole, weights=b"\xff" * 100)), "no safetensors file"),
        "other networks": (
            zipped(forged(whole, facts=_json(lambda f: f["plan"]["settings"].update(g_hidden=[17])))),
            "do not fit",
        ),
    }
    for name, (data, says) in cases.items():
        bad.write_bytes(data)
        with pytest.raises(ModelError, match=says):
            sparring.load(bad)
        assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.zip"], name
    assert not (tmp_path.parent / "weights.safetensors").exists()


def test_a_recipe_that_a_file_names_is_not_imported(files, tmp_path):
    def own(facts):
        facts["plan"] |= {"recipe": "evil", "own": True, "file": {"path": "./evil.py", "sha256": "0"}}

    (tmp_path / "bad.zip").write_bytes(zipped(forged(files[0][1], facts=_json(own))))
    with pytest.raises(CommandError, match=r"--recipe ./evil.py:evil"):
        sparring.load(tmp_path / "bad.zip")


def test_more_than_the_memory_is_refused_unread(files, monkeypatch):
    monkeypatch.setattr(manifest, "_memory", lambda: 1000)
    with pytest.raises(NoRoomError, match="more than this machine's memory"):
        model_file.read(files[0][1])


def test_onnx_without_its_extra_says_how_to_get_it(files, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(onnx_file.importlib.util, "find_spec", lambda name: None)
    code, _, err = call(capsys, "export", files[0][1], "--to", "onnx", "--out", tmp_path / "m.onnx")
    assert code == 2 and "pip install 'sparring[export]'" in err and not list(tmp_path.iterdir())


@pytest.mark.skipif(bool(NO_ONNX), reason=f"needs the extra export: {', '.join(NO_ONNX)}")
def test_onnx_draws_what_the_model_draws(files, tmp_path, monkeypatch, capsys):
    import onnx
    import onnxruntime

    monkeypatch.chdir(tmp_path)
    for i, names in enumerate((["samples"], ["x_to_y", "y_to_x"])):
        model, path = files[i]
        code, out, err = call(capsys, "export", path, "--to", "onnx", "--out", f"{i}.onnx")
        assert code == 0, err
        places = [f"{i}.onnx"] if i == 0 else [f"{i}-{name}.onnx" for name in names]
        assert [line.split(":")[0] for line in out.splitlines()[: len(places)]] == places
        for name, place in zip(names, places, strict=True):
            m = model.game.maps()[name]
            given = onnx_file.example(model, m, 5)
            session = onnxruntime.InferenceSession(place, providers=["CPUExecutionProvider"])
            drawn = session.run(None, {a.name: t.numpy() for a, t in zip(session.get_inputs(), given, strict=True)})[0]
            with torch.no_grad():
                assert np.abs(drawn - getattr(model.game, m.network)(*given).numpy()).max() < 1e-4
            said = {p.key: p.value for p in onnx.load(place).metadata_props}
            facts = json.loads(said["sparring"])
            assert facts["network"] == m.network and facts["step"] == 3
    assert facts["reads"]["channels"] == 3


@pytest.mark.skipif(bool(NO_ONNX), reason=f"needs the extra export: {', '.join(NO_ONNX)}")
def test_control_a_file_that_draws_something_else_is_removed(files, tmp_path, monkeypatch):
    model, _ = files[0]
    honest = onnx_file._compared

    def turned(network, *rest):
        return honest(lambda *given: -network(*given), *rest)

    monkeypatch.setattr(onnx_file, "_compared", turned)
    with pytest.raises(ModelError, match="draws something else"):
        onnx_file.write(model, "samples", tmp_path / "m.onnx")
    assert not list(tmp_path.iterdir())
