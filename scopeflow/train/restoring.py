"""Whether a checkpoint fits what is to be restored from it: all that does not, said at once, with a way out."""

from __future__ import annotations

import collections
import difflib
import weakref
from collections.abc import Sequence
from typing import Any, NamedTuple

from tensorboard.compat.proto.trackable_object_graph_pb2 import TrackableObjectGraph

from ..formats.checkpoint_reader import CheckpointReader
from ..formats.checkpoints import open_checkpoint
from ..formats.element_types import name_of
from ..formats.failures import MismatchError
from ..formats.tensor_slice import parse_shape_and_slice
from ..graph import errors
from ..graph.constant_value import constant_value
from ..graph.dtypes import DType
from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor
from ..graph.tensor_shape import Dims
from ..ops.checkpoint import as_tf_errors
from ..ops.state import handle_data

_OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
#: how many wrong names get suggestions, and how many candidates for each are compared letter by letter
_MOST_SUGGESTIONS, _MOST_COMPARED = 40, 200


class Wanted(NamedTuple):
    """A tensor that a restore reads: its name, type, the shape the variable needs (None: any), the slice, the variable's name."""

    name: str
    dtype: DType
    shape: Dims
    spec: str
    variable: str


#: restore op -> what it reads: it is asked at each restore
_known: weakref.WeakKeyDictionary[Operation, list[Wanted]] = weakref.WeakKeyDictionary()


def restored_tensors(graph: Graph, restore_op_name: str) -> list[Wanted]:
    """What the restore op of a Saver reads, as far as the graph tells."""
    op = graph.get_operation_by_name(restore_op_name)
    found = _known.get(op)
    if found is None:
        found = _known[op] = _restored_by(op)
    return found


def _restored_by(restore_op: Operation) -> list[Wanted]:
    out: list[Wanted] = []
    seen: set[Operation] = set()
    todo = [restore_op]
    assigned: dict[Tensor, tuple[Dims, str]] = {}
    reads: list[Operation] = []
    while todo:
        op = todo.pop()
        if op in seen:
            continue
        seen.add(op)
        if op.type in ("Assign", "AssignVariableOp"):
            ref, value = op.inputs
            dims = ref._dims if op.type == "Assign" else handle_data(ref)[1]
            if op.type == "Assign" and not op.attrs.get("validate_shape", True):
                dims = None
            while value.op.type == "Identity":
                value = value.op.inputs[0]
            assigned[value] = dims, ref.op.name
        elif op.type == "RestoreV2":
            reads.append(op)
        todo += [*op._control_inputs, *(t.op for t in op.inputs)]
    for op in sorted(reads, key=lambda o: o._id):
        names, specs = constant_value(op.inputs[1]), constant_value(op.inputs[2])
        if names is None or specs is None:
            continue
        for name, spec, t in zip(names.tolist(), specs.tolist(), op.outputs):
            dims, variable = assigned.get(t, (None, ""))
            out.append(Wanted(name.decode(), t.dtype, dims, spec.decode(), variable))
    return out


def require_fit(graph: Graph, saver_def: Any, path: str) -> None:
    """Raises one error that lists everything for which the checkpoint `path` does not fit a Saver's restore.

    Raises:
      NotFoundError: names are missing. InvalidArgumentError: types or shapes differ.
    """
    try:
        wanted = restored_tensors(graph, saver_def.restore_op_name)
    except (KeyError, ValueError):
        return  # the run will say that the op is missing
    with as_tf_errors(), open_checkpoint(path) as reader:
        report = Report(reader, wanted)
    error = report.error()
    if error is not None:
        raise error


class Report:
    """What is wrong with a checkpoint for `wanted`."""

    def __init__(self, reader: CheckpointReader, wanted: Sequence[Wanted]):
        self.path = reader.path
        self._stored = reader.tensors
        self.missing: list[Wanted] = []
        self.types: list[tuple[Wanted, str]] = []
        self.shapes: list[tuple[Wanted, str]] = []
        for w in wanted:
            info = self._stored.get(w.name)
            if info is None:
                self.missing.append(w)
            elif info.dtype != w.dtype.base_dtype.as_datatype_enum:
                self.types.append((w, f"tensor_name = {w.name}; expected dtype {w.dtype.proto_name} does not equal original dtype "
                                      f"{name_of(info.dtype)}"))  # fmt: skip
            else:
                wrong = self._wrong_shape(w, info.shape)
                if wrong:
                    self.shapes.append((w, wrong))

    def _wrong_shape(self, w: Wanted, stored: tuple[int, ...]) -> str | None:
        if w.spec:
            try:
                whole = parse_shape_and_slice(w.spec)[0]
            except MismatchError as error:
                return str(error)
            if whole != stored:
                return (
                    f"tensor_name = {w.name}; shape in shape_and_slice spec {_bracket(whole)} does not match the shape stored in "
                    f"checkpoint: {_bracket(stored)}"
                )
            return None
        if w.shape is None or (len(w.shape) == len(stored) and all(a is None or a == b for a, b in zip(w.shape, stored))):
            return None
        return f"Assign requires shapes of both tensors to match. lhs shape= {_bracket(w.shape)} rhs shape= {_bracket(stored)}"

    def error(self) -> errors.OpError | None:
        """The error to raise, None if all fits. Its first sentence is the reference's."""
        if self.missing:
            kind, first = errors.NotFoundError, f"Key {self.missing[0].name} not found in checkpoint"
        elif self.types or self.shapes:
            kind, first = errors.InvalidArgumentError, (self.types or self.shapes)[0][1]
        else:
            return None
        return kind(None, None, "\n".join([first, "", *self._lines()]))

    def _lines(self) -> list[str]:
        out = []
        found = nearest_names(self.missing, self._stored)
        if self.missing:
            out.append(f"{len(self.missing)} of the names are not in {self.path}:")
            for w in self.missing:
                close = found.get(w.name)
                hint = f"  (nearest: {', '.join(close)})" if close else ""
                out.append(f"  {w.name} {_shape_text(w.shape)}{hint}")
        if self.types:
            out.append(f"{len(self.types)} have another type:")
            out += [f"  {w.name}: {w.dtype.base_dtype.name} here, {_type_name(self._stored[w.name].dtype)} there" for w, _ in self.types]
        if self.shapes:
            out.append(f"{len(self.shapes)} have another shape:")
            for w, text in self.shapes:
                here = _bracket(parse_shape_and_slice(w.spec)[0]) if w.spec and "spec" in text else _shape_text(w.shape)
                out.append(f"  {w.name}: {here} here, {_bracket(self._stored[w.name].shape)} there")
        scopes = proposed_scopes(self.missing, found, self._stored)
        if scopes:
            old, new, count = scopes
            out.append(f"{count} of the missing names are there with {old!r} in the place of {new!r}, which can be read by")
            out.append(f"  tf.train.init_from_checkpoint({self.path!r}, {{{old!r}: {new!r}}})")
        taken = {} if scopes and scopes[2] == len(self.missing) > 4 else proposed_map(self.missing, found)
        if taken:
            out.append("A map that may be meant, for tf.train.Saver(var_list) with the variables of these names:")
            out.append("  {" + ", ".join(f"{old!r}: {new!r}" for old, new in taken.items()) + "}")
        out.append("No variable has changed.")
        return out


