"""The command line. Commands are imported when they are called: ``sparring --help`` never waits for torch."""

import io
import sys
from importlib import metadata
from typing import NoReturn

import cyclopts

from sparring.errors import InterruptedRun, SparringError

app = cyclopts.App(
    name="sparring",
    help="Train, watch, explain, measure and use generative adversarial networks.",
    help_epilogue=(
        "Exit codes: 0 done, 1 failed, 2 wrong command, 3 bad data or model, 4 out of memory or disk, "
        "5 diverged, 75 interrupted and resumable."
    ),
    default_parameter=cyclopts.Parameter(consume_multiple=True),
    version=lambda: metadata.version("sparring"),
)
app.command("sparring.commands.train:app", name="train", help="Train a recipe on pictures.")
app.command("sparring.commands.runs:resume", name="resume", help="Go on where a run stopped, exactly.")
app.command("sparring.commands.use:sample", name="sample", help="Draw pictures from a run.")
app.command("sparring.commands.evaluate:evaluate", name="evaluate", help="Measure a translation against the truth.")
app.command("sparring.commands.translate:translate", name="translate", help="Translate pictures by a run.")
app.command("sparring.commands.runs:info", name="info", help="What a run, a checkpoint or a picture is.")
app.command("sparring.commands.runs:list_runs", name="list", help="The runs in a folder.")
app.command("sparring.commands.data:app", name="data", help="Look at data before training on it.")
app.command("sparring.commands.theory:app", name="theory", help="The theory, beside the code that trains.")


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and exit with its code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a pipe on Windows takes few letters: names are shown, not refused
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        words = sys.argv[1:] if arguments is None else arguments
        if words[:1] == ["train"] and ".py:" in "".join(words[1:2]):
            from sparring.commands.train import add_file

            add_file(words[1])
        app(arguments, exit_on_error=True, result_action="return_value")
    except InterruptedRun as e:
        _leave(str(e), e.exit_code)
    except SparringError as e:
        _leave(f"sparring: {e}", e.exit_code)
    except KeyboardInterrupt:
        _leave("sparring: stopped", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as e:
        _leave(f"sparring: {e}", 1)
    except MemoryError:
        _leave("sparring: memory ran out; use smaller pictures, a smaller batch_size or smaller networks", 4)
    sys.exit(0)


def _leave(message: str, code: int) -> NoReturn:
    print(message, file=sys.stderr)
    sys.exit(code)
