"""The README.md that every run writes of itself: what it is, how it stands, and what can be done with it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sparring.words import mark, tr

FILES = {
    "results.png": mark("summary picture: curves, the newest samples, real pictures"),
    "samples/": mark("samples from the same noise, or translations of the same held-out pictures, by step"),
    "reals.png": mark("real pictures for comparison; of two domains `reals-x.png` and `reals-y.png`"),
    "metrics.jsonl": mark("losses and metrics, one JSON object per line"),
    "looks.jsonl": mark("what the verdicts are made from, one JSON object per line"),
    "measurements.jsonl": mark("what was measured while training (--run.evaluate), one JSON object per line"),
    "verdict.json": mark("the latest verdict with the command that follows from it"),
    "log.txt": mark("what was printed, with times"),
    "events.jsonl": mark("starts, resumes, stops and errors, one JSON object per line"),
    "config.json": mark("all settings, defaults included; `sparring train ... --config` reads it"),
    "command.txt": mark("the command that started the run"),
    "environment.json": mark("versions and machine"),
    "data.json": mark("data description and hash"),
    "evaluation.json": mark(
        "results of `sparring evaluate`; `bound.json` beside it is what training on true pairs reaches"
    ),
    "unpaired.json": mark("results of `sparring evaluate` of translations without true pairs"),
    "memorised.png": mark("from `sparring evaluate`: samples, each beside the training picture nearest to it"),
    "tensorboard/": mark("metrics for TensorBoard, if asked for with --run.tensorboard"),
    "best/": mark("the checkpoint that measured best while training; `sparring sample ... --best` uses it"),
    "checkpoints/": mark("the latest checkpoints, as safetensors and JSON with a manifest of digests; no pickle"),
}


class Page(NamedTuple):
    """What the page of a run tells, in the language that is spoken.

    Args:
        title: The run's name.
        summary: A sentence: what is trained on what.
        facts: By name: the recipe, the data, how far it is.
        results: By name: what was measured on held-out pictures. Empty if nothing was.
        verdict: How the run stands, in words. Empty before it was judged.
        follows: The command that follows from the verdict; empty for none.
        changed: Settings that are not the recipe's defaults: name, value, default.
        steps: What to do next: commands, each with what it does.
        command: The command that started the run; may be empty.
        private: Which files show images of the data; may be empty.
    """

    title: str
    summary: str
    facts: Mapping[str, str]
    results: Mapping[str, str] = {}
    verdict: str = ""
    follows: str = ""
    changed: Sequence[tuple[str, str, str]] = ()
    steps: Sequence[tuple[str, str]] = ()
    command: str = ""
    private: str = ""


def readme(page: Page) -> str:
    """The page as Markdown."""
    parts = [f"# {_cell(page.title)}", page.summary]
    parts.append(f"![{tr('Curves, samples and real pictures')}](results.png)")
    if page.verdict:
        parts += [f"## {tr('Verdict')}", page.verdict]
        parts += [tr("What to do next:"), _block(page.follows)] if page.follows else []
    if page.results:
        parts += [f"## {tr('Result')}", _table(page.results)]
    parts += [f"## {tr('Facts')}", _table(page.facts)]
    if page.changed:
        head = (tr("setting"), tr("value"), tr("default"))
        parts += [f"## {tr('Changed settings')}", _rows(head, [(f"`{_cell(n)}`", v, d) for n, v, d in page.changed])]
    if page.command:
        parts += [tr("Started with:"), _block(page.command)]
    if page.steps:
        parts.append(f"## {tr('Next steps')}")
        parts.append(_block("\n\n".join(f"# {what}\n{command}" for command, what in page.steps)))
    files = {f"`{name}`": tr(what) for name, what in FILES.items()}
    parts += [f"## {tr('Files')}", _table(files), *([page.private] if page.private else [])]
    return "\n\n".join(parts) + "\n"


def _table(rows: Mapping[str, str]) -> str:
    return _rows(("", ""), list(rows.items()))


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(map(_cell, row))} |" for row in rows)])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _block(text: str) -> str:
    return "\n".join("    " + line if line else "" for line in text.splitlines())
