"""Games of one's own: a user's file of three (own_games.py) goes through every public door; the library is not edited."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from test_cli import call
from test_session import same, weights

import sparring
from sparring.cli import main
from sparring.engine.draw import COLUMNS
from sparring.errors import CommandError
from sparring.games import noise_of
from sparring.report.grid import grid
from sparring.runs import checkpoint
from sparring.sessions.domains import open_domains
from sparring.sessions.options import Run
from sparring.sessions.parts import part

pytestmark = pytest.mark.usefixtures("curves")  # what a game of one's own says may be anything: all of it is drawn

SIDE, STEPS, FILE = 8, 6, "./mine.py"
RUN = ["--run.threads", 1, "--run.precision", "float32", "--run.held-out", 3]
RUN += [word for pace in ("save", "sample", "log") for word in (f"--run.{pace}-every", 3)]
GAMES = {  # recipe: its data, a setting by its flag, and all settings of the run then
    "energy": (["--data", "faces"], ["--units", 6], {"units": 6, "margin": 1.0, "lr": 0.01, "weights": "w"}),
    "one_way": (["--data", "x", "--data-y", "y"], ["--near", 0.5], {"near": 0.5, "features": 4}),
    "sorted_classes": (["--data", "faces"], ["--units", 5], {"units": 5}),
}


def write_recipes(folder):
    shutil.copy(Path(__file__).with_name("own_games.py"), folder / "mine.py")


def write_pictures(folder):
    """Pictures of two classes, and true pairs x and y; 8 x 8 colour."""
    rng = np.random.default_rng(0)
    for i in range(30):
        picture = rng.integers(0, 200, (SIDE, SIDE, 3), np.uint8)
        places = {f"faces/{'dogs' if i % 2 else 'cats'}": picture + 55 * (i % 2), "x": picture, "y": 255 - picture}
        for name, pixels in places.items():
            (folder / name).mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels.astype(np.uint8)).save(folder / name / f"{i:02d}.png")


def train(name, steps):
    data, setting, _ = GAMES[name]
    words = ["train", f"{FILE}:{name}", *data, "--run.steps", steps, *setting, *RUN]
    with pytest.raises(SystemExit) as e:
        main([str(word) for word in words])
    assert not e.value.code
    return max(Path("runs").iterdir()).resolve()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A user's folder, in which every game was trained by the command line."""
    home = tmp_path_factory.mktemp("mine")
    write_recipes(home)
    write_pictures(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        return SimpleNamespace(home=home, runs={name: train(name, STEPS) for name in GAMES})


@pytest.fixture
def home(made, monkeypatch):
    """In the user's folder; nobody has imported the file since."""
    monkeypatch.chdir(made.home)
    imported().unlink(missing_ok=True)
    yield made
    write_recipes(made.home)


@pytest.fixture
def energy_run(home, tmp_path):
    """A copy that may be changed."""
    return shutil.copytree(home.runs["energy"], tmp_path / "energy")


def imported():
    """The file makes this one when it is imported."""
    return Path("mine.imported")


def recipe(name):
    return f"{FILE}:{name}"


@pytest.mark.parametrize("name", GAMES)
def test_a_flag_of_the_file_s_recipe_is_a_setting_of_the_run(made, name):
    config = json.loads((made.runs[name] / "config.json").read_text())
    assert config["recipe"] == name and config["settings"] == GAMES[name][2]
    plan = checkpoint.read(checkpoint.newest(made.runs[name] / "checkpoints")[0], []).state["plan"]
    assert plan["settings"] == GAMES[name][2] and plan["file"]["path"] == FILE and len(plan["file"]["sha256"]) == 64


def test_the_file_s_settings_are_flags_in_the_help(home, capsys):
    code, out, _ = call(capsys, "train", recipe("energy"), "--help")
    assert code == 0 and all(words in out for words in ("--margin", "Energy that a fake should have", "--run.steps"))
    assert "--features" not in out and "--data-y" not in out


def test_a_recipe_in_a_file_is_no_command_of_the_next_call(home, capsys):
    assert call(capsys, "train", f"{FILE}:energy", "--help")[0] == 0
    code, out, _ = call(capsys, "train", "--help")
    assert code == 0 and "dcgan" in out and "mine.py" not in out


@pytest.mark.parametrize(("name", "stem"), [("energy", "-draw"), ("one_way", "-x_to_y"), ("sorted_classes", "")])
@pytest.mark.parametrize(("kind", "weights"), [("", "average"), ("-raw", "newest")])
def test_samples_are_what_the_loaded_run_draws(home, name, stem, kind, weights):
    """Samples of noise; of the one-way translator strips of two: there is no way back."""
    run = home.runs[name]
    assert (run / "results.png").is_file()
    assert len(list((run / "samples").iterdir())) == 2 * 3, "two kinds, at the steps 0, 3 and 6"
    model = sparring.load(run, recipe=recipe(name), weights=weights)
    if name == "one_way":
        held_out = part(open_domains(("x", "y"), None), Run(held_out=3)).held_out[0]
        given = held_out.batch(torch.arange(3))[0]
        drawn = torch.cat([given, model.translate(given)], 3)
    elif name == "sorted_classes":  # a row a class, its name on the left
        drawn = torch.cat([model.sample(COLUMNS, seed=0, label=label).tensor for label in (0, 1)])
    else:
        drawn = model.sample(64, seed=0).tensor
    whole = grid(model.arrays(drawn), COLUMNS if name == "sorted_classes" else None)
    with Image.open(run / "samples" / f"{STEPS:08d}{stem}{kind}.png") as picture:
        found = np.asarray(picture)[:, -whole.shape[1] :]
        assert np.array_equal(found, whole) and (name == "sorted_classes") == (picture.width > whole.shape[1])


def test_results_show_the_average_whatever_the_map_is_called(home, monkeypatch):
    """A map called "draw" ends with "raw", as what the newest weights drew does."""
    shown = []
    from sparring.sessions import shots

    monkeypatch.setattr(shots, "results_picture", lambda metrics, samples, *rest, **more: shown.append(list(samples)))
    sparring.train(recipe("energy"), "faces", run={"steps": 1, "threads": 1, "out": "others"}, units=4)
    assert shown == [["draw"]]


@pytest.mark.parametrize("name", GAMES)
def test_stop_and_resume_is_straight_to_the_bit_and_the_average_is_kept(home, capsys, name, monkeypatch, tmp_path):
    for place in ("mine.py", "faces", "x", "y"):
        (tmp_path / place).symlink_to(home.home / place)
    monkeypatch.chdir(tmp_path)
    run = train(name, 4)
    code, _, err = call(capsys, "resume", run, "--recipe", recipe(name), "--run.steps", STEPS)
    assert code == 0, err
    a, b = weights(run), weights(home.runs[name])
    assert a.step == STEPS and same(a, b)
    G = "G_xy" if name == "one_way" else "G"
    average = a.tensors["ema"]
    assert average and {key.split(".")[0] for key in average} == {G}
    assert not any(torch.equal(t, a.tensors["game"][key]) for key, t in average.items())


@pytest.mark.parametrize("name", ["energy", "sorted_classes"])
def test_sample_by_the_command_line(home, capsys, name, tmp_path):
    words = ["sample", home.runs[name], "--recipe", recipe(name), "--count", 5, "--seed", 3, "--no-grid"]
    code, _, err = call(capsys, *words, "--out", tmp_path / "drawn")
    assert code == 0, err
    drawn = sparring.load(home.runs[name], recipe=recipe(name)).sample(5, seed=3)
    for path, picture in zip(sorted((tmp_path / "drawn").iterdir()), drawn.pictures, strict=True):
        with Image.open(path) as found:
            assert np.array_equal(np.asarray(found), np.asarray(picture))


def test_a_labelled_game_draws_the_class_it_is_asked_for(home, capsys, tmp_path):
    model = sparring.load(home.runs["sorted_classes"], recipe=recipe("sorted_classes"))
    turns, cats, dogs = (model.sample(4, label=label).tensor for label in (None, 0, 1))
    assert torch.equal(turns[::2], cats[::2]) and torch.equal(turns[1::2], dogs[1::2])
    assert not torch.allclose(cats, dogs)
    words = ["sample", home.runs["sorted_classes"], "--recipe", recipe("sorted_classes"), "--out", tmp_path / "a.png"]
    assert call(capsys, *words, "--label", 1)[0] == 0
    code, _, err = call(capsys, *words, "--label", 2)
    assert code == 2 and "give the number of a class, from 0 to 1" in err


def test_translate_and_evaluate_a_one_way_translator(home, capsys, tmp_path):
    run, words = home.runs["one_way"], ["--recipe", recipe("one_way")]
    code, out, err = call(capsys, "translate", run, "x", "--out", tmp_path / "drawn", *words)
    assert code == 0 and "30 pictures" in out, err
    model = sparring.load(run, recipe=recipe("one_way"))
    with Image.open(tmp_path / "drawn" / "00.png") as found:
        assert np.array_equal(np.asarray(found), np.asarray(model.translate(Image.open("x/00.png"))))
    code, out, err = call(capsys, "evaluate", run, "--pairs", "x", "y", "--json", *words)
    assert code == 0, err
    report = json.loads(out)
    assert "y_to_x" not in report and report["x_to_y"]["honesty"] is None
    assert report["pairs"]["matched_by"] == "file name" and report["pairs"]["count"] == 30
    x, y = (torch.stack([torch.tensor(np.asarray(Image.open(p))) for p in sorted(Path(d).iterdir())]) for d in "xy")
    x, y = ((side.permute(0, 3, 1, 2).float() - 127.5) / 127.5 for side in (x, y))
    error = (model.translate(x).clamp(-1, 1) - y).abs().mean().item() / 2
    assert report["x_to_y"]["rows"]["this_run"]["mae"] == pytest.approx(error, rel=1e-4)


@pytest.mark.parametrize(("flag", "says"), [("--cycle", "needs a translator back"), ("--to=x", "translates to 'y'")])
def test_a_way_that_is_not_there_is_refused_before_anything_is_written(home, capsys, tmp_path, flag, says):
    words = ["translate", home.runs["one_way"], "x", "--recipe", recipe("one_way"), "--out", tmp_path / "drawn", flag]
    code, _, err = call(capsys, *words)
    assert code == 2 and says in err and not (tmp_path / "drawn").exists()


def test_info_says_whether_the_file_is_as_it_was(home, capsys):
    words = ["info", home.runs["energy"], "--json", "--recipe"]
    assert json.loads(call(capsys, *words, recipe("energy"))[1])["recipe file"] == "as it was"
    newest = checkpoint.newest(home.runs["energy"] / "checkpoints")[0]
    assert json.loads(call(capsys, "info", newest, *words[2:], recipe("energy"))[1])["recipe file"] == "as it was"
    for other in (recipe("one_way"), "gan"):
        assert json.loads(call(capsys, *words, other)[1])["recipe file"] == "not what the run was made with"
    with Path("mine.py").open("a") as file:
        file.write("# changed\n")
    assert json.loads(call(capsys, *words, recipe("energy"))[1])["recipe file"] == "not what the run was made with"


def test_nothing_is_imported_because_a_checkpoint_names_it(home, capsys):
    run = home.runs["energy"]
    for words in (["sample", run], ["resume", run, "--run.steps", 9], ["info", run], ["list"]):
        code, _, err = call(capsys, *words)
        if words[0] in ("sample", "resume"):
            assert code == 2 and f"--recipe {recipe('energy')}" in err
        else:
            assert code == 0, err
    for words in (["translate", "x", "--out", "t"], ["evaluate", "--pairs", "x", "y"]):
        code, _, err = call(capsys, words[0], home.runs["one_way"], *words[1:])
        assert code == 2 and f"--recipe {recipe('one_way')}" in err
    with pytest.raises(CommandError, match="recipe=THE_FUNCTION"):
        sparring.load(run)
    assert not imported().exists()
    sparring.load(run, recipe=recipe("energy"))
    assert imported().exists(), "control: the file says when it is imported"


def test_what_a_run_says_of_its_use_names_the_file(home, capsys):
    run = home.runs["energy"].absolute()
    typed = f"sparring sample {run} --recipe {run.parent.parent / 'mine.py'}:energy"
    assert typed in (run / "README.md").read_text("utf-8"), "from any folder"
    code, out, _ = call(
        capsys, "train", recipe("energy"), "--data", "faces", "--run.steps", 1, "--run.out", "said", *RUN
    )
    assert code == 0 and f"sparring sample {Path('said/0001-energy-faces')} --recipe {recipe('energy')}" in out


def test_a_name_of_the_library_is_not_taken_for_one_s_own(tmp_path):
    """A function called like a recipe of the library, from a file and in Python: its runs ask for it."""
    text = Path(__file__).with_name("own_games.py").read_text("utf-8").replace("def energy(\n", "def gan(\n")
    (tmp_path / "mine.py").write_text(text, "utf-8")
    images = np.zeros((20, 8, 8, 1), np.uint8)
    run = sparring.train(f"{tmp_path / 'mine.py'}:gan", images, run={"steps": 1, "threads": 1, "out": tmp_path}).path
    with pytest.raises(CommandError, match=r"not one of the library.s.*--recipe"):
        sparring.load(run)
    with pytest.raises(CommandError, match="not one of the library's"):
        sparring.resume(run, data=images)
    assert sparring.load(run, recipe=f"{tmp_path / 'mine.py'}:gan").sample(2).tensor.shape == (2, 1, 8, 8)


def test_a_changed_file_is_refused_with_both_hashes_and_taken_anyway(energy_run, capsys):
    was = checkpoint.read(checkpoint.newest(energy_run / "checkpoints")[0], []).state["plan"]["file"]["sha256"]
    with Path("mine.py").open("a") as file:
        file.write("# changed\n")
    words = ["resume", energy_run, "--recipe", recipe("energy"), "--run.steps", 8]
    code, _, err = call(capsys, *words)
    import hashlib

    now = hashlib.sha256(Path("mine.py").read_bytes()).hexdigest()
    assert code == 2 and was[:12] in err and now[:12] in err and "--anyway" in err
    assert weights(energy_run).step == STEPS
    assert call(capsys, *words, "--anyway")[0] == 0
    end = weights(energy_run)
    assert end.step == 8 and end.state["plan"]["file"]["sha256"] == now


def test_a_recipe_of_another_name_is_refused(home, capsys):
    for words in (["sample", home.runs["energy"]], ["resume", home.runs["energy"], "--run.steps", 9]):
        code, _, err = call(capsys, *words, "--recipe", recipe("sorted_classes"))
        assert code == 2 and "'energy'" in err and "'sorted_classes' was given" in err


BROKEN = {
    "syntax.py": "def energy(spec)\n    return None\n",
    "raises.py": "import sparring\n1 / 0\n",
    "leaves.py": "raise SystemExit(0)\n",
    "partial.py": "from functools import partial\nfrom sparring.recipes import gan\nsmall = partial(gan, z_dim=4)\n",
    "not_one.py": "energy = 3\n",
}


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("./no.py:energy", "cannot read no.py"),
        ("./mine.py:enrgy", "did you mean 'energy'"),
        ("./mine.py", "names a file and no function"),
        ("./mine.py:", "names a file and no function"),
        ("./mine.py:nothing", "returned NoneType, not an Experiment"),
        ("./mine.py:Mine", "returned Mine, not an Experiment"),
        ("./mine.py:energy.__class__", "no function"),
        ("./syntax.py:energy", "SyntaxError"),
        ("./raises.py:energy", "ZeroDivisionError"),
        ("./leaves.py:energy", "SystemExit"),
        ("./partial.py:small", "give the function its own name"),
        ("./not_one.py:energy", "no function 'energy'"),
        ("./folder.py:energy", "cannot read folder.py"),
    ],
)
def test_a_recipe_that_is_none_is_refused_without_a_traceback(home, capsys, word, says):
    for name, text in BROKEN.items():
        Path(name).write_text(text, "utf-8")
    Path("folder.py").mkdir(exist_ok=True)
    before = list(Path("runs").iterdir())
    code, out, err = call(capsys, "train", word, "--data", "faces", "--run.steps", 1, "--run.threads", 1)
    assert code == 2 and says in err and "Traceback" not in out + err, err
    assert list(Path("runs").iterdir()) == before


