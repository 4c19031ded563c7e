"""`scopeflow run` keeps compiled programs on the disk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jax
import pytest

from scopeflow.compat import compiled_programs
from scopeflow.compat.compiled_programs import keep_compiled_programs, prune

SETTINGS = ("jax_compilation_cache_dir", "jax_persistent_cache_min_compile_time_secs")


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch):
    """JAX's settings, as if nobody had chosen any, and put back."""
    before = {name: getattr(jax.config, name) for name in SETTINGS}
    jax.config.update("jax_compilation_cache_dir", None)
    for name in ("SCOPEFLOW_CACHE", "XDG_CACHE_HOME", "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"):
        monkeypatch.delenv(name, raising=False)
    yield
    for name, value in before.items():
        jax.config.update(name, value)


def test_the_folder_is_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = keep_compiled_programs()
    assert folder is not None and folder.parent == tmp_path / "scopeflow"
    assert folder.stat().st_mode & 0o077 == 0
    assert jax.config.jax_compilation_cache_dir == str(folder)
    assert jax.config.jax_persistent_cache_min_compile_time_secs < 1


def test_what_the_user_has_chosen_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCOPEFLOW_CACHE", "off")
    assert keep_compiled_programs() is None and jax.config.jax_compilation_cache_dir is None
    monkeypatch.setenv("SCOPEFLOW_CACHE", str(tmp_path / "mine"))
    jax.config.update("jax_compilation_cache_dir", str(tmp_path / "of_jax"))
    assert keep_compiled_programs() is None and jax.config.jax_compilation_cache_dir == str(tmp_path / "of_jax")
    jax.config.update("jax_compilation_cache_dir", None)
    monkeypatch.setenv("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "7")
    before = jax.config.jax_persistent_cache_min_compile_time_secs
    folder = keep_compiled_programs()
    assert folder is not None and folder.parent == tmp_path / "mine"
    assert jax.config.jax_persistent_cache_min_compile_time_secs == before


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SCOPEFLOW_CACHE", str(tmp_path / "file"))
    assert keep_compiled_programs() is None and jax.config.jax_compilation_cache_dir is None


def test_processors_have_folders_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCOPEFLOW_CACHE", str(tmp_path))
    one = keep_compiled_programs()
    jax.config.update("jax_compilation_cache_dir", None)
    monkeypatch.setattr(compiled_programs.platform, "machine", lambda: "another")
    assert keep_compiled_programs() != one


def test_the_files_unused_for_longest_go_first(tmp_path: Path) -> None:
    for age, name in enumerate("abcd"):
        (tmp_path / name).write_bytes(b"x" * 10)
        os.utime(tmp_path / name, (1000 - age, 500))
    (tmp_path / "folder").mkdir()
    prune(tmp_path, 25)
    assert sorted(os.listdir(tmp_path)) == ["a", "b", "folder"]
    prune(tmp_path, 20)
    assert len(os.listdir(tmp_path)) == 3


@pytest.mark.slow
def test_a_program_is_compiled_once(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(
        "import tensorflow as tf\n"
        "tf.set_random_seed(1)\n"
        "y = tf.layers.dense(tf.layers.dense(tf.ones([4, 8]), 16, tf.nn.tanh), 1)\n"
        "train = tf.train.AdamOptimizer().minimize(tf.reduce_mean(y ** 2))\n"
        "with tf.Session() as sess:\n"
        "    sess.run(tf.global_variables_initializer())\n"
        "    sess.run(train)\n"
        "    print(sess.run(y).sum())\n"
    )
    environment = {**os.environ, "SCOPEFLOW_CACHE": str(tmp_path / "cache"), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
    environment.pop("JAX_COMPILATION_CACHE_DIR", None)
    seen = []
    for _ in range(2):
        command = [sys.executable, "-m", "scopeflow", "run", str(script)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        files = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "cache").glob("*/*-cache")}
        seen.append((done.stdout, files))
    assert seen[0] == seen[1] and seen[0][1]
