"""MetaGraphs, frozen graphs and SavedModels: results and errors are those of TensorFlow 1.15.5 (tests/golden/record_graphs.py)."""

import json
from pathlib import Path

# tests/golden is on the path (see pyproject.toml)
import pytest
from graphs import meta_graphs

import scopeflow as tf

_RECORDED = json.loads((Path(meta_graphs.__file__).parent / "meta_graphs.json").read_text())


@pytest.mark.parametrize("code", meta_graphs.CASES)
def test_case(code):
    assert meta_graphs.describe(tf, code) == _RECORDED[code]
