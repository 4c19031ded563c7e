"""Every golden case: values, types, static shapes and gradients must be those that TensorFlow 1.15.5 gave."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

# tests/golden is on the path (see pyproject.toml)
import case_runner
import comparison
import pytest
import store

import scopeflow as tf

_GOLDEN = Path(store.FOLDER)
FAMILIES = sorted(p.stem for p in (_GOLDEN / "cases").glob("*.py") if not p.stem.startswith("_"))
_records: dict[str, Any] = {}


def _cases() -> list[Any]:
    out = []
    for family in FAMILIES:
        module = runpy.run_path(str(_GOLDEN / "cases" / f"{family}.py"))
        options = {"tolerance": module.get("TOLERANCE", {}), "messages": module.get("MESSAGES", False)}
        for i, code in enumerate(module["CASES"]):
            out.append(pytest.param(family, code.strip("\n"), options, id=f"{family}-{i}"))
    return out


def _recorded(family: str, code: str) -> Any:
    if family not in _records:
        _records[family] = store.load(family)["cases"]
    found = _records[family].get(code)
    if found is None:
        record = f"TF115/bin/python tests/golden/record.py {family}"
        pytest.fail(f"no recorded result for this case: run `{record}` (see tests/golden/README.md)\n{code}", pytrace=False)
    return found


@pytest.mark.parametrize("family, code, options", _cases())
def test_case(family: str, code: str, options: Any) -> None:
    """One case, against its recording."""
    expected = _recorded(family, code)
    wrong = comparison.compare(case_runner.run_case(tf, code), expected, code, options)
    if wrong:
        pytest.fail(code + "\n" + "\n".join(wrong), pytrace=False)


def test_recordings_have_their_cases() -> None:
    """A recording whose cases file is gone is dead weight."""
    recorded = {p.name.removesuffix(".json.gz") for p in _GOLDEN.glob("*.json.gz")}
    assert recorded <= set(FAMILIES), f"delete these recordings, or bring back their cases: {recorded - set(FAMILIES)}"
