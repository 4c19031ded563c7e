"""Names of layer objects: from the class, counted for each graph."""

from __future__ import annotations

import re
import weakref
from typing import Any

from ..graph.default_graph import get_default_graph

#: graph -> base name -> how many layers have it
_counts: weakref.WeakKeyDictionary[Any, dict[str, int]] = weakref.WeakKeyDictionary()


def snake_case(class_name: str) -> str:
    """A class's name as names of scopes are written: `Conv2DTranspose` -> "conv2d_transpose", `_Cell` -> "private__cell"."""
    # A word that follows another which ends in a digit is not set apart if that one was: `_My2Layer` -> "private__my2layer".
    words = re.sub(r".[A-Z][a-z0-9]+", lambda m: f"{m[0][0]}_{m[0][1:]}", class_name)
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", words).lower()
    return "private" + name if name.startswith("_") else name


def numbered(base: str) -> str:
    """`base` with the number of layers of that name in the default graph, from 1."""
    counts = _counts.setdefault(get_default_graph(), {})
    counts[base] = n = counts.get(base, 0) + 1
    return f"{base}_{n}"
