"""tensorflow.python.framework.test_util: the decorators that test programs put on their tests."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from ..graph.default_graph import get_default_graph
from ..graph.public import TABLE, export, public
from .testing import TestCase, gpu_device_name, is_gpu_available

_MODULE = "python.framework.test_util."
export(TestCase, _MODULE + "TensorFlowTestCase")
export(is_gpu_available, _MODULE + "is_gpu_available")
export(gpu_device_name, _MODULE + "gpu_device_name")

Test = Callable[..., Any]


def _unchanged(func: Test | None = None, *unused: Any, **unused_options: Any) -> Any:
    """The test as it is, for `@decorator` and for `@decorator(...)`."""
    return func if func is not None else (lambda f: f)


for _name in (
    "run_deprecated_v1",
    "run_v1_only",
    "deprecated_graph_mode_only",
    "disable_xla",
    "no_xla_auto_jit",
    "disable_control_flow_v2",
    "enable_control_flow_v2",
    "with_control_flow_v2",
    "with_c_shapes",
    "enable_c_shapes",
    "assert_no_garbage_created",
    "assert_no_new_tensors",
    "assert_no_new_pyobjects_executing_eagerly",
    "enable_output_all_intermediates",
    "xla_allow_fallback",
    "also_run_as_tf_function",
    "build_as_function_and_v1_graph",
):
    export(_unchanged, _MODULE + _name)


def _skipped(reason: str) -> Callable[[Test], Test]:
    def decorate(func: Test) -> Test:
        @functools.wraps(func)
        def skip(self: Any, *args: Any, **kwargs: Any) -> None:
            self.skipTest(reason)

        return skip

    return decorate


@public(_MODULE + "run_v2_only")
def run_v2_only(func: Test | None = None) -> Any:
    """Skips the test: this is TensorFlow 1."""
    decorate = _skipped("Test is only compatible with v2")
    return decorate if func is None else decorate(func)


@public(_MODULE + "run_gpu_only", _MODULE + "run_cuda_only")
def run_gpu_only(func: Test | None = None) -> Any:
    """Skips the test if there is no GPU."""

    def decorate(test: Test) -> Test:
        return test if is_gpu_available() else _skipped("Test requires GPU")(test)

    return decorate if func is None else decorate(func)


@public(_MODULE + "skip_if")
def skip_if(condition: Any) -> Callable[[Test], Test]:
    """Passes over the test if a value, or what a function gives, is true."""

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        def maybe(self: Any, *args: Any, **kwargs: Any) -> Any:
            holds = condition() if callable(condition) else condition
            return None if holds else test(self, *args, **kwargs)

        return maybe

    return decorate


@public(_MODULE + "run_in_graph_and_eager_modes", "contrib.eager.run_test_in_graph_and_eager_modes")
def run_in_graph_and_eager_modes(
    func: Test | None = None,
    config: Any = None,
    use_gpu: bool = True,
    reset_test: bool = True,
    assert_no_eager_garbage: bool = False,
) -> Any:
    """Runs the test with a graph and its session; scopeflow has no eager mode."""

    def decorate(test: Test) -> Test:
        if inspect.isclass(test):
            raise ValueError(
                "`run_in_graph_and_eager_modes` only supports test methods. Did you mean to use `run_all_in_graph_and_eager_modes`?"
            )

        @functools.wraps(test)
        def with_session(self: Any, *args: Any, **kwargs: Any) -> None:
            with self.test_session(use_gpu=use_gpu, config=config):
                test(self, *args, **kwargs)

        return with_session

    return decorate if func is None else decorate(func)


@public(_MODULE + "for_all_test_methods")
def for_all_test_methods(decorator: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[[type], type]:
    """Decorates all of a class's tests."""

    def decorate(cls: type) -> type:
        for name in dir(cls):
            value = getattr(cls, name)
            if callable(value) and name.startswith("test") and name != "test_session":
                setattr(cls, name, decorator(*args, **kwargs)(value))
        return cls

    return decorate


