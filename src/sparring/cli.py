"""The command line: words become a command, its end an exit code, and what goes wrong one line.

Commands are imported when they are called, and only once it is known which language is spoken.
"""

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import cyclopts

from sparring.commands.app import app
from sparring.commands.voice import LANGUAGE, as_typed, in_one_voice
from sparring.durable import NO_ROOM
from sparring.errors import CommandError, DataError, InterruptedRun, NoRoomError, SparringError
from sparring.words import language_of_system, tr, use_language
from sparring.words.system import why


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and exit with its code."""
    for name in (
        "stdout",
        "stderr",
    ):  # closed by the caller: what is said is said to nobody, and no file gets its number
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))
    if isinstance(sys.stdout, io.TextIOWrapper):  # a pipe on Windows takes few letters: names are shown, not refused
        sys.stdout.reconfigure(errors="backslashreplace")
    typed = sys.argv[1:] if arguments is None else arguments
    try:
        words = settle_language(typed)
        _refuse_empty(words)
        if words[:1] == ["train"] and words[1:2] and not words[1].startswith("-"):
            _prepare(words[1])
        if words[:1] == ["train"] and any("," in word for word in words) and _swept(words):
            sys.exit(0)
        app(words, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()  # what cannot be written is known here, and not when Python ends
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
        _leave(f"sparring: {as_typed(_in_words(e), typed)}", _code(e))
    except MemoryError:
        said = tr(
            "memory ran out; use smaller pictures (--size), a smaller batch (--batch-size) or smaller networks",
        )
        _leave(f"sparring: {said}", 4)
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


def _refuse_empty(words: Sequence[str]) -> None:
    """A flag that is given nothing, as ``--out ""`` of an unset variable, does not mean the current folder.

    Raises:
        CommandError: With the flag.
    """
    for flag, word in zip(words, [*words[1:], None], strict=True):
        name, equals, value = flag.partition("=")
        if name.startswith("--") and (word == "" if not equals else value == ""):
            raise CommandError(tr("{flag} needs a value", flag=name))


def _in_words(error: OSError) -> str:
    """An error of the system that nothing nearer to it has put into words."""
    if error.errno in NO_ROOM:
        where = error.filename or tr("the standard output")
        return tr("No room to write {where}: {why}. Make room and try again.", where=where, why=why(error))
    if error.filename is None:
        return why(error)
    return tr("{path} cannot be used: {why}. Check its name and who may use it.", path=error.filename, why=why(error))


def _code(error: OSError) -> int:
    """4 for a full disk, 3 for a file that cannot be used, 1 for what has no file."""
    if error.errno in NO_ROOM:
        return NoRoomError.exit_code
    return DataError.exit_code if error.filename is not None else 1


def _leave(message: str, code: int) -> NoReturn:
    """Say why, if anyone listens, and exit."""
    try:
        sys.stdout.flush()
        print(message, file=sys.stderr, flush=True)
    except (
        OSError,
        ValueError,
    ):  # the terminal is gone, or the disk is full; Python would flush again and exit with 120
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        with contextlib.suppress(OSError, ValueError):
            print(message, file=sys.stderr, flush=True)
    sys.exit(code)
