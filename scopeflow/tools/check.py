"""`scopeflow check`: which TensorFlow names and arguments programs use that scopeflow lacks."""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from ..compat import hook
from ..op.declare import Op
from .program_reader import Call, Unread, Use, programs, read


class Missing(NamedTuple):
    """A name or argument that programs use and scopeflow lacks."""

    #: "tf.layers.dense", or "tf.layers.dense(units_of=)" for an argument
    what: str
    #: "import" (a program that needs it does not start), "name" or "argument"
    kind: str
    uses: tuple[Use, ...]

    @property
    def files(self) -> list[str]:
        return list(dict.fromkeys(u.file for u in self.uses))

    @property
    def guarded(self) -> bool:
        """The programs say that they can do without."""
        return all(u.guarded for u in self.uses)


class Report(NamedTuple):
    """What was found."""

    files: int
    uses: int
    missing: list[Missing]
    unread: list[Unread]

    @property
    def works(self) -> int:
        """Uses of which nothing is missing."""
        return self.uses - len({id(u) for m in self.missing for u in m.uses})


@functools.cache
def resolve(symbol: str) -> tuple[bool, Any]:
    """(True, object) for a path such as `tensorflow.layers.dense`, as a program under `scopeflow run` gets it; else (False, None)."""
    hook.install()
    parts = symbol.split(".")
    value: Any = None
    for i in range(1, len(parts) + 1):
        try:
            value = importlib.import_module("tensorflow") if i == 1 else getattr(value, parts[i - 1])
        except AttributeError:
            try:
                value = importlib.import_module(".".join(parts[:i]))
            except ImportError:
                return False, None
    return True, value


@functools.cache
def first_missing(symbol: str) -> str | None:
    """The part of `symbol` that is missing: `tensorflow.losses.Reduction` of `tensorflow.losses.Reduction.SUM`; None if it is all there."""
    parts = symbol.split(".")
    for i in range(2, len(parts) + 1):
        found, value = resolve(".".join(parts[:i]))
        if not found:
            # A missing namespace (lower case) is shown with what was wanted from it.
            while i < len(parts) and parts[i - 1].islower():
                i += 1
            return ".".join(parts[:i])
        if not isinstance(value, (ModuleType, type)):
            return None  # an object's attributes (FLAGS.batch_size) may be made by the program
    return None


def refused_arguments(function: Any, call: Call) -> list[str]:
    """What `function` would not take: names of keywords, or "n positional arguments"."""
    if isinstance(function, Op):
        known, most, any_keyword = {*function.parameters, "name"}, len(function.parameters) + 1, False
    else:
        try:
            parameters = list(inspect.signature(function).parameters.values())
        except (TypeError, ValueError):
            return []
        by_place = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        known = {p.name for p in parameters if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)}
        most = sys.maxsize if any(p.kind is p.VAR_POSITIONAL for p in parameters) else len(by_place)
        any_keyword = any(p.kind is p.VAR_KEYWORD for p in parameters)
    refused = [] if any_keyword else [f"{k}=" for k in call.keywords if k not in known]
    if call.positional is not None and call.positional > most:
        refused.append(f"{call.positional} positional arguments")
    return refused


def check(paths: Iterable[str | Path]) -> Report:
    """Reads the programs at `paths` and looks up all they use. Raises FileNotFoundError."""
    found: dict[tuple[str, str], list[Use]] = {}
    unread: list[Unread] = []
    files = total = 0
    for path in dict.fromkeys(programs(paths)):
        uses = read(path)
        files += 1
        if isinstance(uses, Unread):
            unread.append(uses)
            continue
        total += len(uses)
        for use in uses:
            for kind, what in _lacks(use):
                found.setdefault((kind, what), []).append(use)
    missing = [Missing(what, kind, tuple(uses)) for (kind, what), uses in found.items()]
    missing.sort(key=lambda m: (m.guarded, m.kind != "import", -len(m.files), -len(m.uses), m.what))
    return Report(files, total, missing, unread)


def _lacks(use: Use) -> list[tuple[str, str]]:
    missing = first_missing(use.symbol)
    if missing is not None:
        return [("import" if use.imported else "name", _spelled(missing))]
    found, function = resolve(use.symbol)
    if use.call is None or not found:
        return []
    return [("argument", f"{_spelled(use.symbol)}({a})") for a in refused_arguments(function, use.call)]


def _spelled(symbol: str) -> str:
    return "tf" + symbol.removeprefix("tensorflow")


def as_text(report: Report) -> str:
    """The report for people."""
    lines = []
    for m in report.missing:
        how = {"import": "cannot be imported", "name": "missing", "argument": "argument not taken"}[m.kind]
        guard = ", but the program catches that" if m.guarded else ""
        in_files = f" in {len(m.files)} files" if len(m.files) > 1 else ""
        lines.append(f"{m.what}: {how}{guard} ({len(m.uses)} {'use' if len(m.uses) == 1 else 'uses'}{in_files})")
        places = list(dict.fromkeys(u.place for u in m.uses))
        lines += [f"    {p}" for p in places[:5]] + ([f"    ... and {len(places) - 5} more"] if len(places) > 5 else [])
    lines += [f"{u.file}: not read: {u.why}" for u in report.unread]
    share = f"{report.works / report.uses:.1%}" if report.uses else "none"
    names = len({m.what for m in report.missing if m.kind != "argument"})
    lines.append(
        f"{report.files} files, {report.uses} uses of TensorFlow: {share} {'of them ' if report.uses else ''}found in scopeflow"
        + (f"; {names} names and {len(report.missing) - names} arguments missing" if report.missing else "")
        + (f"; {len(report.unread)} files not read" if report.unread else "")
    )
    return "\n".join(lines)


def as_json(report: Report) -> str:
    """The report for programs."""
    missing = [
        {
            "what": m.what,
            "kind": m.kind,
            "guarded": m.guarded,
            "uses": len(m.uses),
            "files": len(m.files),
            "places": [{"file": u.file, "cell": u.cell, "line": u.line, "guarded": u.guarded} for u in m.uses],
        }
        for m in report.missing
    ]
    whole = {
        "files": report.files,
        "uses": report.uses,
        "works": report.works,
        "missing": missing,
        "unread": [u._asdict() for u in report.unread],
    }
    return json.dumps(whole, indent=1)


def exit_status(report: Report) -> int:
    """0: nothing is missing that a program does not guard against; 1: something is; 2: a file could not be read."""
    if report.unread:
        return 2
    return int(any(not m.guarded for m in report.missing))