@public(_MODULE + "run_all_in_graph_and_eager_modes", "contrib.eager.run_all_tests_in_graph_and_eager_modes")
def run_all_in_graph_and_eager_modes(cls: type) -> type:
    """`run_in_graph_and_eager_modes` for all of a class's tests."""
    return for_all_test_methods(run_in_graph_and_eager_modes)(cls)


@public(_MODULE + "device")
@contextlib.contextmanager
def device(use_gpu: bool) -> Iterator[None]:
    """The first GPU, if there is one and it is wanted; else the CPU."""
    name = gpu_device_name() if use_gpu and is_gpu_available() else "/device:CPU:0"
    with get_default_graph().device(name):
        yield


@public(_MODULE + "use_gpu")
@contextlib.contextmanager
def use_gpu() -> Iterator[None]:
    """The first GPU if there is one."""
    with device(use_gpu=True):
        yield


@public(_MODULE + "force_gpu")
@contextlib.contextmanager
def force_gpu() -> Iterator[None]:
    """The first GPU."""
    with get_default_graph().device("/device:GPU:0"):
        yield


@public(_MODULE + "force_cpu")
@contextlib.contextmanager
def force_cpu() -> Iterator[None]:
    """The CPU."""
    with get_default_graph().device("/device:CPU:0"):
        yield


@public(_MODULE + "assert_ops_in_graph")
def assert_ops_in_graph(expected_ops: dict[str, str], graph: Any) -> dict[str, Any]:
    """The nodes by name, of which those of `expected_ops` must be there with these types. Raises ValueError."""
    found = {op.name: op.node_def for op in graph.get_operations() if op.name in expected_ops}
    for name, op_type in expected_ops.items():
        if name not in found:
            raise ValueError(f"Not all expected ops are present. Expected {list(expected_ops)}, found {list(found)}")
        if found[name].op != op_type:
            raise ValueError(f"Expected op for node {name} is different. {op_type} vs {found[name].op}")
    return found


@public(_MODULE + "assert_equal_graph_def", _MODULE + "assert_equal_graph_def_v1")
def assert_equal_graph_def(actual: Any, expected: Any, checkpoint_v2: bool = False) -> None:
    """Raises AssertionError unless two graphs have the same nodes, in whatever order."""
    nodes = [{n.name: n for n in g.node} for g in (actual, expected)]
    if set(nodes[0]) != set(nodes[1]):
        raise AssertionError(f"Nodes that only one graph has: {sorted(set(nodes[0]) ^ set(nodes[1]))}")
    for name, node in nodes[0].items():
        if node != nodes[1][name]:
            raise AssertionError(f"Node {name} differs:\n{node}\n{nodes[1][name]}")


def _transposed(shape: Any, order: tuple[int, ...]) -> Any:
    if isinstance(shape, (list, tuple)):
        return [shape[i] for i in order]
    return TABLE["transpose"](shape, list(order))


@public(_MODULE + "NHWCToNCHW")
def NHWCToNCHW(input_tensor: Any) -> Any:
    """A shape or tensor with the channels moved to the second place; rank 4 or 5."""
    rank = len(input_tensor) if isinstance(input_tensor, (list, tuple)) else input_tensor.shape.ndims
    return _transposed(input_tensor, {4: (0, 3, 1, 2), 5: (0, 4, 1, 2, 3)}[rank])


@public(_MODULE + "NCHWToNHWC")
def NCHWToNHWC(input_tensor: Any) -> Any:
    """A shape or tensor with the channels moved to the last place; rank 4 or 5."""
    rank = len(input_tensor) if isinstance(input_tensor, (list, tuple)) else input_tensor.shape.ndims
    return _transposed(input_tensor, {4: (0, 2, 3, 1), 5: (0, 2, 3, 4, 1)}[rank])
