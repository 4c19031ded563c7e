"""tf.test: what test programs ask about devices, and their TestCase."""

from __future__ import annotations

import contextlib
import os
import random
import re
import tempfile
import threading
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
from absl.testing import absltest

from ..graph import dtypes
from ..graph.default_graph import get_default_graph
from ..graph.errors import OpError
from ..graph.public import TABLE, public

_temp_dir: str | None = None


def _gpus() -> list[Any]:
    import jax

    return [d for d in jax.devices() if d.platform in ("gpu", "cuda", "rocm")]


@public("test.is_gpu_available")
def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: Any = None) -> bool:
    """Whether JAX has a GPU."""
    return bool(_gpus())


@public("test.gpu_device_name")
def gpu_device_name() -> str:
    """The name of the first GPU; empty if there is none."""
    return "/device:GPU:0" if _gpus() else ""


@public("test.is_built_with_cuda")
def is_built_with_cuda() -> bool:
    """Whether JAX can use a GPU of NVIDIA's here."""
    return any("cuda" in str(getattr(d.client, "platform_version", "")).lower() for d in _gpus())


@public("test.is_built_with_gpu_support")
def is_built_with_gpu_support() -> bool:
    """Whether JAX can use a GPU here."""
    return bool(_gpus())


@public("test.is_built_with_rocm")
def is_built_with_rocm() -> bool:
    """Whether JAX can use a GPU of AMD's here."""
    return any("rocm" in str(getattr(d.client, "platform_version", "")).lower() for d in _gpus())


@public("test.get_temp_dir")
def get_temp_dir() -> str:
    """A folder for this process's tests."""
    global _temp_dir
    if _temp_dir is None:
        _temp_dir = tempfile.mkdtemp(prefix="scopeflow-test-")
    return _temp_dir


@public("test.main")
def main(argv: Any = None) -> NoReturn:
    """Runs the test cases of the program."""
    absltest.main(argv=argv)


class _CheckedThread:
    """A thread that a test case watches."""

    def __init__(self, test: TestCase, target: Any, args: Any, kwargs: Any):
        self._test, self._error, self._joined = test, None, False
        self._target, self._args, self._kwargs = target, args or (), kwargs or {}
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self._target(*self._args, **self._kwargs)
        except Exception as error:  # told to the test when it joins
            self._error = error

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Waits for the end, and fails the test if it was an error."""
        self._joined = True
        self._thread.join()
        if self._error is not None:
            self._test.fail(f"Error in checkedThread: {self._error}")

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def check_termination(self) -> None:
        """Fails the test if the thread still runs, or was not joined."""
        if self._joined:
            if self.is_alive():
                self._test.fail("Thread was not joined with main thread, and is still running when the test finished.")
        else:
            self._test.fail("A checked thread was not joined.")


class _CapturedWrites:
    """What was written while writes were captured."""

    def __init__(self, path: str):
        self._path = path

    def contents(self) -> str:
        """The text so far."""
        with open(self._path) as f:
            return f.read()


def _placed(session: Any, use_gpu: bool, force_gpu: bool) -> Any:
    """The device of the ops that are made under a test's session: the CPU, unless the test may use a GPU or must."""
    if use_gpu and not force_gpu:
        return contextlib.nullcontext()
    return session.graph.device(gpu_device_name() if force_gpu else "/device:CPU:0")


