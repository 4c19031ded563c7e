"""Compares what a case gives with what was recorded for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import store

#: type -> (relative, absolute) tolerance
TOLERANCE = {
    "bfloat16": (2e-2, 1e-2),
    "float16": (3e-3, 2e-3),
    "float32": (2e-5, 2e-6),
    "float64": (1e-9, 1e-10),
    "complex64": (2e-5, 4e-6),
    "complex128": (1e-9, 1e-10),
}


def _tolerance(code: str, dtype: str, options: Any) -> tuple[float, float]:
    for part, tolerance in options["tolerance"].items():
        if part == dtype or (part not in TOLERANCE and part in code):
            return tolerance
    return TOLERANCE.get(dtype, (0.0, 0.0))


def _differs(actual: np.ndarray, expected: np.ndarray, code: str, options: Any) -> str | None:
    if actual.shape != expected.shape:
        return f"has shape {actual.shape}, not {expected.shape}"
    if actual.dtype.kind in "OSU" or expected.dtype.kind in "OSU":
        same = [_bytes(v) for v in actual.ravel().tolist()] == [_bytes(v) for v in expected.ravel().tolist()]
        return None if same else f"is {actual.tolist()}, not {expected.tolist()}"
    if actual.dtype.kind in "iub" and actual.dtype == expected.dtype:
        return None if np.array_equal(actual, expected) else f"is\n{actual}\nnot\n{expected}"
    if actual.dtype.name != expected.dtype.name:
        return f"is of {actual.dtype.name}, not {expected.dtype.name}"
    relative, absolute = _tolerance(code, expected.dtype.name, options)
    wide = np.complex128 if expected.dtype.kind == "c" else np.float64
    a, b = actual.astype(wide), expected.astype(wide)
    if np.allclose(a, b, relative, absolute, equal_nan=True):
        return None
    with np.errstate(all="ignore"):
        gap = np.nanmax(np.abs(a - b)) if a.size else 0.0
    return f"is\n{actual}\nnot\n{expected}\n(largest difference {gap:.3g}; allowed {absolute:g} + {relative:g} of the value)"


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _compare_error(actual: Any, expected: Any, what: str, options: Any) -> list[str]:
    if actual is None:
        return [f"{what} should raise {expected['class']}: {expected['message']}"]
    if expected is None:
        return [f"{what} raises {actual['class']}: {actual['message']}"]
    if actual["class"] != expected["class"]:
        return [f"{what} raises {actual['class']} ({actual['message']}), not {expected['class']} ({expected['message']})"]
    if options["messages"] and actual["message"] != expected["message"]:
        return [f"{what} says\n  {actual['message']}\nnot\n  {expected['message']}"]
    return []


def compare(actual: Any, expected: Any, code: str, options: Any) -> list[str]:
    """The differences between two results, in words."""
    if "raises" in actual or "raises" in expected:
        return _compare_error(actual.get("raises"), expected.get("raises"), "the case", options)
    if len(actual["outs"]) != len(expected["outs"]):
        return [f"there are {len(actual['outs'])} outputs, not {len(expected['outs'])}"]
    wrong = []
    for i, (a, e) in enumerate(zip(actual["outs"], expected["outs"])):
        for field in ("python", "dtype", "shape"):
            if a.get(field) != e.get(field):
                wrong.append(f"out[{i}]: {field} is {a.get(field)}, not {e.get(field)}")
        for run, (v, w) in enumerate(zip(a.get("values", ()), e.get("values", ()))):
            text = _differs(v, store.decode(w), code, options)
            if text:
                wrong.append(f"out[{i}]{f' in run {run + 1}' if run else ''} {text}")
    wrong += _compare_gradients(actual.get("gradients"), expected.get("gradients"), code, options)
    return wrong


def _compare_gradients(actual: Any, expected: Any, code: str, options: Any) -> list[str]:
    if isinstance(actual, dict) or isinstance(expected, dict):
        return _compare_error(
            actual if isinstance(actual, dict) else None, expected if isinstance(expected, dict) else None, "tf.gradients", options
        )
    if actual is None or expected is None:
        return [] if actual is expected else ["gradients exist on one side only"]
    wrong = []
    for i, (a, e) in enumerate(zip(actual, expected, strict=True)):
        if a is None or e is None:
            if a is not e:
                wrong.append(f"gradient {i} is {'None' if a is None else 'not None'}, unlike the reference's")
            continue
        text = _differs(a, store.decode(e), code, options)
        if text:
            wrong.append(f"gradient {i} {text}")
    return wrong
