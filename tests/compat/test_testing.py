"""tf.test.TestCase, as test programs of 2017 use it."""

from __future__ import annotations

import unittest

import numpy as np
import pytest

import scopeflow as tf


class Cases(tf.test.TestCase):
    def test_arrays(self) -> None:
        self.assertAllEqual([1, 2], np.array([1, 2]))
        self.assertAllClose([1.0, 2.0], [1.0, 2.0 + 1e-7])
        self.assertAllClose({"a": [1.0], "b": (2.0, [3.0, 4.0])}, {"a": [1.0], "b": (2.0, [3.0, 4.0])})
        self.assertAllEqual(["a"], np.array([b"a"], object))
        self.assertNear(1.0, 1.01, 0.1)
        self.assertArrayNear([1.0], [1.01], 0.1)
        self.assertNotAllClose([1.0], [2.0])
        with self.assertRaises(AssertionError):
            self.assertAllClose([1.0], [1.1])
        with self.assertRaises(AssertionError):
            self.assertAllEqual([1, 2], [1, 2, 3])
        self.assertAllCloseAccordingToType(np.float16([1.0]), np.float16([1.0009]))
        self.assertAllInRange([1, 2], 1, 2)

    def test_sessions(self) -> None:
        x = tf.constant([1.0, 2.0]) * 2.0
        with self.test_session() as sess:
            self.assertAllEqual(sess.run(x), [2.0, 4.0])
            self.assertAllEqual(x.eval(), [2.0, 4.0])
            self.assertAllClose(x, [2.0, 4.0])
        with self.session() as sess:
            self.assertAllEqual(sess.run(x), [2.0, 4.0])
        self.assertAllEqual(self.evaluate(x), [2.0, 4.0])
        self.assertShapeEqual(np.zeros(2), x)
        self.assertDTypeEqual(x, tf.float32)

    def test_each_test_has_a_fresh_graph_and_seed(self) -> None:
        self.assertEqual(tf.get_default_graph().get_operations(), [])
        self.assertEqual(tf.get_default_graph().seed, 87654321)

    def test_errors(self) -> None:
        with self.assertRaisesOpError("broken"):
            raise tf.errors.InternalError(None, None, "it is broken")
        with self.assertRaisesWithPredicateMatch(ValueError, lambda e: "x" in str(e)):
            raise ValueError("x")

    def test_protos(self) -> None:
        self.assertProtoEquals("allow_soft_placement: true", tf.ConfigProto(allow_soft_placement=True))


@pytest.mark.parametrize("name", [n for n in dir(Cases) if n.startswith("test_") and n != "test_session"])
def test_cases(name: str) -> None:
    result = unittest.TestResult()
    Cases(name).run(result)
    assert result.testsRun == 1
    assert not result.failures + result.errors, (result.failures + result.errors)[0][1]


# the class is run through unittest above: pytest must not take it for its own
Cases.__test__ = False


def test_devices() -> None:
    assert tf.test.is_gpu_available() == bool(tf.test.gpu_device_name())
    assert tf.test.is_built_with_cuda() in (True, False)
