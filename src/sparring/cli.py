"""The command line. Commands are imported when they are called: ``sparring --help`` never waits for torch."""

import io
import re
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import NoReturn

import cyclopts

from sparring.errors import CommandError, InterruptedRun, SparringError

app = cyclopts.App(
    name="sparring",
    help="Train GANs on your own pictures, watch them learn, and understand why.",
    help_epilogue=(
        "Example: sparring train dcgan --data photos --size 64 --minutes 30\n\n"
        "Exit codes: 0 done, 1 failed, 2 wrong command, 3 bad data or model, 4 out of memory or disk, "
        "5 diverged, 75 interrupted and resumable."
    ),
    default_parameter=cyclopts.Parameter(consume_multiple=True),
    version=lambda: metadata.version("sparring"),
    group_commands=cyclopts.Group("Commands", sort_key=0),
)
COMMANDS = (
    ("train", "train:app", "Train a recipe on pictures.", None),
    ("resume", "runs:resume", "Resume a run exactly where it stopped.", "resume 1 --minutes 60"),
    ("sample", "use:sample", "Generate pictures with a trained run.", "sample 1 --count 16 --seed 7"),
    ("translate", "translate:translate", "Translate pictures with a trained run.", "translate 2 photos --out drawings"),
    ("evaluate", "evaluate:evaluate", "Compare translations with true pairs.", "evaluate 2 --pairs test/x test/y"),
    ("list", "runs:list_runs", "List all runs with their results.", "list"),
    ("info", "runs:info", "Show what a run, a checkpoint or a sample contains.", "info 1"),
    ("diagnose", "diagnose:diagnose", "Find what is wrong with a run, and what to do about it.", "diagnose 1"),
    ("data", "data:app", "Check data before training on it.", None),
    ("theory", "theory:app", "Figures that explain GAN theory, drawn by the training code itself.", None),
)
for _order, (_name, _place, _help, _example) in enumerate(COMMANDS):
    _more = {} if _example is None else {"help_epilogue": f"Example: sparring {_example}"}
    app.command(f"sparring.commands.{_place}", name=_name, help=_help, sort_key=_order, **_more)


PARSER = {
    r"Unused Tokens: \[(.*)\]": r"too many words: \1",
    r'Command ".*?" parameter --(run|pictures|what|path) requires an argument': r"\1 is missing",
    r'Command ".*?" parameter (--\S+) requires an argument': r"\1 needs a value",
    r'Invalid value for (--\S+): unable to convert "(.*?)" into (\w+)': r"\1 is '\2'; it must be \3",
    r'Invalid value "(.*?)" for (--[\w.-]*\w)': r"\2 is '\1'",
    r"it must be int\b": "it must be a whole number",
    r"it must be float\b": "it must be a number",
    r"data, \.\.\.$": "data, theory",
}
"""What the parser says, and how it is said here."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and exit with its code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a pipe on Windows takes few letters: names are shown, not refused
        sys.stdout.reconfigure(errors="backslashreplace")
    words = sys.argv[1:] if arguments is None else arguments
    try:
        if words[:1] == ["train"] and words[1:2] and not words[1].startswith("-"):
            _prepare(words[1])
        app(words, exit_on_error=False, print_error=False, result_action="return_value")
    except cyclopts.CycloptsError as e:
        _leave(f"sparring: {in_one_voice(str(e))}", CommandError.exit_code)
    except InterruptedRun as e:
        _leave(str(e), e.exit_code)
    except SparringError as e:
        _leave(f"sparring: {as_typed(str(e), words)}", e.exit_code)
    except KeyboardInterrupt:
        _leave("sparring: stopped", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as e:
        _leave(f"sparring: {e}", 1)
    except MemoryError:
        _leave(
            "sparring: memory ran out; use smaller pictures (--size), a smaller batch (--batch-size) or smaller networks",
            4,
        )
    sys.exit(0)


def in_one_voice(message: str) -> str:
    """What the parser says, as everything else is said: small letters first, and the hint before the list."""
    text = " ".join(message.split())
    for theirs, ours in PARSER.items():
        text = re.sub(theirs, ours, text)
    text = re.sub(
        r"^(.*?)\. ((?:Choose from|Available commands): .*?)\. Did you mean (.*)\?$", r"\1; did you mean \3? \2", text
    )
    text = re.sub(r"\. Did you mean", "; did you mean", text).replace('"', "'").removesuffix(".")
    return text[:1].lower() + text[1:]


def as_typed(message: str, words: Sequence[str]) -> str:
    """A message about a setting, with the flag that was typed: ``batch_size is 0`` becomes ``--batch-size is 0``."""
    for word in words:
        flag = word.partition("=")[0]
        setting = flag.removeprefix("--").removeprefix("no-").replace("-", "_")
        if flag.startswith("--") and setting:
            plain = setting.removeprefix("run.")
            message = re.sub(rf"^(run\.)?{re.escape(plain)}(?= is )", flag, message)
    return message


def _prepare(recipe: str) -> None:
    """Before the flags are read: a recipe in a file becomes a command, and a wrong name is found, not a flag it lacks.

    Raises:
        CommandError: If there is no such recipe.
    """
    from sparring.commands.train import add_file
    from sparring.sessions.recipe_file import find_recipe, is_file

    if is_file(recipe):
        add_file(recipe)
    else:
        find_recipe(recipe)


def _leave(message: str, code: int) -> NoReturn:
    print(message, file=sys.stderr)
    sys.exit(code)
