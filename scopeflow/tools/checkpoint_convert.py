"""`scopeflow convert`: a checkpoint as another kind of file, with other names, or with some of its tensors only."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console

from . import tensor_files
from .checkpoint_tree import size_text
from .tensor_files import TensorFile, ToolError


class Move(NamedTuple):
    """A tensor to convert: its name, and the name it gets."""

    old: str
    new: str


def parse_rename(text: str) -> tuple[re.Pattern[str], str]:
    """(regular expression, replacement) from "regex=>replacement". Raises ToolError."""
    pattern, arrow, replacement = text.partition("=>")
    if not arrow or not pattern:
        raise ToolError(f"--rename {text!r}: expected 'regex=>replacement', such as '^old/=>new/'")
    try:
        return re.compile(pattern), replacement
    except re.error as error:
        raise ToolError(f"--rename {text!r}: {error}") from None


def in_scope(name: str, scopes: Sequence[str]) -> bool:
    """Whether a name is one of `scopes`, lies in one, or matches one with wildcards."""
    return any(name == s.rstrip("/") or name.startswith(s.rstrip("/") + "/") or fnmatch.fnmatchcase(name, s) for s in scopes)


def plan(names: Sequence[str], renames: Sequence[str] = (), include: Sequence[str] = (), exclude: Sequence[str] = ()) -> list[Move]:
    """Which tensors are converted, under which names.

    Raises:
      ToolError: an option cannot be read, selects nothing, or two tensors would get one name.
    """
    rules = [parse_rename(r) for r in renames]
    moves = []
    for name in names:
        if (include and not in_scope(name, include)) or in_scope(name, exclude):
            continue
        new = name
        for pattern, replacement in rules:
            try:
                new = pattern.sub(replacement, new)
            except (re.error, IndexError) as error:
                raise ToolError(f"--rename {pattern.pattern}=>{replacement}: {error}") from None
        moves.append(Move(name, new))
    if not moves:
        raise ToolError("no tensor is left to convert: see --include and --exclude")
    taken: dict[str, list[str]] = {}
    for old, new in moves:
        if not new:
            raise ToolError(f"--rename leaves {old} without a name")
        taken.setdefault(new, []).append(old)
    clashes = [f"{new} <- {', '.join(olds)}" for new, olds in taken.items() if len(olds) > 1]
    if clashes:
        raise ToolError("tensors would get the same name:\n  " + "\n  ".join(clashes))
    return moves


def convert(source: TensorFile, path: str, kind: str, moves: Sequence[Move], force: bool = False) -> None:
    """Writes the tensors of `moves` to `path`.

    Raises:
      ToolError: something is there already and `force` is false, or the kind of file cannot hold some of them.
    """
    wrong = [f"{m.old} ({why})" for m in moves if (why := tensor_files.unfit(kind, source.tensors[m.old]))]
    if wrong:
        raise ToolError(f"{kind} cannot hold these tensors; leave them out with --exclude:\n  " + "\n  ".join(wrong))
    there = tensor_files.existing(path, kind)
    if there and not force:
        raise ToolError(f"{there} exists already; --force replaces it")
    tensor_files.write(path, kind, ((m.new, np.asarray(source.read(m.old))) for m in moves))


def as_json(source: TensorFile, path: str, kind: str, moves: Sequence[Move], dry_run: bool) -> dict[str, Any]:
    """What was, or would be, converted."""
    rows = []
    for old, new in moves:
        info = source.tensors[old]
        rows.append({"from": old, "to": new, "dtype": info.dtype.name, "shape": list(info.shape), "bytes": info.nbytes})
    kept = {m.old for m in moves}
    left = [n for n in source.tensors if n not in kept]
    return {
        "from": source.path,
        "from_kind": source.kind,
        "to": path,
        "to_kind": kind,
        "dry_run": dry_run,
        "tensors": rows,
        "left_out": left,
    }


def print_report(report: dict[str, Any], console: Console) -> None:
    """Prints what was converted: each tensor in a dry run, else those that got other names and the sum."""
    for row in report["tensors"]:
        if report["dry_run"] or row["from"] != row["to"]:
            name = row["from"] if row["from"] == row["to"] else f"{row['from']} -> {row['to']}"
            console.print(f"{name} {row['shape']} {row['dtype']}", markup=False, highlight=False)
    total = size_text(sum(r["bytes"] for r in report["tensors"]))
    would = "would be written" if report["dry_run"] else "written"
    left = f", {len(report['left_out'])} left out" if report["left_out"] else ""
    text = f"{len(report['tensors'])} tensors, {total}, {would} to {report['to']} ({report['to_kind']}){left}"
    console.print(text, markup=False, highlight=False)
