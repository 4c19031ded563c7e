"""Object-based checkpoints under readable names: the ways to objects, or the names of variables, in place of keys."""

from __future__ import annotations

from typing import Any

from ..train.object_graph import OBJECT_GRAPH_KEY, TrackableObjectGraph
from .tensor_files import Info, TensorFile

_VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
_ATTRIBUTE = "/.ATTRIBUTES/"
_SLOT = "/.OPTIMIZER_SLOT/"


def is_object_based(file: TensorFile) -> bool:
    """Whether tf.train.Checkpoint wrote the file."""
    return OBJECT_GRAPH_KEY in file.tensors


def readable(key: str) -> str:
    """`model/kernel` for its value, `model/kernel/optimizer.m` for a slot of it, `n/array.py_state` for another attribute."""
    key = key.removesuffix(_VALUE)
    path, _, attribute = key.partition(_ATTRIBUTE)
    variable, _, slot = path.partition(_SLOT)
    name = variable + ("/" + slot.replace("/", ".") if slot else "") + ("." + attribute if attribute else "")
    # A key's own escapes: `.S` is a slash in a name, and two dots are one.
    return name.replace("..", "\0").replace(".S", "/").replace("\0", ".")


def by_path(file: TensorFile) -> TensorFile:
    """An object-based checkpoint whose tensors are called by the way to their object; any other file as it is."""
    return _renamed(file, {key: readable(key) for key in file.tensors}) if is_object_based(file) else file


def by_variable(file: TensorFile) -> TensorFile:
    """An object-based checkpoint whose tensors are called as their variables were, as tf.train.Saver names them; any other file as it is.

    What is no variable, or has the name of another one, keeps the way to its object.
    """
    if not is_object_based(file):
        return file
    names: dict[str, str] = {}
    for key, name in variables_of(file).items():
        names[key] = readable(key) if name in names.values() else name
    return _renamed(file, {key: names.get(key) or readable(key) for key in file.tensors})


def variables_of(file: TensorFile) -> dict[str, str]:
    """Key -> the name of the variable that was saved."""
    graph = TrackableObjectGraph.FromString(_bytes(file.read(OBJECT_GRAPH_KEY)))
    return {a.checkpoint_key: a.full_name for node in graph.nodes for a in node.attributes if a.full_name}


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else bytes(value[()])


def _renamed(file: TensorFile, names: dict[str, str]) -> TensorFile:
    keys = {name: key for key, name in names.items() if key != OBJECT_GRAPH_KEY}
    tensors: dict[str, Info] = {name: file.tensors[keys[name]] for name in sorted(keys)}
    return TensorFile(f"{file.kind}, objects", file.path, tensors, lambda name: file.read(keys[name]))
