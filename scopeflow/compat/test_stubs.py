"""tf.test: attributes replaced for a test, and graphs compared."""

from __future__ import annotations

import inspect
import os
from typing import Any

from ..graph.graph_def import GraphDef, make_ndarray
from ..graph.public import public


@public("test.StubOutForTesting")
class StubOutForTesting:
    """Replaces attributes and brings them back: `with StubOutForTesting() as stubs: stubs.Set(module, "name", other)`."""

    def __init__(self) -> None:
        self._set: list[tuple[Any, str, Any]] = []
        self._smart_set: list[tuple[Any, str, Any]] = []

    def __enter__(self) -> StubOutForTesting:
        return self

    def __exit__(self, *error: Any) -> None:
        self.CleanUp()

    def CleanUp(self) -> None:  # noqa: N802
        """Brings back all that was replaced."""
        self.SmartUnsetAll()
        self.UnsetAll()

    def Set(self, parent: Any, child_name: str, new_child: Any) -> None:  # noqa: N802
        """Replaces an attribute that `parent` itself has."""
        old = getattr(parent, child_name)
        own = inspect.getattr_static(parent, child_name)
        self._set.append((parent, child_name, own if isinstance(own, (staticmethod, classmethod)) else old))
        setattr(parent, child_name, new_child)

    def UnsetAll(self) -> None:  # noqa: N802
        """Brings back what `Set` replaced, the last first."""
        while self._set:
            setattr(*self._set.pop())

    def SmartSet(self, obj: Any, attr_name: str, new_attr: Any) -> None:  # noqa: N802
        """Replaces an attribute where it is defined: in the object, or in a class that it comes from. Raises AttributeError."""
        owner = obj
        if not (inspect.ismodule(obj) or (not inspect.isclass(obj) and attr_name in vars(obj))):
            kind = obj if inspect.isclass(obj) else type(obj)
            owner = next((c for c in kind.__mro__ if attr_name in vars(c)), None)
            if owner is None:
                raise AttributeError("Attribute not found.")
        elif not hasattr(obj, attr_name):
            raise AttributeError("Attribute not found.")
        self._smart_set.append((owner, attr_name, inspect.getattr_static(owner, attr_name)))
        setattr(owner, attr_name, new_attr)

    def SmartUnsetAll(self) -> None:  # noqa: N802
        """Brings back what `SmartSet` replaced, the last first."""
        while self._smart_set:
            setattr(*self._smart_set.pop())


@public("test.assert_equal_graph_def")
def assert_equal_graph_def(actual: Any, expected: Any, checkpoint_v2: bool = False, hash_table_shared_name: bool = False) -> None:
    """Raises AssertionError, which says where, if two GraphDefs differ; the order of nodes and control inputs does not matter.

    Args:
      checkpoint_v2: names of temporary checkpoint files may differ.
      hash_table_shared_name: shared names of hash tables may differ.

    Raises:
      TypeError: one is no GraphDef.
    """
    for what, given in (("actual", actual), ("expected", expected)):
        if not isinstance(given, GraphDef):
            raise TypeError(f"Expected tf.GraphDef for {what}, got {type(given).__name__}")
    ours, theirs = ({node.name: node for node in g.node} for g in (actual, expected))
    for name, node in theirs.items():
        if name not in ours:
            raise AssertionError(f"Expected node '{name}' of type {node.op} is not in the graph.")
    for name, node in ours.items():
        if name not in theirs:
            raise AssertionError(f"Node '{name}' of type {node.op} is not expected.")
        _compare(node, theirs[name], checkpoint_v2, hash_table_shared_name)


def _compare(node: Any, wanted: Any, checkpoint_v2: bool, shared_names: bool) -> None:
    for what in ("op", "device"):
        if getattr(node, what) != getattr(wanted, what):
            raise AssertionError(f"Node '{node.name}' has {what} {getattr(node, what)!r}, expected {getattr(wanted, what)!r}.")
    inputs, wanted_inputs = (([i for i in n.input if i[0] != "^"], sorted(i for i in n.input if i[0] == "^")) for n in (node, wanted))
    if inputs != wanted_inputs:
        raise AssertionError(f"Node '{node.name}' has inputs {list(node.input)}, expected {list(wanted.input)}.")
    for key in sorted({*node.attr, *wanted.attr}):
        if shared_names and node.op.startswith(("HashTable", "MutableHashTable")) and key == "shared_name":
            continue
        if key not in node.attr or key not in wanted.attr:
            side = "has the attr" if key in node.attr else "lacks the attr"
            raise AssertionError(f"Node '{node.name}' {side} '{key}', which is {'not ' if key in node.attr else ''}expected.")
        value, other = node.attr[key], wanted.attr[key]
        if value == other or (checkpoint_v2 and key == "value" and _are_temporary(value, other)):
            continue
        raise AssertionError(
            f"Node '{node.name}' has attr '{key}' with value: {_shown(value)} that does not match expected: {_shown(other)}"
        )


def _are_temporary(*values: Any) -> bool:
    return all(v.HasField("tensor") and any(b"_temp_" in s for s in v.tensor.string_val) for v in values)


def _shown(value: Any) -> str:
    if value.HasField("tensor"):
        array = make_ndarray(value.tensor)
        return f"a tensor of shape {list(array.shape)}, {array.tolist()}"
    return " ".join(str(value).split())


@public("test.test_src_dir_path")
def test_src_dir_path(relative_path: str) -> str:
    """The path of a file under Bazel's TEST_SRCDIR. Raises KeyError where no such test runs."""
    return os.path.join(os.environ["TEST_SRCDIR"], "org_tensorflow/tensorflow", relative_path)
