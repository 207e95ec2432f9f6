"""The README.md that every run writes of itself."""

from typing import Any

FILES = {
    "results.png": "summary picture: curves, the newest samples, real pictures",
    "samples/": "samples from the same noise, or the same held-out pictures with translation and reconstruction, by step",
    "reals.png": "real pictures for comparison; of two domains `reals-x.png` and `reals-y.png`",
    "metrics.jsonl": "losses and metrics, one JSON object per line",
    "log.txt": "what was printed, with times",
    "events.jsonl": "starts, resumes, stops and errors, one JSON object per line",
    "config.json": "all settings, defaults included; `sparring train ... --config` reads it",
    "command.txt": "the command that started the run",
    "environment.json": "versions and machine",
    "data.json": "data description and hash",
    "evaluation.json": "results of `sparring evaluate`; `bound.json` beside it is what training on true pairs reaches",
    "checkpoints/": "the latest checkpoints, as safetensors and JSON with a manifest of digests; no pickle",
}


def readme(name: str, command: str, facts: dict[str, Any], translates: bool = False, flag: str = "") -> str:
    """Markdown: what the run is, how to use it, what each file is.

    Args:
        name: The run's name.
        command: The command that started it; may be empty.
        facts: What to tell about it, in order.
        translates: Whether the run translates pictures, and does not draw from noise.
        flag: What every command that uses the run has to be told, such as `` --recipe ./mine.py:fn``.
    """
    parts = [
        f"# {name}",
        *([] if not facts.get("recipe") else [f"`{facts['recipe']}` trained on {facts.get('data', '?')}."]),
    ]
    parts.append("![Curves, samples and real pictures](results.png)")
    if facts:
        parts.append(_table({key.replace("_", " "): value for key, value in facts.items()}))
    if command:
        parts.append(f"Started with:\n\n{_block(command)}")
    uses = [
        f"sparring resume .{flag}    # resume from the latest checkpoint; --minutes 60 makes the run longer",
        *(
            [
                f"sparring translate . PICTURES{flag}        # x to y; --to x translates the other way",
                f"sparring evaluate . --pairs X Y{flag}      # compare with true pairs",
            ]
            if translates
            else [f"sparring sample .{flag}    # generate pictures"]
        ),
        "sparring info .      # show settings and progress",
    ]
    where = "In this folder (from anywhere else, give its path in place of the point):"
    parts += ["## Next steps", where, _block("\n".join(uses)), "## Files", _table(FILES, code=True)]
    return "\n\n".join(parts) + "\n"


def _table(rows: dict[str, Any], code: bool = False) -> str:
    cells = [(f"`{key}`" if code else _cell(key), _cell(value)) for key, value in rows.items()]
    return "\n".join(["| | |", "|---|---|", *(f"| {left} | {right} |" for left, right in cells)])


def _cell(value: Any) -> str:
    text = f"{value:,}" if type(value) is int else str(value)
    return " ".join(text.split()).replace("|", "\\|")


def _block(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())
