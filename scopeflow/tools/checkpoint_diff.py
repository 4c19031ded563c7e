"""`scopeflow diff`: how two checkpoints differ, tensor by tensor."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.text import Text

from .tensor_files import TensorFile


class Difference(NamedTuple):
    """How two values of one tensor differ."""

    elements: int
    of: int
    #: the largest difference between numbers; None for strings, and where one side is not a number
    largest: float | None
    #: where that is
    at: list[int]


def compare(a: np.ndarray, b: np.ndarray, tolerance: float = 0.0) -> Difference | None:
    """How `b` differs from `a`, of the same type and shape; None if no element does by more than `tolerance`. NaN equals NaN."""
    if a.dtype.names:
        a, b = a.view(a.dtype[0]), b.view(b.dtype[0])
    if a.dtype.hasobject:
        other = np.array([x != y for x, y in zip(a.reshape(-1), b.reshape(-1))], bool).reshape(a.shape)
        return _difference(other, None) if other.any() else None
    if a.dtype.kind in "iub":
        a, b = (x.astype(np.uint8) if x.dtype == bool else x for x in (a, b))
        unsigned = np.dtype(f"u{a.dtype.itemsize}")
        # The distance of any two integers fits the unsigned type of their size.
        gap = np.where(a > b, a.view(unsigned) - b.view(unsigned), b.view(unsigned) - a.view(unsigned))
        other = gap > tolerance
        return _difference(other, gap) if other.any() else None
    wide = np.complex128 if a.dtype.kind == "c" else np.float64
    x, y = a.astype(wide), b.astype(wide)
    with np.errstate(invalid="ignore", over="ignore"):
        gap = np.abs(x - y)
        other = (x != y) & ~(np.isnan(x) & np.isnan(y)) & ~(gap <= tolerance)
    return _difference(other, gap) if other.any() else None


def _difference(other: np.ndarray, gap: np.ndarray | None) -> Difference:
    at = np.argwhere(other)[0]
    largest = None
    if gap is not None:
        known = np.where(other & ~np.isnan(gap), gap, -1) if gap.dtype.kind == "f" else np.where(other, gap, 0)
        best = np.unravel_index(np.argmax(known), known.shape)
        if known[best] >= 0:
            at, largest = np.array(best), float(known[best])
    return Difference(int(other.sum()), other.size, largest, [int(i) for i in at])


def diff(a: TensorFile, b: TensorFile, tolerance: float = 0.0, values: bool = True) -> dict[str, Any]:
    """What differs: names added and removed, shapes or types changed, values changed. With `values` false, the last is not looked at."""
    both = [n for n in a.tensors if n in b.tensors]
    out: dict[str, Any] = {
        "a": a.path,
        "b": b.path,
        "removed": [_row(n, a) for n in a.tensors if n not in b.tensors],
        "added": [_row(n, b) for n in b.tensors if n not in a.tensors],
        "reshaped": [],
        "changed": [],
        "same": 0,
    }
    for name in both:
        old, new = a.tensors[name], b.tensors[name]
        if (old.dtype, old.shape) != (new.dtype, new.shape):
            row = {"name": name, "a": {"dtype": old.dtype.name, "shape": list(old.shape)}}
            out["reshaped"].append(row | {"b": {"dtype": new.dtype.name, "shape": list(new.shape)}})
            continue
        found = compare(a.read(name), b.read(name), tolerance) if values else None
        if found is None:
            out["same"] += 1
        else:
            out["changed"].append({"name": name, "dtype": old.dtype.name, "shape": list(old.shape), **found._asdict()})
    return out


def _row(name: str, file: TensorFile) -> dict[str, Any]:
    info = file.tensors[name]
    return {"name": name, "dtype": info.dtype.name, "shape": list(info.shape)}


def differs(report: dict[str, Any]) -> bool:
    """Whether there is any difference."""
    return any(report[k] for k in ("removed", "added", "reshaped", "changed"))


def print_diff(report: dict[str, Any], console: Console) -> None:
    """Prints a report, a line for each tensor that differs."""
    for key, sign, style in (("removed", "-", "red"), ("added", "+", "green")):
        for row in report[key]:
            console.print(Text(f"{sign} {row['name']} {row['shape']} {row['dtype']}", style))
    for row in report["reshaped"]:
        a, b = row["a"], row["b"]
        console.print(Text(f"! {row['name']} {a['shape']} {a['dtype']} -> {b['shape']} {b['dtype']}", "magenta"))
    for row in report["changed"]:
        line = Text.assemble(
            (f"~ {row['name']}", "yellow"), f" {row['shape']} {row['dtype']}: {row['elements']:,} of {row['of']:,} elements"
        )
        if row["largest"] is not None:
            line.append(f", at most by {row['largest']:.6g} at {row['at']}")
        console.print(line)
    counts = ", ".join(f"{len(report[k])} {k}" for k in ("removed", "added", "reshaped", "changed"))
    console.print(f"{counts}, {report['same']} the same")
