"""The golden harness notices what it should."""

from __future__ import annotations

import case_runner
import ml_dtypes
import numpy as np
import pytest
import store
from comparison import compare

OPTIONS = {"tolerance": {}, "messages": False}


@pytest.mark.parametrize(
    "array",
    [
        np.array([[1.5, -2.0]], np.float32),
        np.array(3, np.int64),
        np.array([], np.float64).reshape(0, 3),
        np.array([1, 2], ml_dtypes.bfloat16),
        np.array([b"a\xff", "é".encode()], object),
        np.array([True, False]),
        np.array([1 + 2j], np.complex64),
    ],
)
def test_arrays_survive_storing(array: np.ndarray) -> None:
    again = store.decode(store.encode(array))
    assert again.shape == array.shape
    assert again.dtype == array.dtype
    assert again.tolist() == array.tolist()


def result(**changes: object) -> dict[str, object]:
    out = {"dtype": "float32", "shape": [2], "values": [np.array([1.0, 2.0], np.float32)]}
    return {"outs": [{**out, **changes}], "gradients": [np.array([1.0], np.float32), None]}


def stored(**changes: object) -> dict[str, object]:
    made = result(**changes)
    made["outs"] = [{**row, "values": [store.encode(v) for v in row["values"]]} for row in made["outs"]]
    made["gradients"] = [None if g is None else store.encode(g) for g in made["gradients"]]
    return made


def test_equal_results_have_no_differences() -> None:
    assert compare(result(), stored(), "", OPTIONS) == []


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"dtype": "float64"}, "dtype"),
        ({"shape": [None]}, "shape"),
        ({"values": [np.array([1.0, 2.1], np.float32)]}, "largest difference 0.1"),
        ({"values": [np.array([1.0, np.nan], np.float32)]}, "nan"),
        ({"values": [np.array([1.0], np.float32)]}, "has shape"),
        ({"values": [np.array([1.0, 2.0], np.float64)]}, "is of float64"),
    ],
)
def test_differences_are_said(changes: dict[str, object], said: str) -> None:
    (message, *_) = compare(result(**changes), stored(), "", OPTIONS)
    assert said in message


def test_gradients_and_errors_count() -> None:
    other = result()
    other["gradients"] = [None, None]
    assert compare(other, stored(), "", OPTIONS) == ["gradient 0 is None, unlike the reference's"]
    raises = {"raises": {"class": "ValueError", "message": "m"}}
    assert "should raise ValueError" in compare(result(), raises, "", OPTIONS)[0]
    assert "raises ValueError" in compare(raises, stored(), "", OPTIONS)[0]
    assert compare(raises, {"raises": {"class": "ValueError", "message": "n"}}, "", OPTIONS) == []
    assert compare(raises, {"raises": {"class": "ValueError", "message": "n"}}, "", {**OPTIONS, "messages": True})
    assert compare(raises, {"raises": {"class": "TypeError", "message": "m"}}, "", OPTIONS)


def test_weights_differ_from_output_to_output() -> None:
    value = np.zeros((3, 4))
    assert case_runner.weights_for(value, 0).shape == (3, 4)
    assert not np.array_equal(case_runner.weights_for(value, 0), case_runner.weights_for(value, 1))
