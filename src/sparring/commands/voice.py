"""One voice for what is refused: the parser's errors in our words, and settings under the flag that was typed."""

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal, get_args, get_origin

from cyclopts import exceptions

from sparring.words import mark, tr

LANGUAGE = "--language"
KIND = mark("{flag} is {value!r}; it must be {kind}")
KINDS: dict[Any, str] = {
    int: mark("{flag} is {value!r}; it must be a whole number"),
    float: mark("{flag} is {value!r}; it must be a number"),
    bool: mark("{flag} is {value!r}; it must be true or false"),
}


def in_one_voice(error: exceptions.CycloptsError) -> str:
    """What the parser refuses, in one line, in the language that is spoken."""
    match error:
        case exceptions.UnknownCommandError():
            return _unknown_command(error)
        case exceptions.UnknownOptionError():
            return _unknown_option(error)
        case exceptions.CoercionError(token=token) if token is not None and error.msg is None:
            return _wrong_value(error)
        case exceptions.MissingArgumentError(argument=argument) if argument is not None:
            return _missing(error)
        case exceptions.UnusedCliTokensError():
            return tr("too many words: {words}", words=", ".join(map(repr, error.unused_tokens or [])))
        case exceptions.RepeatArgumentError():
            return tr("{flag} is given more than once", flag=error.token.keyword)
        case exceptions.ArgumentOrderError(argument=argument) if argument is not None:
            return tr("{word!r} follows a flag, so it needs its own: {flag}", word=error.token, flag=argument.name)
    text = " ".join(str(error).split()).removesuffix(".")
    return text[:1].lower() + text[1:]


def as_typed(message: str, words: Sequence[str]) -> str:
    """A message about a setting, with the flag that was typed: ``batch_size is 0`` becomes ``--batch-size is 0``."""
    for word in words:
        flag = word.partition("=")[0]
        setting = flag.removeprefix("--").removeprefix("no-").replace("-", "_")
        if flag.startswith("--") and setting:
            plain = re.escape(setting.removeprefix("run.")).replace("_", "[_-]")
            message = re.sub(rf"^(run\.)?{plain}(?= is | 값)", flag, message)
    return message


def _unknown_command(error: exceptions.UnknownCommandError) -> str:
    word = (error.unused_tokens or [""])[0]
    known = [name for name in error.app or () if not name.startswith("-")]
    commands = ", ".join(known)
    if near := _near(word, known):
        return tr(
            "unknown command {word!r}; did you mean {near!r}? Available commands: {commands}",
            word=word,
            near=near,
            commands=commands,
        )
    return tr("unknown command {word!r}. Available commands: {commands}", word=word, commands=commands)


def _unknown_option(error: exceptions.UnknownOptionError) -> str:
    word = error.token.keyword or error.token.value
    known = [name for argument in error.argument_collection if argument.parse for name in argument.names]
    flag = word if word.startswith("-") else repr(word)
    if near := _near(word, [*known, LANGUAGE]):
        return tr("unknown option: {flag}; did you mean {near}?", flag=flag, near=near)
    return tr("unknown option: {flag}", flag=flag)


def _wrong_value(error: exceptions.CoercionError) -> str:
    assert error.token is not None
    place = error.token.keyword or ("" if error.argument is None else error.argument.name.lstrip("-"))
    given: dict[str, Any] = {"flag": place, "value": error.token.value}
    if get_origin(error.target_type) is not Literal:
        kind: Any = error.target_type
        return tr(KINDS.get(kind, KIND), kind=getattr(kind, "__name__", kind), **given)
    known = [str(word) for word in get_args(error.target_type)]
    words = ", ".join(map(repr, known))
    if near := _near(error.token.value, known):
        return tr("{flag} is {value!r}; did you mean {near!r}? Choose from: {words}", near=near, words=words, **given)
    return tr("{flag} is {value!r}. Choose from: {words}", words=words, **given)


def _missing(error: exceptions.MissingArgumentError) -> str:
    assert error.argument is not None
    typed = error.keyword or next((t.keyword for t in reversed(error.argument.tokens) if t.keyword), None)
    if typed is None and error.argument.index is not None:
        return tr("{name} is missing", name=error.argument.name.lstrip("-"))
    return tr("{flag} needs a value", flag=typed or error.argument.name)


def _near(word: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), None)
