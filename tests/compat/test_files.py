"""tf.gfile and tf.io.gfile: what TensorFlow 1.15.5 does on local files."""

from __future__ import annotations

from pathlib import Path

import pytest

import scopeflow as tf


def test_write_and_read(tmp_path: Path) -> None:
    path = str(tmp_path / "w")
    with tf.gfile.GFile(path, "w") as f:
        f.write("ab\ncd\n")
        f.write(b"x")
    f = tf.gfile.GFile(path)
    assert [f.size(), f.readline(), f.tell(), f.read(1), f.read(), f.read(), f.readline()] == [7, "ab\n", 3, "c", "d\nx", "", ""]
    f.seek(0)
    assert list(f) == ["ab\n", "cd\n", "x"]
    f.seek(offset=2)
    assert f.readlines() == ["\n", "cd\n", "x"]
    assert (f.name, f.mode, f.seekable()) == (path, "r", True)
    assert tf.gfile.Open(path, "rb").read() == b"ab\ncd\nx"
    with tf.gfile.FastGFile(path, "a") as f:
        f.write("é")
    assert tf.io.gfile.GFile(path).read() == "ab\ncd\nxé"


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda d: tf.gfile.GFile(d + "/nope").read(), "NotFoundError", "{d}/nope; No such file or directory"),
        (lambda d: tf.gfile.ListDirectory(d + "/nope"), "NotFoundError", "Could not find directory {d}/nope"),
        (lambda d: tf.gfile.Remove(d + "/nope"), "NotFoundError", "{d}/nope; No such file or directory"),
        (lambda d: tf.gfile.Stat(d + "/nope"), "NotFoundError", "{d}/nope; No such file or directory"),
        (lambda d: tf.gfile.DeleteRecursively(d + "/nope"), "NotFoundError", "{d}/nope not found"),
        (lambda d: tf.gfile.Rename(d + "/nope", d + "/new"), "NotFoundError", "{d}/nope; No such file or directory"),
        (lambda d: tf.gfile.Copy(d + "/nope", d + "/new"), "NotFoundError", "{d}/nope; No such file or directory"),
        (lambda d: tf.gfile.Copy(d + "/a", d + "/z"), "AlreadyExistsError", "file already exists"),
        (lambda d: tf.gfile.Rename(d + "/a", d + "/z"), "AlreadyExistsError", "file already exists"),
        (lambda d: tf.gfile.Remove(d + "/b"), "FailedPreconditionError", "{d}/b; Is a directory"),
        (lambda d: tf.gfile.MkDir(d + "/q/r"), "NotFoundError", "{d}/q/r; No such file or directory"),
        (lambda d: tf.gfile.GFile(d + "/a").write("x"), "PermissionDeniedError", "File isn't open for writing"),
        (lambda d: tf.gfile.GFile(d + "/a", "w").read(), "PermissionDeniedError", "File isn't open for reading"),
        (lambda d: tf.gfile.GFile(d + "/a", "q").read(), "InvalidArgumentError", "mode is not 'r' or 'w' or 'a' or 'r+' or 'w+' or 'a+'"),
        (lambda d: tf.gfile.Exists("foo://x"), "UnimplementedError", "File system scheme 'foo' not implemented (file: 'foo://x')"),
    ],
)
def test_errors(tmp_path: Path, call: object, error: str, message: str) -> None:
    for name in ("a", "z"):
        (tmp_path / name).touch()
    (tmp_path / "b").mkdir()
    with pytest.raises(getattr(tf.errors, error)) as caught:
        call(str(tmp_path))
    assert caught.value.message == message.format(d=tmp_path)


def test_folders(tmp_path: Path) -> None:
    d = str(tmp_path)
    tf.gfile.MakeDirs(d + "/b/c")
    tf.gfile.MakeDirs(d + "/b/c")
    tf.gfile.MkDir(d + "/b")
    for name in ("z", "a", ".hidden", "b/f"):
        (tmp_path / name).touch()
    assert tf.gfile.ListDirectory(d) == [".hidden", "a", "b", "z"]
    assert tf.gfile.Glob(d + "/*") == [f"{d}/{n}" for n in (".hidden", "a", "b", "z")]
    assert tf.gfile.Glob([d + "/z", d + "/a"]) == [d + "/z", d + "/a"]
    assert list(tf.gfile.Walk(d)) == [(d, ["b"], [".hidden", "a", "z"]), (d + "/b", ["c"], ["f"]), (d + "/b/c", [], [])]
    assert [row[0] for row in tf.gfile.Walk(d, in_order=False)] == [d + "/b/c", d + "/b", d]
    assert list(tf.gfile.Walk(d + "/nope")) == []
    assert tf.gfile.IsDirectory(d + "/b") and not tf.gfile.IsDirectory(d + "/a") and not tf.gfile.Exists(d + "/nope")
    tf.gfile.Copy(d + "/a", d + "/z", overwrite=True)
    tf.gfile.Rename(d + "/a", d + "/new")
    assert tf.io.gfile.stat(d + "/new").length == 0
    tf.gfile.DeleteRecursively(d + "/b")
    assert tf.io.gfile.listdir(d) == [".hidden", "new", "z"]