def test_a_recipe_after_the_flags_is_not_trained_as_another(home, capsys):
    before = list(Path("runs").iterdir())
    for word in (recipe("energy"), "gan"):
        code, _, err = call(capsys, "train", "--run.steps", 1, "--data", "faces", word)
        assert code == 2 and f"sparring train {word}" in err
    assert list(Path("runs").iterdir()) == before


def test_a_prior_of_one_s_own_says_which_way_between(home):
    model = sparring.load(home.runs["energy"], recipe=recipe("energy"))
    frames = model.interpolate(1, 2, 5).tensor
    a, b = (noise_of(seed).normal("mine", 1, 4)[0].double() for seed in (1, 2))
    angle = torch.arccos(a @ b / (a.norm() * b.norm()))
    for i, t in enumerate((0.0, 0.25, 0.5, 0.75, 1.0)):
        way = (torch.sin((1 - t) * angle) * a / a.norm() + torch.sin(t * angle) * b / b.norm()) / torch.sin(angle)
        z = way * ((1 - t) * a.norm() + t * b.norm())
        with torch.no_grad():
            torch.testing.assert_close(frames[i], model.game.G(z.float()[None])[0], rtol=1e-4, atol=1e-5)
            assert t in (0, 1) or not torch.allclose(frames[i], model.game.G(torch.lerp(a, b, t).float()[None])[0])


