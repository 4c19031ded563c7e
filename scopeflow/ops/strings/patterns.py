r"""Regular expressions, in RE2's syntax (github.com/google/re2/wiki/Syntax), matched by Python's `re`.

What RE2 has and `re` has not (`\pL`, `\C`, the flag U) is refused by name. Text is UTF-8; bytes that are not match as themselves.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np

from ...graph import errors
from ...graph.operation import Tensor
from ...graph.public import public
from ...op.checks import check
from ...op.declare import op
from ...op.shapes import unchanged
from .slicing import as_bytes, mapped

_UNKNOWN = re.compile(r"[pPCQU]")


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


def _invalid(message: str) -> errors.InvalidArgumentError:
    return errors.InvalidArgumentError(None, None, message)


@functools.lru_cache(256)
def compiled(pattern: bytes) -> re.Pattern[str]:
    """A pattern of RE2's for `re`. Raises InvalidArgumentError for one that is wrong, or beyond `re`."""
    text = _text(pattern)
    out: list[str] = []
    in_class = False
    lines = False
    at = 0
    while at < len(text):
        c = text[at]
        if c == "\\" and at + 1 < len(text):
            following = text[at + 1]
            if _UNKNOWN.match(following):
                raise _invalid(f"Invalid pattern: {text}, error: \\{following} is not supported by scopeflow")
            out.append({"z": r"\Z", "a": r"\x07", "v": r"\x0b"}.get(following, c + following))
            at += 2
            continue
        if in_class:
            if text.startswith("[:", at) and (end := text.find(":]", at)) > 0:
                out.append(_named_class(text[at + 2 : end], text))
                at = end + 2
                continue
            in_class = c != "]" or out[-1] in ("[", "[^")
            out.append("\\[" if c == "[" else c)
        elif c == "[":
            in_class = True
            out.append("[^" if text.startswith("[^", at) else "[")
            at += len(out[-1]) - 1
        elif c == "$" and not lines:
            # There, `$` is the end of the text; not also the place before a last line break.
            out.append(r"\Z")
        elif text.startswith("(?", at) and (flags := re.match(r"\(\?([a-zA-Z-]+)([:)])", text[at:])):
            if "U" in flags[1]:
                raise _invalid(f"Invalid pattern: {text}, error: the flag U is not supported by scopeflow")
            lines = lines or "m" in flags[1].partition("-")[0]
            if flags[2] == ")":
                # `re` wants such flags first, or as a group: they hold until the end of the group they are in.
                rest = text[at + len(flags[0]) :]
                inner, after = _rest_of_group(rest)
                prefix = "".join(out)
                return _compile(prefix + f"(?{flags[1]}:" + compiled(_bytes(inner)).pattern + ")" + after, text)
            out.append(flags[0])
            at += len(flags[0])
            continue
        else:
            out.append(c)
        at += 1
    return _compile("".join(out), text)


def _rest_of_group(rest: str) -> tuple[str, str]:
    """`rest` up to the bracket that closes the group it is in, and what comes after."""
    depth, escaped = 0, False
    for i, c in enumerate(rest):
        if escaped:
            escaped = False
        elif c == "\\":
            escaped = True
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth < 0:
                return rest[:i], rest[i:]
    return rest, ""


_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7f", "blank": r"\t ", "cntrl": r"\x00-\x1f\x7f", "digit": "0-9",
    "graph": "!-~", "lower": "a-z", "print": " -~", "punct": r"!-/:-@\[-`{-~", "space": r"\t\n\v\f\r ", "upper": "A-Z",
    "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip


def _named_class(name: str, pattern: str) -> str:
    if name not in _CLASSES:
        raise _invalid(f"Invalid pattern: {pattern}, error: invalid character class range: `[:{name}:]`")
    return _CLASSES[name]


def _compile(pattern: str, shown: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.ASCII)
    except (re.error, OverflowError) as error:
        raise _invalid(f"Invalid pattern: {shown}, error: {error}") from None


