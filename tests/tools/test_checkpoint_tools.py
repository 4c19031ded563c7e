"""`scopeflow vars`, `diff`, `convert`, `verify`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import checkpoint_values
import ml_dtypes
import numpy as np
import pytest
from typer.testing import CliRunner

import scopeflow as tf
from scopeflow.formats.bundle_writer import BundleWriter
from scopeflow.formats.failures import FormatError
from scopeflow.tools import checkpoint_convert, checkpoint_diff, checkpoint_tree, tensor_files
from scopeflow.tools.main import app
from scopeflow.tools.tensor_files import ToolError, opened

GOLDEN = Path(checkpoint_values.__file__).parent / "checkpoints"


def command(*arguments: Any, status: int = 0) -> str:
    """What a command prints; it must end with `status`."""
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    assert result.exit_code == status, result.output
    return result.output


def bundle(path: Path, **tensors: Any) -> str:
    with BundleWriter(str(path)) as out:
        for name, value in tensors.items():
            out.add(name.replace("__", "/"), np.asarray(value))
    return str(path)


def read(path: Any) -> dict[str, np.ndarray]:
    with opened(str(path)) as file:
        return {n: file.read(n) for n in file.tensors}


def same(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> bool:
    return a.keys() == b.keys() and all(a[n].dtype == b[n].dtype and a[n].shape == b[n].shape and a[n].tolist() == b[n].tolist() for n in a)


@pytest.fixture
def trained(tmp_path: Path) -> str:
    """A checkpoint of a small model after a step of Adam, with its global step."""
    with tf.Graph().as_default():
        with tf.variable_scope("layer"):
            w = tf.get_variable("w", [3, 2], initializer=tf.ones_initializer())
        b = tf.get_variable("b", [2], initializer=tf.zeros_initializer())
        step = tf.train.get_or_create_global_step()
        loss = tf.reduce_sum(tf.square(tf.matmul(tf.ones([1, 3]), w) + b))
        train = tf.train.AdamOptimizer().minimize(loss, step)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            session.run(train)
            return tf.train.Saver().save(session, str(tmp_path / "model"), step)


# -- vars ---------------------------------------------------------------------------
def test_vars_marks_what_the_optimizer_keeps(trained: str) -> None:
    text = command("vars", trained)
    lines = {line.strip("│├└─ ").split(" ")[0]: line for line in text.splitlines()}
    assert "9 tensors" in text and "of these the optimizer's: 6" in text
    assert "(Adam of b)" in lines["Adam"] or "(Adam of layer/w)" in lines["Adam"]
    assert "(optimizer)" in lines["beta1_power"] and "optimizer" not in lines["global_step"]
    assert "3 tensors, 18 elements, 72 B" in lines["layer/"]
    report = json.loads(command("vars", trained, "--json"))
    rows = {r["name"]: r for r in report["tensors"]}
    assert rows["layer/w/Adam_1"] == {
        "name": "layer/w/Adam_1", "dtype": "float32", "shape": [3, 2], "bytes": 24, "optimizer": True, "slot_of": "layer/w", "slot": "Adam",
    }  # fmt: skip
    assert report["scopes"]["layer"] == {"tensors": 3, "elements": 18, "bytes": 72}
    assert [n for n, r in rows.items() if not r["optimizer"]] == ["b", "global_step", "layer/w"]


@pytest.mark.parametrize(
    "names, name, expected",
    [
        ({"w": [2], "w/Momentum": [2]}, "w/Momentum", ("w", "Momentum")),
        ({"w": [2], "w/MyOwn": [2]}, "w/MyOwn", ("w", "MyOwn")),
        ({"w": [2], "w/MyOwn": [3]}, "w/MyOwn", None),
        ({"a/w": [2], "train/a/w/RMSProp_1": [2]}, "train/a/w/RMSProp_1", ("a/w", "RMSProp")),
        ({"a/w": [2], "train/a/w/other": [2]}, "train/a/w/other", None),
        ({"w": [2], "Adam": [2]}, "Adam", None),
    ],
)
def test_slots(names: dict[str, list[int]], name: str, expected: Any) -> None:
    tensors = {n: tensor_files.Info(tf.float32, tuple(s)) for n, s in names.items()}
    assert checkpoint_tree.slot_of(name, tensors) == expected


def test_vars_of_a_folder_of_a_file_and_of_slices() -> None:
    assert "(tf): 5 tensors" in command("vars", GOLDEN)
    assert "in 2 slices" in command("vars", GOLDEN / "model.ckpt.index")
    assert "(tf-v1): 28 tensors" in command("vars", GOLDEN / "old")


def test_errors_are_a_line(tmp_path: Path) -> None:
    for arguments in (["vars", tmp_path], ["vars", tmp_path / "x"], ["verify", tmp_path], ["vars", tmp_path / "x.npz"]):
        result = CliRunner().invoke(app, [str(a) for a in arguments])
        assert result.exit_code == 2 and result.stderr.startswith("scopeflow: ") and result.stderr.count("\n") == 1


# -- diff ---------------------------------------------------------------------------
def test_diff(tmp_path: Path) -> None:
    nan = float("nan")
    a = bundle(
        tmp_path / "a", gone=[1.0], shape=[1.0, 2.0], kind=[1.0], one=[1.0, 2.0, nan], same=[nan, 1.0], text=np.array([b"x", b"y"], object)
    )
    b = bundle(tmp_path / "b", new=[1.0], shape=[1.0], kind=[1], one=[1.0, 4.5, nan], same=[nan, 1.0], text=np.array([b"x", b"z"], object))
    text = command("diff", a, b, status=1)
    assert text.splitlines() == [
        "- gone [1] float64",
        "+ new [1] float64",
        "! kind [1] float64 -> [1] int64",
        "! shape [2] float64 -> [1] float64",
        "~ one [3] float64: 1 of 3 elements, at most by 2.5 at [1]",
        "~ text [2] string: 1 of 2 elements",
        "1 removed, 1 added, 2 reshaped, 2 changed, 1 the same",
    ]
    report = json.loads(command("diff", a, b, "--json", status=1))
    assert report["changed"][0] == {
        "name": "one", "dtype": "float64", "shape": [3], "elements": 1, "of": 3, "largest": 2.5, "at": [1],
    }  # fmt: skip
    assert json.loads(command("diff", a, b, "--json", "--names-only", status=1))["changed"] == []
    assert "0 changed, 7 the same" in command("diff", a, a).replace("6 the same", "7 the same")
    assert "1 changed" in command("diff", a, b, "--tolerance", 2.5, status=1)


@pytest.mark.parametrize(
    "a, b, elements, largest",
    [
        (np.array([-(2**63), 5]), np.array([2**63 - 1, 5]), 1, 2.0**64),
        (np.array([0, 255], np.uint8), np.array([255, 255], np.uint8), 1, 255.0),
        (np.array([True, False]), np.array([False, False]), 1, 1.0),
        (np.array([1 + 1j]), np.array([1 - 2j]), 1, 3.0),
        (np.array([1.0], ml_dtypes.bfloat16), np.array([2.0], ml_dtypes.bfloat16), 1, 1.0),
        (np.array([np.inf, 1.0]), np.array([np.inf, np.nan]), 1, None),
        (np.array([np.inf]), np.array([-np.inf]), 1, np.inf),
        (np.array([], np.float32), np.array([], np.float32), 0, None),
        (np.array(1.0), np.array(3.0), 1, 2.0),
    ],
)
def test_differences_of_values(a: np.ndarray, b: np.ndarray, elements: int, largest: Any) -> None:
    found = checkpoint_diff.compare(a, b)
    assert (0, None) == (elements, largest) if found is None else (found.elements, found.largest) == (elements, largest)
    assert checkpoint_diff.compare(a, a) is None


# -- convert ------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["tf", "tf-v1", "safetensors", "npz", "orbax"])
def test_there_and_back(trained: str, tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"out.{kind}"
    command("convert", trained, out, "--to", kind)
    assert same(read(out), read(trained))
    command("convert", out, tmp_path / "back")
    assert same(read(tmp_path / "back"), read(trained))
    with tf.Graph().as_default(), tf.Session() as session:
        w = tf.get_variable("layer/w", [3, 2])
        tf.train.Saver([w]).restore(session, str(tmp_path / "back"))
        assert session.run(w).tolist() == read(trained)["layer/w"].tolist()


@pytest.mark.parametrize("kind", ["tf", "tf-v1", "safetensors", "npz", "orbax"])
def test_every_type_that_a_kind_can_hold(tmp_path: Path, kind: str) -> None:
    """The recorded checkpoint with every type: what a kind cannot hold is named, the rest comes back equal."""
    source = str(GOLDEN / "types")
    out = tmp_path / f"x.{kind}"
    result = CliRunner().invoke(app, ["convert", source, str(out), "--to", kind])
    with opened(source) as file:
        wrong = [n for n, info in file.tensors.items() if tensor_files.unfit(kind, info)]
    if wrong:
        assert result.exit_code == 2 and all(f"  {n} (" in result.stderr for n in wrong)
        result = CliRunner().invoke(app, ["convert", source, str(out), "--to", kind, *(x for n in wrong for x in ("--exclude", n))])
    assert result.exit_code == 0, result.output
    expected = {n: v for n, v in read(source).items() if n not in wrong}
    if kind == "npz":
        expected["bfloat16"] = expected["bfloat16"].astype(np.float32)
    assert same(read(out), expected)


def test_strings_that_npz_would_cut_are_refused(tmp_path: Path) -> None:
    path = bundle(tmp_path / "a", s=np.array([b"x\0"], object))
    result = CliRunner().invoke(app, ["convert", path, str(tmp_path / "a.npz")])
    assert result.exit_code == 2 and "s has strings that end in a zero byte" in result.stderr
    assert not (tmp_path / "a.npz").exists()


def test_rename_include_exclude(trained: str, tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    text = command(
        "convert", trained, out, "--rename", "^layer/=>net/", "--rename", r"/(\w)$=>/the_\1", "--exclude", "*/Adam*", "--exclude", "beta*"
    )
    assert "layer/w -> net/the_w [3, 2] float32" in text and "3 tensors" in text and "6 left out" in text
    assert sorted(read(out)) == ["b", "global_step", "net/the_w"]
    report = json.loads(command("convert", trained, tmp_path / "o2", "--include", "layer", "--json", "--dry-run"))
    assert [r["to"] for r in report["tensors"]] == ["layer/w", "layer/w/Adam", "layer/w/Adam_1"]
    assert report["dry_run"] and not (tmp_path / "o2.index").exists()


@pytest.mark.parametrize(
    "options, text",
    [
        (["--rename", "^.*$=>x"], "tensors would get the same name:\n  x <- b, b/Adam"),
        (["--rename", "b"], "expected 'regex=>replacement'"),
        (["--rename", "(=>x"], "--rename '(=>x'"),
        (["--rename", r"b=>\7"], "invalid group reference"),
        (["--rename", "^b$=>"], "leaves b without a name"),
        (["--include", "nowhere"], "no tensor is left"),
        (["--to", "pickle"], "'pickle' is none of"),
    ],
)
def test_what_convert_refuses(trained: str, tmp_path: Path, options: list[str], text: str) -> None:
    result = CliRunner().invoke(app, ["convert", trained, str(tmp_path / "out"), *options])
    assert result.exit_code == 2 and text in result.output + result.stderr
    assert not (tmp_path / "out.index").exists()


def test_nothing_is_replaced_unasked(trained: str, tmp_path: Path) -> None:
    for name in ("o", "o.npz", "o.safetensors", "o.orbax"):
        command("convert", trained, tmp_path / name)
        result = CliRunner().invoke(app, ["convert", trained, str(tmp_path / name)])
        assert result.exit_code == 2 and "exists already; --force replaces it" in result.stderr
        command("convert", trained, tmp_path / name, "--force", "--exclude", "b")
        assert "b" not in read(tmp_path / name)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, trained: str, tmp_path: Path) -> None:
    for module in ("safetensors", "safetensors.numpy", "orbax.checkpoint"):
        monkeypatch.setitem(sys.modules, module, None)
    for name, library in (("o.safetensors", "safetensors"), ("o.orbax", "orbax")):
        result = CliRunner().invoke(app, ["convert", trained, str(tmp_path / name)])
        assert result.exit_code == 2
        assert result.stderr == f"scopeflow: {library} is not installed: pip install 'scopeflow[export]'\n"


def test_nested_orbax_trees_have_names_with_slashes(tmp_path: Path) -> None:
    import orbax.checkpoint as orbax

    with orbax.PyTreeCheckpointer() as checkpointer:
        tree = {"params": {"dense": {"kernel": np.ones([2, 2], np.float32)}}, "steps": [np.array([1], np.int64), np.array([2], np.int64)]}
        checkpointer.save(str(tmp_path / "tree"), tree)
    found = read(tmp_path / "tree")
    assert sorted(found) == ["params/dense/kernel", "steps/0", "steps/1"] and found["steps/1"].dtype == np.int64


def test_damaged_files_of_other_kinds(tmp_path: Path) -> None:
    for name in ("a.npz", "a.safetensors"):
        (tmp_path / name).write_bytes(b"PK\3\4 nonsense")
        with pytest.raises((FormatError, ToolError)), opened(str(tmp_path / name)):
            pass


def test_plan_keeps_the_order() -> None:
    assert checkpoint_convert.plan(["b", "a"], ["a=>c"]) == [("b", "b"), ("a", "c")]


# -- verify -------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["types", "slices", "shards", "old", "oldshards-?????-of-00002", "model.ckpt", ""])
def test_verify_of_what_is_sound(name: str) -> None:
    assert "all sound" in command("verify", GOLDEN / name)
    assert json.loads(command("verify", GOLDEN / name, "--json"))["problems"] == []


def test_verify_names_every_problem(tmp_path: Path) -> None:
    path = bundle(tmp_path / "a", x=np.arange(4.0), y=np.arange(4.0), z=np.arange(4.0))
    data = tmp_path / "a.data-00000-of-00001"
    content = bytearray(data.read_bytes())
    content[3] ^= 4
    content[70] ^= 4
    data.write_bytes(content + b"more")
    report = json.loads(command("verify", path, "--json", status=1))
    assert [p["tensor"] for p in report["problems"]] == ["x", "z"]
    assert report["notes"] == [f"{data}: 4 bytes at the end are no tensor's"]
    data.write_bytes(content[:-5])
    assert "Read less bytes than requested" in command("verify", path, status=1)
    (tmp_path / "a.index").write_bytes(b"")
    assert "too short" in command("verify", path, status=1)


def test_verify_finds_shared_bytes_and_lost_slices(tmp_path: Path) -> None:
    from scopeflow.formats.bundle_writer import publish
    from scopeflow.formats.tensor_slice import TensorSlice

    out = BundleWriter(str(tmp_path / "a"))
    out.add("x", np.arange(4.0))
    out.add("y", np.arange(4.0))
    out.add_slice("p", [4], TensorSlice.parse("0,2"), np.arange(2.0))
    out.add_slice("p", [4], TensorSlice.parse("2,2"), np.arange(2.0))
    out._entries[b"y"].CopyFrom(out._entries[b"x"])
    del out._entries[b"p"].slices[1]
    out._file.close()
    publish(str(tmp_path / "a"), [out._data], out._entries)
    text = command("verify", tmp_path / "a", status=1)
    assert "tensors x and y share the bytes 0 to 32" in text
    assert "the slices of tensor p do not make up the whole [4]" in text and "belongs to no tensor" in text


def test_as_a_command(trained: str) -> None:
    done = subprocess.run([sys.executable, "-m", "scopeflow", "verify", trained], capture_output=True, text=True)
    assert done.returncode == 0 and "9 tensors, 2 files" in done.stdout, done.stderr


def test_checkpoints_of_objects(tmp_path: Path) -> None:
    """`vars` shows them by attributes, `convert` writes them under the names of variables, which a Saver restores."""
    objects = GOLDEN.parent / "object_checkpoints" / "layers-2"
    shown = command("vars", objects)
    assert "kernel [3, 2] float32" in shown and "optimizer.m [3, 2] float32  24 B  (optimizer.m of model/kernel)" in shown
    assert ".ATTRIBUTES" not in shown and "_CHECKPOINTABLE" not in shown
    command("convert", objects, tmp_path / "named")
    names = [n for n, _ in tf.train.list_variables(str(tmp_path / "named"))]
    assert "dense/kernel" in names and "dense/kernel/Adam_1" in names and "beta1_power" in names
    assert "18 the same" not in command("diff", objects, objects) and "17 the same" in command("diff", objects, objects)
    assert "17 the same" in command("diff", objects, tmp_path / "named")
    cells = command("vars", GOLDEN.parent / "object_checkpoints" / "cells-2")
    assert "gates/" in cells
