"""Where in the user's program something was made: the nearest frames outside scopeflow."""

from __future__ import annotations

import os
import sys
from types import CodeType
from typing import NamedTuple

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
#: code object -> whether it belongs to scopeflow or to machinery around it
_inner: dict[CodeType, bool] = {}


class Place(NamedTuple):
    """A line of a program."""

    code: CodeType
    line: int

    @property
    def file(self) -> str:
        return self.code.co_filename

    @property
    def function(self) -> str:
        return self.code.co_name

    def __str__(self) -> str:
        return f"{display_path(self.file)}:{self.line}"


def display_path(path: str) -> str:
    """`path` relative to the working directory where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except ValueError:
        return path
    return relative if len(relative) < len(path) and not relative.startswith("..") else path


def _is_inner(code: CodeType) -> bool:
    name = code.co_filename
    inner = _inner[code] = name.startswith((_PACKAGE, "<frozen")) or name.endswith(("contextlib.py", os.path.join("absl", "app.py")))
    return inner


def caller() -> Place | None:
    """The innermost line outside scopeflow that led here."""
    frame = sys._getframe(1)
    known = _inner
    while frame is not None:
        code = frame.f_code
        inner = known.get(code)
        if inner is None:
            inner = _is_inner(code)
        if not inner:
            return Place(code, frame.f_lineno)
        frame = frame.f_back
    return None


def stack(limit: int = 8) -> tuple[Place, ...]:
    """The lines outside scopeflow that led here, innermost first, at most `limit`."""
    out: list[Place] = []
    frame = sys._getframe(1)
    while frame is not None and len(out) < limit:
        code = frame.f_code
        inner = _inner.get(code)
        if inner is None:
            inner = _is_inner(code)
        if not inner:
            out.append(Place(code, frame.f_lineno))
            if code.co_name == "<module>" and frame.f_globals.get("__name__") == "__main__":
                break  # what is outside started the program: a console script, runpy
        frame = frame.f_back
    return tuple(out)
