"""Calls make, node for node, what they make in TensorFlow 1.15.5: names, types, inputs, shapes, constants, errors."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

# tests/golden is on the path (see pyproject.toml)
import node_runner
import pytest

import scopeflow as tf
from scopeflow.graph import default_graph

_FOLDER = Path(node_runner.__file__).parent / "node_cases"


@pytest.fixture(autouse=True)
def _scopes_closed() -> Iterator[None]:
    """Cases enter scopes and do not leave them; tests that follow start outside of all."""
    yield
    default_graph._stacks.graphs.clear()
    default_graph._stacks.sessions.clear()


def _cases() -> list[tuple[str, list[str]]]:
    out = []
    for path in sorted(_FOLDER.glob("*.json.gz")):
        out += json.loads(gzip.decompress(path.read_bytes()))["cases"].items()
    return out


@pytest.mark.parametrize("case, expected", _cases(), ids=[c[:60] for c, _ in _cases()])
def test_nodes(case: str, expected: list[str]) -> None:
    """One call, against its recording (made by tests/golden/record_nodes.py)."""
    assert node_runner.describe(tf, case) == expected
