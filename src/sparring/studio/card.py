"""The model card of a run: one HTML page that needs no other file and runs nothing. What files say stands in it as text."""

import base64
import html
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sparring import durable
from sparring.errors import SparringError
from sparring.measure import card as how
from sparring.measure.measure import Measurement
from sparring.report.measured import cells
from sparring.report.numbers import UNKNOWN, count, duration, plain
from sparring.runs.folder import RunFolder
from sparring.runs.listing import Summary, summary
from sparring.runs.measurements import evaluations, while_trained
from sparring.studio.catalog import LARGEST, checked
from sparring.use.newest import newest
from sparring.use.run import STATES, changed
from sparring.words import language, tr

STYLE = """
:root { color-scheme: light dark; --ink: #1d2433; --soft: #55607a; --line: #d5dae6; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --soft: #a6b0c6; --line: #38415a; --paper: #141824; } }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 52rem; margin: 0 auto;
  padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .4rem 0; } .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0;
  border-bottom: 1px solid var(--line); font-weight: 400; } th { color: var(--soft); } thead th { font-size: .85rem; }
img { max-width: min(100%, 34rem); image-rendering: pixelated; border-radius: .4rem; margin: .4rem 0; }
code { font: .9em ui-monospace, monospace; }
"""
Rows = Sequence[Sequence[str]]