@public("test.TestCase")
class TestCase(absltest.TestCase):
    """A test case with a fresh graph for each test, and assertions about arrays and tensors."""

    #: the session of `cached_session`; there may be a `setUp` that does not call this class's
    _session: Any = None

    def setUp(self) -> None:
        super().setUp()
        random.seed(87654321)
        np.random.seed(87654321)
        TABLE["reset_default_graph"]()
        get_default_graph().seed = 87654321
        self._session = None
        self._threads: list[Any] = []

    def tearDown(self) -> None:
        for thread in getattr(self, "_threads", ()):
            thread.check_termination()
        if self._session is not None:
            self._session.close()
        super().tearDown()

    def get_temp_dir(self) -> str:
        return tempfile.mkdtemp(dir=get_temp_dir())

    # -- sessions -----------------------------------------------------------
    @contextlib.contextmanager
    def session(self, graph: Any = None, config: Any = None, use_gpu: bool = False, force_gpu: bool = False) -> Iterator[Any]:
        """A session as the default, closed at the end."""
        with TABLE["Session"](graph=graph, config=config) as session, _placed(session, use_gpu, force_gpu):
            yield session

    @contextlib.contextmanager
    def cached_session(self, graph: Any = None, config: Any = None, use_gpu: bool = False, force_gpu: bool = False) -> Iterator[Any]:
        """The one session of this test as the default."""
        if self._session is None:
            self._session = TABLE["Session"](graph=graph, config=config)
        with self._session.graph.as_default(), self._session.as_default(), _placed(self._session, use_gpu, force_gpu):
            yield self._session

    @contextlib.contextmanager
    def test_session(self, graph: Any = None, config: Any = None, use_gpu: bool = False, force_gpu: bool = False) -> Iterator[Any]:
        """`cached_session`, or `session` if a graph is given."""
        made = self.cached_session if graph is None else self.session
        with made(graph, config, use_gpu, force_gpu) as session:
            yield session

    def evaluate(self, tensors: Any) -> Any:
        """The values of tensors in the session of this test."""
        session = TABLE["get_default_session"]() or self._session
        if session is None:
            with self.cached_session() as session:
                return session.run(tensors)
        return session.run(tensors)

    def _array(self, a: Any) -> Any:
        if hasattr(a, "op") or (hasattr(a, "dtype") and hasattr(a, "graph")):
            a = self.evaluate(a)
        return a if isinstance(a, np.ndarray) else np.array(a)

    def checkedThread(self, target: Any, args: Any = None, kwargs: Any = None) -> _CheckedThread:
        """A thread whose errors fail the test, which must join it."""
        thread = _CheckedThread(self, target, args, kwargs)
        self._threads.append(thread)
        return thread

    @contextlib.contextmanager
    def captureWritesToStream(self, stream: Any) -> Iterator[_CapturedWrites]:
        """What is written to a stream that is a file, such as `sys.stderr`, goes to an object with `contents()`."""
        descriptor = stream.fileno()
        saved = os.dup(descriptor)
        with tempfile.NamedTemporaryFile(delete=False) as captured:
            stream.flush()
            os.dup2(captured.fileno(), descriptor)
            try:
                yield _CapturedWrites(captured.name)
            finally:
                stream.flush()
                os.dup2(saved, descriptor)
                os.close(saved)
        os.unlink(captured.name)

    # -- assertions about values ----------------------------------------------
    def assertAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        a, b = self._array(a), self._array(b)
        self.assertEqual(a.shape, b.shape, f"Shape mismatch: expected {a.shape}, got {b.shape}. {msg or ''}")
        as_bytes = lambda x: np.array([v.encode() if isinstance(v, str) else v for v in x.ravel().tolist()], object)  # noqa: E731
        if a.dtype.kind in "OSU" or b.dtype.kind in "OSU":
            a, b = as_bytes(a), as_bytes(b)
        np.testing.assert_array_equal(a, b, msg or "")

    def assertAllClose(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None) -> None:
        if hasattr(a, "_asdict"):
            a = a._asdict()
        if hasattr(b, "_asdict"):
            b = b._asdict()
        if isinstance(a, dict):
            self.assertIsInstance(b, dict, msg)
            self.assertCountEqual(a.keys(), b.keys(), msg)
            for k in a:
                self.assertAllClose(a[k], b[k], rtol, atol, f"{msg or ''} at {k!r}")
            return
        if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
            try:
                whole = np.array([np.shape(self._array(x)) for x in a]).ndim and np.array(a).dtype != object
            except ValueError:
                whole = False
            if not whole:
                self.assertEqual(len(a), len(b), msg)
                for i, (x, y) in enumerate(zip(a, b)):
                    self.assertAllClose(x, y, rtol, atol, f"{msg or ''} at {i}")
                return
        a, b = self._array(a), self._array(b)
        self.assertEqual(a.shape, b.shape, f"Shape mismatch: expected {a.shape}, got {b.shape}. {msg or ''}")
        if a.dtype.name == "bfloat16" or b.dtype.name == "bfloat16":
            a, b = a.astype(np.float32), b.astype(np.float32)
        np.testing.assert_allclose(a, b, rtol, atol, err_msg=msg or "")

    def assertAllCloseAccordingToType(
        self,
        a: Any,
        b: Any,
        rtol: float = 1e-6,
        atol: float = 1e-6,
        float_rtol: float = 1e-6,
        float_atol: float = 1e-6,
        half_rtol: float = 1e-3,
        half_atol: float = 1e-3,
        bfloat16_rtol: float = 1e-2,
        bfloat16_atol: float = 1e-2,
        msg: str | None = None,
    ) -> None:
        a, b = self._array(a), self._array(b)
        for kinds, r, t in (
            (("float32", "complex64"), float_rtol, float_atol),
            (("float16",), half_rtol, half_atol),
            (("bfloat16",), bfloat16_rtol, bfloat16_atol),
        ):
            if a.dtype.name in kinds or b.dtype.name in kinds:
                rtol, atol = max(rtol, r), max(atol, t)
        self.assertAllClose(a, b, rtol, atol, msg)

    def assertNotAllClose(self, a: Any, b: Any, **kwargs: Any) -> None:
        try:
            self.assertAllClose(a, b, **kwargs)
        except AssertionError:
            return
        raise AssertionError("The two values are close at all elements")

    def assertNotAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        try:
            self.assertAllEqual(a, b)
        except AssertionError:
            return
        raise AssertionError(msg or "The two values are equal at all elements")

    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:
        self.assertGreater(np.min(self._array(a)), comparison_target)

    def assertAllLess(self, a: Any, comparison_target: Any) -> None:
        self.assertLess(np.max(self._array(a)), comparison_target)

    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:
        self.assertGreaterEqual(np.min(self._array(a)), comparison_target)

    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:
        self.assertLessEqual(np.max(self._array(a)), comparison_target)

    def assertAllInSet(self, target: Any, expected_set: Any) -> None:
        self.assertLessEqual(set(self._array(target).ravel().tolist()), set(expected_set))

    def assertAllInRange(
        self, target: Any, lower_bound: Any, upper_bound: Any, open_lower_bound: bool = False, open_upper_bound: bool = False
    ) -> None:
        target = self._array(target)
        low = target > lower_bound if open_lower_bound else target >= lower_bound
        high = target < upper_bound if open_upper_bound else target <= upper_bound
        self.assertTrue(bool(np.all(low & high)), f"{target} is not all between {lower_bound} and {upper_bound}")

    def assertNear(self, f1: Any, f2: Any, err: float, msg: str | None = None) -> None:
        self.assertTrue(f1 == f2 or abs(f1 - f2) <= err, f"{f1!r} != {f2!r} +/- {err!r} {msg or ''}")

    def assertArrayNear(self, farray1: Any, farray2: Any, err: float, msg: str | None = None) -> None:
        self.assertEqual(len(farray1), len(farray2), msg)
        for f1, f2 in zip(farray1, farray2):
            self.assertNear(float(f1), float(f2), err, msg)

    def assertNDArrayNear(self, ndarray1: Any, ndarray2: Any, err: float, msg: str | None = None) -> None:
        self.assertLess(float(np.linalg.norm(np.asarray(ndarray1) - np.asarray(ndarray2))), err, msg)

    # -- assertions about graphs, types and errors ------------------------------
    def assertShapeEqual(self, np_array: Any, tf_tensor: Any, msg: str | None = None) -> None:
        self.assertAllEqual(np_array.shape, tf_tensor.get_shape().as_list(), msg)

    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:
        target = target if hasattr(target, "dtype") else self._array(target)
        self.assertEqual(dtypes.as_dtype(target.dtype), dtypes.as_dtype(expected_dtype))

    def assertDeviceEqual(self, device1: Any, device2: Any, msg: str | None = None) -> None:
        canonical = TABLE["DeviceSpec"].from_string
        self.assertEqual(canonical(str(device1 or "")).to_string(), canonical(str(device2 or "")).to_string(), msg)

    def assertProtoEquals(self, expected_message_maybe_ascii: Any, message: Any, msg: str | None = None) -> None:
        expected = expected_message_maybe_ascii
        if isinstance(expected, (str, bytes)):
            from google.protobuf import text_format

            expected = text_format.Parse(expected, type(message)())
        self.assertEqual(expected, message, msg)

    def assertProtoEqualsVersion(
        self, expected: Any, actual: Any, producer: int = 134, min_consumer: int = 0, msg: str | None = None
    ) -> None:
        self.assertProtoEquals(f"versions {{ producer: {producer} min_consumer: {min_consumer} }};\n{expected}", actual, msg)

    def assertStartsWith(self, actual: str, expected_start: str, msg: str | None = None) -> None:
        if not actual.startswith(expected_start):
            raise AssertionError(msg or f"{actual!r} does not start with {expected_start!r}")

    @contextlib.contextmanager
    def assertRaisesWithPredicateMatch(self, exception_type: Any, expected_err_re_or_predicate: Any) -> Iterator[None]:
        try:
            yield
        except exception_type as error:
            text = str(error) + "".join(f"\nCaused by op: {x.name}" for x in [getattr(error, "op", None)] if x is not None)
            predicate = expected_err_re_or_predicate
            if not (predicate(error) if callable(predicate) else re.search(predicate, text)):
                raise AssertionError(f"Exception of type {type(error)}: {error} does not match {predicate!r}") from error
            return
        self.fail(f"{getattr(exception_type, '__name__', exception_type)} not raised")

    def assertRaisesOpError(self, expected_err_re_or_predicate: Any) -> Any:
        return self.assertRaisesWithPredicateMatch(OpError, expected_err_re_or_predicate)