def _replacement(rewrite: bytes, pattern: re.Pattern[str]) -> list[Any]:
    r"""A rewrite such as `a\1\\` as pieces of text and numbers of groups; up to the first that is wrong, as the reference takes it."""
    out: list[Any] = []
    text = _text(rewrite)
    at = 0
    while at < len(text):
        if text[at] != "\\":
            out.append(text[at])
            at += 1
            continue
        following = text[at + 1 : at + 2]
        if following.isdigit() and int(following) <= pattern.groups:
            out.append(int(following))
        elif following == "\\":
            out.append("\\")
        else:
            break
        at += 2
    return out


def _replaced(value: bytes, pattern: re.Pattern[str], pieces: list[Any], everywhere: bool) -> bytes:
    text = _text(value)
    out: list[str] = []
    at = done = 0
    while at <= len(text):
        found = pattern.search(text, at)
        if found is None:
            break
        if found.end() == found.start() == done and out and at == done:
            # No empty match where the last match ended.
            at += 1
            found = pattern.search(text, at) if at <= len(text) else None
            if found is None:
                break
        out.append(text[done : found.start()])
        out += [(found[p] or "") if isinstance(p, int) else p for p in pieces]
        done = found.end()
        at = done
        if not everywhere:
            break
    return _bytes("".join(out) + text[done:])


_FLAGS: dict[str, Any] = {"host": True, "differentiable": False, "shape": unchanged}


def _one(value: Any, what: str) -> bytes:
    check(np.ndim(value) == 0, f"{what} must be scalar, but received {list(np.shape(value))}")
    return as_bytes(value.item() if isinstance(value, np.ndarray) else value)


def _replace(input: Any, pattern: Any, rewrite: Any, everywhere: bool) -> np.ndarray:
    expression = compiled(_one(pattern, "Pattern"))
    pieces = _replacement(_one(rewrite, "Rewrite"), expression)
    return mapped(lambda v: _replaced(v, expression, pieces, everywhere), input)


@op("RegexReplace", "input: string, pattern: string, rewrite: string -> output: string", **_FLAGS)
def regex_replace_op(input, pattern, rewrite, *, replace_global: bool = True):
    """Each string with matches of the pattern replaced."""
    return _replace(input, pattern, rewrite, replace_global)


@op("StaticRegexReplace", "input: string -> output: string", **_FLAGS)
def static_regex_replace(input, *, pattern: str, rewrite: str, replace_global: bool = True):
    """Each string with matches of the pattern replaced."""
    return _replace(input, pattern, rewrite, replace_global)


def _full_match(input: Any, pattern: Any) -> np.ndarray:
    expression = compiled(_one(pattern, "Pattern"))
    return mapped(lambda v: expression.fullmatch(_text(v)) is not None, input, bool)


@op("RegexFullMatch", "input: string, pattern: string -> output: bool", **_FLAGS)
def regex_full_match_op(input, pattern):
    """Whether the pattern matches all of each string."""
    return _full_match(input, pattern)


@op("StaticRegexFullMatch", "input: string -> output: bool", **_FLAGS)
def static_regex_full_match(input, *, pattern: str):
    """Whether the pattern matches all of each string."""
    return _full_match(input, pattern)


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, bytes))


@public("strings.regex_replace", "regex_replace")
def regex_replace(input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None) -> Tensor:
    r"""Each string with the matches of a pattern of RE2's syntax, or the first of them, replaced; `\1` in `rewrite` is the first group."""
    if _is_text(pattern) and _is_text(rewrite):
        return static_regex_replace(input, pattern=pattern, rewrite=rewrite, replace_global=replace_global, name=name)
    return regex_replace_op(input, pattern, rewrite, replace_global=replace_global, name=name)


@public("strings.regex_full_match")
def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Tensor:
    """Whether a pattern of RE2's syntax matches all of each string."""
    if _is_text(pattern):
        return static_regex_full_match(input, pattern=pattern, name=name)
    return regex_full_match_op(input, pattern, name=name)
