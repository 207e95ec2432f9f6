"""The command line: words become a command, its end an exit code, and what goes wrong one line.

Commands are imported when they are called, and only once it is known which language is spoken.
"""

import io
import sys
from collections.abc import Sequence
from typing import NoReturn

import cyclopts

from sparring.commands.app import app
from sparring.commands.voice import LANGUAGE, as_typed, in_one_voice
from sparring.errors import CommandError, InterruptedRun, SparringError
from sparring.words import language_of_system, tr, use_language


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and exit with its code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a pipe on Windows takes few letters: names are shown, not refused
        sys.stdout.reconfigure(errors="backslashreplace")
    typed = sys.argv[1:] if arguments is None else arguments
    try:
        words = settle_language(typed)
        if words[:1] == ["train"] and words[1:2] and not words[1].startswith("-"):
            _prepare(words[1])
        if words[:1] == ["train"] and any("," in word for word in words) and _swept(words):
            sys.exit(0)
        app(words, exit_on_error=False, print_error=False, result_action="return_value")
    except cyclopts.CycloptsError as e:
        _leave(f"sparring: {in_one_voice(e)}", CommandError.exit_code)
    except InterruptedRun as e:
        _leave(str(e), e.exit_code)
    except SparringError as e:
        _leave(f"sparring: {as_typed(str(e), typed)}", e.exit_code)
    except KeyboardInterrupt:
        _leave(f"sparring: {tr('stopped')}", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as e:
        _leave(f"sparring: {e}", 1)
    except MemoryError:
        why = tr(
            "memory ran out; use smaller pictures (--size), a smaller batch (--batch-size) or smaller networks",
        )
        _leave(f"sparring: {why}", 4)
    finally:
        if train := sys.modules.get("sparring.commands.train"):
            train.forget_files()
    sys.exit(0)


def settle_language(typed: Sequence[str]) -> list[str]:
    """Speak the language that ``--language`` names, wherever it stands, or else the system's; the other words.

    Raises:
        CommandError: If it is not known which language is meant.
    """
    use_language(language_of_system())
    words: list[str] = []
    rest = iter(typed)
    for word in rest:
        flag, equals, value = word.partition("=")
        if flag != LANGUAGE:
            words.append(word)
            continue
        wish = value if equals else next(rest, "")
        if not wish:
            raise CommandError(tr("{flag} needs a value", flag=LANGUAGE))
        use_language(wish)
    return words


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


def _swept(words: list[str]) -> bool:
    """Train one run after another, if the words list values with commas.

    Raises:
        SparringError: As `sparring.commands.sweep.train_all`.
    """
    from sparring.commands.sweep import several, train_all

    runs = several(words)
    if runs:
        train_all(runs)
    return bool(runs)


def _leave(message: str, code: int) -> NoReturn:
    print(message, file=sys.stderr)
    sys.exit(code)
