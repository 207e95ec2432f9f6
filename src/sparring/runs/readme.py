"""The README.md that every run writes of itself."""

from typing import Any

FILES = {
    "results.png": "the picture to look at first: curves, the newest samples, real pictures",
    "samples/": "pictures drawn from the same noise, or strips there and back of the same held-out pictures, by step",
    "reals.png": "pictures of the data, to compare with; of two domains `reals-x.png` and `reals-y.png`",
    "metrics.jsonl": "losses and measures, one JSON object a line",
    "log.txt": "what was printed, with times",
    "events.jsonl": "start, resume, stop and trouble, one JSON object a line",
    "config.json": "every setting, also those that were not given; `--config` takes it back",
    "command.txt": "the command",
    "environment.json": "versions and the machine",
    "data.json": "what the data were, with their hash",
    "evaluation.json": "what `sparring evaluate` measured; `bound.json` beside it is what true pairs allow",
    "checkpoints/": "the newest states, as safetensors and JSON with a manifest of digests; no pickle",
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
    parts = [f"# {name}", "A run of sparring."]
    if facts:
        parts.append(_table({key.replace("_", " "): value for key, value in facts.items()}))
    if command:
        parts.append(f"Started with:\n\n{_block(command)}")
    uses = [
        f"sparring resume {name}{flag}    # go on from the newest checkpoint",
        *(
            [
                f"sparring translate {name} PICTURES{flag}        # x to y; --to x the other way",
                f"sparring evaluate {name} --pairs X Y{flag}      # against true pairs",
            ]
            if translates
            else [f"sparring sample {name}{flag}    # draw pictures"]
        ),
        f"sparring info {name}      # what it is and how far it came",
    ]
    parts += ["## Use it", _block("\n".join(uses)), "## What is in here", _table(FILES, code=True)]
    return "\n\n".join(parts) + "\n"


def _table(rows: dict[str, Any], code: bool = False) -> str:
    cells = [(f"`{key}`" if code else _cell(key), _cell(value)) for key, value in rows.items()]
    return "\n".join(["| | |", "|---|---|", *(f"| {left} | {right} |" for left, right in cells)])


def _cell(value: Any) -> str:
    text = f"{value:,}" if type(value) is int else str(value)
    return " ".join(text.split()).replace("|", "\\|")


def _block(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())
