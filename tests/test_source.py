"""What must not be anywhere in the package: pickle, eval, torch.load; and what must hold of its files."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "sparring"
FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
CALLS = {"eval", "exec", "__import__", "compile"}
LOADERS = {("torch", "load"), ("torch", "save"), ("torch", "package"), ("np", "load"), ("numpy", "load")}


def offences(source):
    """What of it may run foreign code. ``np.load`` is fine with ``allow_pickle=False`` said aloud."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name.split(".")[0] in MODULES]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in MODULES:
            found.append(node.module)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            found.append(node.func.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            refused = any(k.arg == "allow_pickle" and getattr(k.value, "value", True) is False for k in node.keywords)
            if (owner, node.func.attr) in LOADERS and not (node.func.attr == "load" and owner != "torch" and refused):
                found.append(f"{owner}.{node.func.attr}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_pickle_eval_or_torch_load(path):
    assert offences(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    ["import pickle", "torch.load(f)", "eval('1')", "np.load(f)", "from pickle import loads", "torch.save(x, f)"],
)
def test_control_the_search_finds_them(source):
    assert offences(source)
    assert not offences("np.load(f, allow_pickle=False)")


def test_no_file_is_long_or_named_after_nothing():
    assert len(FILES) > 30
    for path in FILES:
        assert len(path.read_text().splitlines()) <= 300, path
        assert path.stem not in {"utils", "util", "helpers", "helper", "common", "misc"}


def test_every_module_says_what_it_is():
    for path in FILES:
        assert (ast.get_docstring(ast.parse(path.read_text())) or "").strip(), path


ROOMS = "words games data networks metrics engine measure runs report doctor recipes sessions use theory studio commands".split()


def imports(path):
    """Modules of the package that a file imports, at its top or within a function."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sparring"):
            yield from [node.module] if node.module != "sparring" else [f"sparring.{a.name}" for a in node.names]
        elif isinstance(node, ast.Import):
            yield from [a.name for a in node.names if a.name.startswith("sparring.")]


def upward(module, imported):
    """Whether an import goes from a room to one above it; what is in no room may be imported by all."""
    a, b = (name.split(".")[1] if name.count(".") else "" for name in (module, imported))
    if a not in ROOMS:
        return False
    return (
        ROOMS.index(b) > ROOMS.index(a)
        if b in ROOMS
        else b not in {"chance", "errors", "settings", "schema", "durable"}
    )


def test_imports_go_down_only():
    names = {p.name for p in PACKAGE.iterdir() if (p / "__init__.py").exists()}
    assert names == set(ROOMS), "a new room needs its place in the order"
    found = 0
    for path in FILES:
        module = ".".join(("sparring", *path.relative_to(PACKAGE).with_suffix("").parts))
        for imported in imports(path):
            found += 1
            assert not upward(module, imported), f"{module} imports {imported}"
    assert found > 300


def test_control_an_import_that_goes_up_is_found():
    assert upward("sparring.games.gan", "sparring.engine.trainer")
    assert not upward("sparring.engine.trainer", "sparring.games.gan")
    assert upward("sparring.engine.trainer", "sparring.cli")


def test_the_games_can_be_read_at_a_sitting():
    lines = {path.stem: len(path.read_text().splitlines()) for path in (PACKAGE / "games").glob("*.py")}
    core = ("game", "move", "gan", "losses", "penalties", "priors")
    assert sum(lines[name] for name in core) <= 650
    long = {name: n for name, n in lines.items() if n > 150 and name not in (*core, "view")}
    assert not long, "each method in a file of its own of at most 150 lines"