def _bracket(dims: Sequence[Any]) -> str:
    return "[" + ",".join("?" if d is None else str(d) for d in dims) + "]"


def _shape_text(dims: Dims) -> str:
    return "" if dims is None else _bracket(dims)


def _type_name(number: int) -> str:
    return {"float": "float32", "double": "float64", "half": "float16"}.get(name_of(number), name_of(number))


def nearest_names(missing: Sequence[Wanted], stored: dict[str, Any]) -> dict[str, list[str]]:
    """For missing names, those in the checkpoint that come nearest: the same type and shape, and most of the path alike."""
    asked = {w.name for w in missing}
    free = [n for n in stored if n not in asked and n != _OBJECT_GRAPH_KEY]
    out: dict[str, list[str]] = {}
    for w in missing[:_MOST_SUGGESTIONS]:
        number = w.dtype.base_dtype.as_datatype_enum
        dims = None if w.shape is None or None in w.shape else tuple(w.shape)
        fitting = [n for n in free if stored[n].dtype == number and dims in (None, stored[n].shape)]
        close = nearest(w.name, fitting or free, surely=bool(fitting))
        if close:
            out[w.name] = close
    return out


def nearest(name: str, candidates: Sequence[str], surely: bool = False) -> list[str]:
    """At most two of `candidates` that are spelled like `name`; with `surely`, the only one with its last part in any case."""
    last = name.rpartition("/")[2]
    same = [n for n in candidates if n.rpartition("/")[2] == last]
    if surely and len(same) == 1:
        return same
    # Comparing letters is slow: the candidates with most parts of the path in common come first.
    parts = set(name.split("/"))
    pool = sorted(same or candidates, key=lambda n: -len(parts.intersection(n.split("/"))))[:_MOST_COMPARED]
    return difflib.get_close_matches(name, pool, 2, 0.4 if surely else 0.6)


def proposed_map(missing: Sequence[Wanted], found: dict[str, list[str]]) -> dict[str, str]:
    """Checkpoint name -> name asked for, where each has one nearest name that is no other's."""
    taken: dict[str, str] = {}
    twice: set[str] = set()
    for w in missing:
        for old in found.get(w.name, [])[:1]:
            if old in taken:
                twice.add(old)
            taken[old] = w.name
    return {old: new for old, new in taken.items() if old not in twice}


def proposed_scopes(missing: Sequence[Wanted], found: dict[str, list[str]], stored: dict[str, Any]) -> tuple[str, str, int] | None:
    """(scope in the checkpoint, scope asked for, how many names it explains) if one scope in the place of another explains most."""
    pairs: collections.Counter[tuple[str, str]] = collections.Counter()
    for w in missing:
        for name in found.get(w.name, [])[:1]:
            old, new = name.split("/"), w.name.split("/")
            while old and new and old[-1] == new[-1]:
                old.pop()
                new.pop()
            if len(old) < name.count("/") + 1:
                pairs["".join(p + "/" for p in old), "".join(p + "/" for p in new)] += 1
    for (old, new), _ in pairs.most_common(1):
        fitting = [w for w in missing if w.name.startswith(new) and old + w.name[len(new) :] in stored]
        if len(fitting) > max(1, len(missing) // 2):
            return old or "/", new or "/", len(fitting)
    return None


def explained(error: errors.OpError, verbiage: str) -> errors.OpError:
    """An error of a restore, with the reference's words on what is most likely the cause before it."""
    text = (
        f"Restoring from checkpoint failed. This is most likely due to {verbiage} from the checkpoint. Please ensure that you have not "
        f"altered the graph expected based on the checkpoint. Original error:\n\n{error.message}"
    )
    return type(error)(error.node_def, error.op, text)


def object_names(path: str) -> dict[str, str] | None:
    """Variable names -> keys, of a checkpoint that tf.train.Checkpoint wrote; None of any other."""
    with as_tf_errors(), open_checkpoint(path) as reader:
        if _OBJECT_GRAPH_KEY not in reader.tensors:
            return None
        data = reader.read(_OBJECT_GRAPH_KEY)
    graph = TrackableObjectGraph.FromString(data[()])
    return {a.full_name: a.checkpoint_key for node in graph.nodes for a in node.attributes}