def test_a_map_that_names_what_is_not_there_is_refused(tmp_path):
    from own_games import energy

    def lost(spec, *, network: str = "G", draws: str = "x"):
        made = energy(spec)
        made.game.maps = lambda: {"draw": sparring.Map(network, made.game.prior, draws)}
        return made

    images = np.zeros((20, 8, 8, 1), np.uint8)
    options = {"steps": 1, "threads": 1, "out": tmp_path / "runs"}
    for setting, says in (({"network": "Q"}, "'Q', which is no network"), ({"draws": "y"}, "domain 'y'; there is 'x'")):
        with pytest.raises(CommandError, match=says):
            sparring.train(lost, images, run=options, **setting)
    assert not (tmp_path / "runs").exists()
    assert sparring.train(lost, images, run=options).is_dir()


def test_a_game_that_draws_nothing_trains_and_says_so(tmp_path):
    """One player, no map: nothing to average, to sample or to translate."""

    class Judge(sparring.Game):
        def __init__(self):
            super().__init__()
            self.D = torch.nn.Linear(16, 1)

        def players(self):
            return {"D": sparring.Player(self.d_pays)}

        def maps(self):
            return {}

        def d_pays(self, batch, turn):
            return sparring.Terms({"square": self.D(batch.x.flatten(1)).square().mean()})

    def judge(spec):
        game = Judge()
        adam = {"D": torch.optim.Adam(game.D.parameters(), 1e-3)}
        return sparring.Experiment(game, adam, batch_size=4, ema_half_life=10)

    images = np.zeros((20, 4, 4, 1), np.uint8)
    run = sparring.train(judge, images, run={"steps": 3, "threads": 1, "out": tmp_path})
    assert weights(run).step == 3 and (run / "results.png").is_file() and not list((run / "samples").iterdir())
    model = sparring.load(run, recipe=judge)
    for use in (model.sample, lambda: model.translate(images[0])):
        with pytest.raises(CommandError, match="a Judge does not"):
            use()


def test_a_python_that_never_saw_the_file_uses_the_run(home):
    """In a fresh process: load by function and by file, from a folder that is not the file's."""
    code = (
        "import sys, sparring\n"
        "a = sparring.load(sys.argv[1], recipe=sys.argv[2]).sample(2).tensor\n"
        "assert 'mine' not in sys.modules\n"
        "sys.path.insert(0, sys.argv[3])\n"
        "import mine\n"
        "assert a.equal(sparring.load(sys.argv[1], recipe=mine.energy).sample(2).tensor)\n"
    )
    words = [sys.executable, "-c", code, home.runs["energy"], f"{home.home / 'mine.py'}:energy", home.home]
    done = subprocess.run(list(map(str, words)), cwd="/", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
