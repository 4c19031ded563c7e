"""tf.logging writes what TensorFlow 1.15.5 writes."""

from __future__ import annotations

import subprocess
import sys

import scopeflow as tf

PROGRAM = """
import scopeflow as tf
print(tf.logging.get_verbosity(), tf.logging.WARN, tf.logging.DEBUG, tf.logging.FATAL)
tf.logging.warn("hello %d", 3); tf.logging.info("no")
tf.logging.set_verbosity("INFO"); tf.logging.info("yes"); tf.logging.error("e")
tf.logging.set_verbosity(tf.logging.DEBUG); tf.logging.debug("d")
tf.logging.log(tf.logging.INFO, "logged %s", "x"); tf.logging.fatal("fatal"); tf.logging.vlog(1, "v"); tf.logging.vlog(10, "debugv")
for i in range(4):
    tf.logging.log_every_n(tf.logging.INFO, "every %d", 2, i)
for i in range(4):
    tf.logging.log_first_n(tf.logging.INFO, "first %d", 2, i)
tf.logging.log_if(tf.logging.INFO, "if %d", True, 1)
tf.logging.TaskLevelStatusMessage("x")
"""
EXPECTED = """WARNING:tensorflow:hello 3
INFO:tensorflow:yes
ERROR:tensorflow:e
DEBUG:tensorflow:d
INFO:tensorflow:logged x
CRITICAL:tensorflow:fatal
DEBUG:tensorflow:debugv
INFO:tensorflow:every 0
INFO:tensorflow:every 2
INFO:tensorflow:first 0
INFO:tensorflow:first 1
INFO:tensorflow:if 1
ERROR:tensorflow:x
"""


def test_messages() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("30 30 10 50\n", EXPECTED)


def test_levels() -> None:
    assert [tf.logging.DEBUG, tf.logging.INFO, tf.logging.WARN, tf.logging.ERROR, tf.logging.FATAL] == [10, 20, 30, 40, 50]