def card(path: Path) -> str:
    """The card as HTML, in the language that is spoken. Files that are missing or damaged leave their part out.

    Args:
        path: The folder of the run.
    """
    folder, run = RunFolder.open(path), summary(path)
    data = _read(folder, "data.json")
    parts = [
        f"<h1>{_text(run.name)}</h1>",
        f'<p class="soft">{_text(tr("Model card, written by sparring"))}</p>',
        *_pictures(folder),
        *_section(tr("Model"), _table(_model(run, _read(folder, "environment.json")))),
        *_section(tr("How it stands"), _verdict(folder)),
        *_section(tr("Data"), _table(_data(data))),
        *_section(tr("Measured"), _measured(folder)),
        *_section(tr("Settings"), _table(run.settings)),
        *_section(tr("Changed from the recipe's defaults"), _changed(run)),
        *_section(tr("Limits"), [f"<p>{_text(line)}</p>" for line in limits(run, data)]),
        *_section(tr("Licences"), [f"<p>{_text(line)}</p>" for line in licences(data)]),
    ]
    title = f"<title>{_text(run.name)}</title>"
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    head = (
        f'<meta charset="utf-8"><meta http-equiv="content-security-policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{title}<style>{STYLE}</style>'
    )
    return (
        f'<!doctype html>\n<html lang="{language()}"><head>{head}</head>\n<body>\n'
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def limits(run: Summary, data: Mapping[str, Any]) -> list[str]:
    """What must not be expected of a model, from what is known of its training."""
    size = f"{data.get('height', '?')} x {data.get('width', '?')}"
    found = [
        tr("It was trained on {n} pictures of {size} pixels and knows nothing else: whatever is rare or missing in them is rare or "
           "missing in what it draws, and whatever is unfair in them stays so.", n=plain(data.get("pictures")), size=size)
    ]  # fmt: skip
    if run.state != "done":
        found.append(tr("Its training is not finished: {state}.", state=tr(STATES.get(run.state, run.state))))
    if run.result is None:
        found.append(tr("Nothing is known of how well D tells held-out pictures from what is drawn."))
    found.append(
        tr("Whether it repeats training pictures is known only if that was measured; `sparring evaluate` looks for it.")
    )
    found.append(tr("What it draws is not a photograph of anything: it must not serve as evidence or pass as real."))
    return found


def licences(data: Mapping[str, Any]) -> list[str]:
    """Under which licences the data and the program are, as far as that is known."""
    source = str(data.get("source", ""))
    known = data.get("kind") == "embedded" and source
    return [
        tr("Data: {source}", source=source)
        if known
        else tr("Data: its licence is not recorded; ask whoever owns the pictures."),
        tr("Program: sparring, Apache License 2.0."),
    ]


def _model(run: Summary, environment: Mapping[str, Any]) -> dict[str, Any]:
    return {
        tr("recipe"): run.recipe,
        tr("state"): tr(STATES.get(run.state, run.state)),
        tr("steps"): count(run.step),
        tr("images seen"): count(run.images),
        tr("training time"): duration(run.seconds),
        tr("seed"): run.seed if run.seed is not None else UNKNOWN,
        tr("machine"): environment.get("cpu", UNKNOWN),
        tr("versions"): ", ".join(
            f"{name} {environment[name]}" for name in ("sparring", "torch") if environment.get(name)
        ),
    }


def _data(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the data are; where they lie on this machine is nobody else's business."""
    if not data:
        return {}
    classes = data.get("classes")
    return {
        tr("name"): data.get("name", UNKNOWN),
        tr("pictures"): plain(data.get("pictures")),
        tr("size"): " x ".join(str(data.get(key, "?")) for key in ("height", "width", "channels")),
        tr("classes"): ", ".join(map(str, classes)) if isinstance(classes, Mapping) and classes else UNKNOWN,
        "SHA-256": data.get("digest", UNKNOWN),
    }


def _measured(folder: RunFolder) -> list[str]:
    """The newest measurement after training, and the newest while it trained, each with how it was taken."""
    found: list[str] = []
    with suppress(SparringError):
        for measured in [*evaluations(folder.path)[-1:], *while_trained(folder)[-1:]]:
            found.append(f"<p>{_text(tr('after step {step:,}', step=measured.step))}</p>")
            found += _measurement(measured.measurement)
    return found or [f"<p>{_text(tr('Nothing was measured. `sparring evaluate` measures.'))}</p>"]


def _measurement(found: Measurement) -> list[str]:
    head, *rows = cells(found)
    lines = [f'<p class="soft">{_text(line)}</p>' for line in how.in_words(found.card)]
    top = "".join(f"<th>{_text(word)}</th>" for word in head)
    return [f"<table><thead><tr>{top}</tr></thead>{_rows(rows)}</table>", *lines]


def _verdict(folder: RunFolder) -> list[str]:
    with suppress(SparringError):
        words = (folder.verdict or {}).get("words")
        return [f"<p>{_text(words)}</p>"] if words else []
    return []


def _changed(run: Summary) -> list[str]:
    found = changed(run)
    if found is None:
        return []
    rows = [(name, str(value), str(usual)) for name, (value, usual) in found.items()]
    if not rows:
        return [f"<p>{_text(tr('nothing'))}</p>"]
    head = "".join(f"<th>{_text(word)}</th>" for word in (tr("setting"), tr("value"), tr("default")))
    return [f"<table><thead><tr>{head}</tr></thead>{_rows(rows)}</table>"]


def _pictures(folder: RunFolder) -> list[str]:
    """The newest sheets of samples, embedded. Of a run that translates they show pictures of the data, and that is said."""
    found: list[str] = []
    for name, sheet in newest(folder.samples).averaged().items():
        with suppress(SparringError):
            content = checked(durable.read_bytes(sheet.path, LARGEST), sheet.path.name)
            alt = tr("{name} after step {step:,}", name=tr("samples") if name == "samples" else name, step=sheet.step)
            picture = base64.b64encode(content).decode("ascii")
            found.append(
                f'<p class="soft">{_text(alt)}</p><img alt="{_text(alt)}" src="data:image/png;base64,{picture}">'
            )
            if name not in ("samples", "samples-raw"):
                found.append(f'<p class="soft">{_text(tr("This picture also shows pictures of the data."))}</p>')
    return found


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"<h2>{_text(title)}</h2>", *lines] if lines else []


def _table(facts: Mapping[str, Any]) -> list[str]:
    return [f"<table>{_rows([(name, str(value)) for name, value in facts.items()])}</table>"] if facts else []


def _rows(rows: Rows) -> str:
    return "".join(
        f'<tr><th scope="row">{_text(first)}</th>{"".join(f"<td>{_text(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )


def _text(words: object) -> str:
    return html.escape(str(words))


def _read(folder: RunFolder, name: str) -> dict[str, Any]:
    with suppress(SparringError):
        found = durable.read_json(folder.path / name)
        return found if isinstance(found, dict) else {}
    return {}
