"""What scopeflow writes: the graphs are those that TensorFlow 1.15.5 read and ran (tests/golden/check_exports.py), and come back here."""

import json
from pathlib import Path

# tests/golden is on the path (see pyproject.toml)
import pytest
from graphs import exports, models

import scopeflow as tf

_CHECKED = json.loads((Path(exports.__file__).parent / "exports.json").read_text())["models"]


@pytest.mark.parametrize("name", [*models.MODELS, *models.FORWARD])
def test_written_model(name, tmp_path):
    folder = str(tmp_path / name)
    digests = exports.write(tf, name, folder)
    again = "scopeflow writes another graph than the one TensorFlow was seen to read: run tests/golden/check_exports.py again"
    assert digests == _CHECKED[name]["digests"], again
    for form in exports.FORMS:
        assert exports.read(tf, folder, form) < 1e-6, form
    assert max(_CHECKED[name]["largest_difference"].values()) < 1e-5
