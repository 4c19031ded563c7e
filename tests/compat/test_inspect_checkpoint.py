"""print_tensors_in_checkpoint_file prints what the reference prints (recorded by hand with TensorFlow 1.15.5)."""

from __future__ import annotations

from pathlib import Path

import checkpoint_values
import pytest

from scopeflow.compat.inspect_checkpoint import print_tensors_in_checkpoint_file

MODEL = str(Path(checkpoint_values.__file__).parent / "checkpoints" / "model.ckpt")


@pytest.mark.parametrize(
    "keywords, expected",
    [
        ({"tensor_name": "a"}, "tensor_name:  a\n[1. 2. 3.]\n# Total number of params: 17\n"),
        (
            {"all_tensor_names": True, "count_exclude_pattern": "s/"},
            "tensor_name:  a\ntensor_name:  p/w\ntensor_name:  s/b\ntensor_name:  s/c\ntensor_name:  s/t/b\n# Total number of params: 11\n",
        ),
        ({"tensor_name": "zz"}, "tensor_name:  zz\nKey zz not found in checkpoint\n"),
        (
            {},
            "a (DT_FLOAT) [3]\np/w (DT_FLOAT) [4,2], 2 slices\ns/b (DT_INT32) [2]\ns/c (DT_FLOAT) [2]\ns/t/b (DT_FLOAT) [2]\n\n"
            "# Total number of params: 17\n",
        ),
    ],
)
def test_prints(capsys: pytest.CaptureFixture[str], keywords: dict[str, object], expected: str) -> None:
    print_tensors_in_checkpoint_file(MODEL, **{"tensor_name": "", "all_tensors": False, **keywords})
    assert capsys.readouterr().out == expected


def test_all_values(capsys: pytest.CaptureFixture[str]) -> None:
    print_tensors_in_checkpoint_file(MODEL, "", True)
    assert "tensor_name:  p/w\n[[0. 0.]\n [0. 0.]\n [2. 2.]\n [2. 2.]]\n" in capsys.readouterr().out


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    print_tensors_in_checkpoint_file("/nowhere", "", False)
    assert "Failed to find any matching files for /nowhere" in capsys.readouterr().out
