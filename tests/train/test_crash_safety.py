"""A process that is killed while it saves leaves a folder from which the old or the new checkpoint restores."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import scopeflow as tf

#: Saves forever; every variable of save n holds n. Prints n when it is about to save, and when it has.
_SAVER = """
import sys
import numpy as np
import scopeflow as tf
folder, same, sharded, first = sys.argv[1], sys.argv[2] == "same", sys.argv[3] == "sharded", int(sys.argv[4])
with tf.device("/cpu:0"):
    a = tf.get_variable("a", [100000], initializer=tf.zeros_initializer)
with tf.device("/cpu:1"):
    b = tf.get_variable("b", [70000], initializer=tf.zeros_initializer)
value = tf.placeholder(tf.float32, [])
fill = tf.group(a.assign(tf.fill([100000], value)), b.assign(tf.fill([70000], value)))
saver = tf.train.Saver(sharded=sharded, max_to_keep=2)
with tf.Session() as session:
    n = first
    while True:
        session.run(fill, {value: n})
        print("saving", n, flush=True)
        saver.save(session, folder + "/m", None if same else n, write_meta_graph=False)
        print("saved", n, flush=True)
        n += 1
"""


def killed(folder: Path, name: str, sharded: str, first: int, rng: random.Random, saves: int) -> tuple[int, int]:
    """Kills a process after about `saves` saves; gives the numbers of the last save that was begun and the last that was done."""
    command = [sys.executable, "-c", _SAVER, str(folder), name, sharded, str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "JAX_PLATFORMS": "cpu"}) as process:
        seen = {"saving": first - 1, "saved": first - 1}
        try:
            for line in process.stdout:
                if not line.endswith("\n"):  # killed while it wrote this
                    break
                word, number = line.split()
                seen[word] = int(number)
                if word == "saving" and seen[word] - first + 1 == saves:
                    # in the middle of this save, or of one that follows
                    time.sleep(rng.random() * 0.02)
                    process.kill()
        finally:
            process.kill()
    return seen["saving"], seen["saved"]


def restored(folder: Path) -> float:
    """The number that the latest checkpoint of a folder was filled with."""
    with tf.Graph().as_default():
        a, b = tf.get_variable("a", [100000]), tf.get_variable("b", [70000])
        with tf.Session() as session:
            tf.train.Saver().restore(session, tf.train.latest_checkpoint(str(folder)))
            values = {*np.unique(session.run(a)).tolist(), *np.unique(session.run(b)).tolist()}
    assert len(values) == 1, f"a mixture of {values}"
    return values.pop()


def kill_and_restore(folder: Path, kills: int, name: str, sharded: str, seed: int) -> None:
    rng = random.Random(seed)
    last = 0
    for _ in range(kills):
        begun, done = killed(folder, name, sharded, last + 1, rng, rng.choice([1, 2, 3]))
        found = restored(folder) if tf.train.latest_checkpoint(str(folder)) else 0
        assert max(done, last) <= found <= begun, f"the last save that was done is {max(done, last)}, begun {begun}, found {found}"
        last = int(found)


@pytest.mark.parametrize("name, sharded", [("same", "whole"), ("steps", "sharded")])
def test_killed_once(tmp_path: Path, name: str, sharded: str) -> None:
    kill_and_restore(tmp_path, 1, name, sharded, 3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["same", "steps"])
@pytest.mark.parametrize("sharded", ["whole", "sharded"])
def test_killed_often(tmp_path: Path, name: str, sharded: str) -> None:
    kill_and_restore(tmp_path, 50, name, sharded, 7)
