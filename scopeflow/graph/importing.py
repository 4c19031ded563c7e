"""tf.import_graph_def: the nodes of a GraphDef become operations of the default graph.

Nodes are made in the order of the GraphDef as far as their inputs allow; a Merge is made as soon as what enters its loop is there, and gets
what comes round the loop afterwards. Control dependencies, devices, colocation and the control flow context of the place of the call are
applied when all nodes exist.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Sequence
from typing import Any

from tensorboard.compat.proto.attr_value_pb2 import AttrValue
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.node_def_pb2 import NodeDef
from tensorboard.compat.proto.op_def_pb2 import OpDef
from tensorboard.compat.proto.versions_pb2 import VersionDef

from . import errors, gradient_nodes
from .conversion import to_tensor
from .default_graph import get_default_graph
from .device import canonical_name
from .function_calls import without_calls
from .graph import Graph
from .graph_def import FUNCTIONS, attr_from_proto
from .op_definitions import check_attr, definition, flat_types, summary
from .operation import Operation, Tensor
from .public import public
from .source import caller
from .tensor_shape import TensorShape

#: GraphDef versions of TensorFlow 1.15.5: what it writes, and the oldest it reads
PRODUCER, OLDEST = 134, 0
#: in GraphDefs older than this, the shape [] of a placeholder meant that it is not known
_SCALARS_ARE_SCALARS = 24

_VALID_NAME = re.compile(r"^[A-Za-z0-9.][A-Za-z0-9_.\-/]*$").match
_MERGES = ("Merge", "RefMerge")
_NEXT_ITERATIONS = ("NextIteration", "RefNextIteration")


@public("import_graph_def", "graph_util.import_graph_def")
def import_graph_def(
    graph_def: Any,
    input_map: dict[str, Any] | None = None,
    return_elements: Sequence[str] | None = None,
    name: str | None = None,
    op_dict: Any = None,
    producer_op_list: Any = None,
) -> list[Any] | None:
    """Adds the nodes of a GraphDef to the default graph.

    Args:
      graph_def: a GraphDef.
      input_map: what takes the place of inputs of the GraphDef's nodes: names (`op:0`, `op`, `^op`) -> tensors.
      return_elements: names of operations (`op`) and tensors (`op:0`) of the GraphDef to return.
      name: prefix of all names, made unique, "import" if None; "" for none.
      op_dict: deprecated, not looked at.
      producer_op_list: the definitions that the program which wrote the GraphDef had: attributes that are not known here and have those
        definitions' defaults are dropped.

    Returns:
      Operations and tensors, one for each of `return_elements`; None if that is None.

    Raises:
      TypeError: an argument is not of the kind it must be.
      ValueError: the GraphDef does not fit together, a name is not found, or an input of `input_map` is not used.
      NotFoundError: an op type that TensorFlow 1.15.5 does not have.
    """
    return import_nodes(graph_def, input_map, return_elements, name, producer_op_list)


def import_nodes(graph_def: Any, input_map: Any, return_elements: Any, name: str | None, producer_op_list: Any = None) -> list[Any] | None:
    """`import_graph_def` for library code."""
    if not isinstance(graph_def, GraphDef):
        if type(graph_def).__name__ != "GraphDef":
            raise TypeError("graph_def must be a GraphDef proto.")
        # A message of the same kind from another package.
        graph_def = GraphDef.FromString(graph_def.SerializeToString())
    functions = {**get_default_graph()._functions, **{f.signature.name: f for f in graph_def.library.function}}
    graph_def = without_calls(graph_def, {n: f for n, f in functions.items() if n not in FUNCTIONS})
    input_map = _checked_map(input_map)
    wanted = _checked_elements(return_elements)
    graph = get_default_graph()
    graph._check_not_finalized()
    with graph.name_scope("import" if name is None else name) as scope:
        if not all(isinstance(v, Tensor) for v in input_map.values()):
            if not scope:
                raise ValueError(
                    "tf.import_graph_def() requires a non-empty `name` if `input_map` contains non-Tensor values. Try calling "
                    "tf.convert_to_tensor() on `input_map` values before calling tf.import_graph_def()."
                )
            with graph.name_scope("_inputs"):
                input_map = {k: to_tensor(v) for k, v in input_map.items()}
        importer = _Importer(graph, graph_def, input_map, scope, _unknown_defaults(producer_op_list))
        importer.run(wanted)
    unused = [k for k in input_map if not importer.maps(k)]
    if unused:
        names = ", ".join(k if ":" in k or k.startswith("^") else f"{k}:0" for k in unused)
        raise ValueError(f"Attempted to map inputs that were not found in graph_def: [{names}]")
    return None if wanted is None else [importer.element(n) for n in wanted]


def _checked_map(input_map: Any) -> dict[str, Any]:
    if input_map is None:
        return {}
    if not isinstance(input_map, dict) or not all(isinstance(k, (str, bytes)) for k in input_map):
        raise TypeError("input_map must be a dictionary mapping strings to Tensor objects.")
    return {k.decode() if isinstance(k, bytes) else k: v for k, v in input_map.items()}


def _checked_elements(return_elements: Any) -> list[str] | None:
    if return_elements is None:
        return None
    elements = tuple(return_elements)
    if not all(isinstance(e, (str, bytes)) for e in elements):
        raise TypeError("return_elements must be a list of strings.")
    return [e.decode() if isinstance(e, bytes) else e for e in elements]


def _unknown_defaults(producer_op_list: Any) -> dict[str, dict[str, AttrValue]]:
    """For each op type, the attributes that only the producer knows, with their defaults."""
    out: dict[str, dict[str, AttrValue]] = {}
    for op in producer_op_list.op if producer_op_list is not None else ():
        mine = definition(op.name)
        if mine is None:
            continue
        known = {a.name for a in mine.attr}
        extra = {a.name: a.default_value for a in op.attr if a.name not in known and a.HasField("default_value")}
        if extra:
            out[op.name] = extra
    return out


class _Input:
    """An input of a node: output `index` of the node `name`, or a control input (index -1)."""

    __slots__ = ("name", "index", "text")

    def __init__(self, text: str):
        self.text = text
        if text.startswith("^"):
            self.name, self.index = text[1:], -1
        else:
            name, _, index = text.rpartition(":")
            self.name, self.index = (name, int(index)) if name and index.isdigit() else (text, 0)

    @property
    def key(self) -> str:
        return f"^{self.name}" if self.index < 0 else f"{self.name}:{self.index}"


class _Importer:
    """One import: what is known of the GraphDef's nodes, and the operations made for them."""

    def __init__(
        self, graph: Graph, graph_def: GraphDef, input_map: dict[str, Tensor], scope: str, unknown: dict[str, dict[str, AttrValue]]
    ):
        self.graph, self.graph_def, self.scope, self.unknown = graph, graph_def, scope, unknown
        self.map = {_Input(k).key: v for k, v in input_map.items()}
        self.nodes: dict[str, NodeDef] = {}
        self.inputs: dict[str, list[_Input]] = {}
        self.made: dict[str, Operation] = {}
        self.new: list[Operation] = []
        #: (node, index of the input, where it comes from) for what comes round a loop
        self.back: list[tuple[str, int, _Input]] = []
        #: the keys of the input map that inputs of nodes were found under
        self.used: set[str] = set()
        self.devices: dict[Operation, str] = {}
        self.functions = {n: f.signature for n, f in FUNCTIONS.items()}

    # -- what is asked for --------------------------------------------------------
    def maps(self, key: str) -> bool:
        """True if the GraphDef has, or uses, what `key` of the input map names."""
        given = _Input(key)
        if given.key in self.used:
            return True
        op = self.made.get(given.name)
        return op is not None and given.index < len(op.outputs)

    def element(self, name: str) -> Any:
        """The operation or tensor made for a name of the GraphDef."""
        if ":" not in name:
            return self.made[name]
        given = _Input(name)
        mapped = self.map.get(given.key)
        return mapped if mapped is not None else self.made[given.name].outputs[given.index]

    def _require(self, name: str) -> None:
        if ":" not in name:
            if name not in self.made:
                raise ValueError(f"Requested return node '{name}' not found in graph def")
            return
        if not re.fullmatch(r"[^:]+:\d+", name):
            raise ValueError(f"Cannot convert {name!r} to a tensor name.")
        given = _Input(name)
        op = self.made.get(given.name)
        if op is None:
            raise ValueError(f"Requested return tensor '{name}' not found in graph def")
        if given.index >= len(op.outputs):
            raise ValueError(f"Invalid return output {given.index} of node '{given.name}', which has {len(op.outputs)} output(s)")

    # -- the import ---------------------------------------------------------------
    def run(self, wanted: list[str] | None) -> None:
        """Makes the nodes. If one cannot be made the graph is left as it was."""
        for name in wanted or ():
            if ":" in name and not re.fullmatch(r"[^:]+:\d+", name):
                raise ValueError(f"Cannot convert {name!r} to a tensor name.")
        _check_versions(self.graph_def.versions)
        self._read_nodes()
        graph = self.graph
        before = graph._last_id
        around = _Surroundings(graph)
        try:
            with around:
                self._make_all()
            for name in wanted or ():
                self._require(name)
        except BaseException:
            for op in self.new:
                del graph._ops[op.name]
            graph._last_id = before
            graph._changed()
            raise
        _merge_versions(graph, self.graph_def.versions, empty=len(graph._ops) == len(self.new))
        for f in self.graph_def.library.function:
            graph._functions.setdefault(f.signature.name, f)
        for op in self.new:
            graph._names_in_use.setdefault(op.name.lower(), 1)
        self._place(around)

    def _read_nodes(self) -> None:
        """Checks names and inputs of all nodes, as far as that needs no node to exist."""
        for node in self.graph_def.node:
            if not _VALID_NAME(node.name):
                raise ValueError(f"Node '{node.name}': Node name contains invalid characters")
            if node.name in self.nodes:
                raise ValueError(f"Node '{node.name}' is not unique")
            if not node.op:
                raise ValueError(f"Node '{node.name}' does not specify an operation")
            self.nodes[node.name] = node
        for node in self.graph_def.node:
            inputs = [_Input(t) for t in node.input]
            control = False
            for i in inputs:
                if i.index >= 0 and control:
                    raise ValueError(f"Node '{node.name}': Control dependencies must come after regular dependencies")
                control = i.index < 0
                if i.key in self.map:
                    self.used.add(i.key)
                elif i.name not in self.nodes:
                    raise ValueError(f"Node '{node.name}': Unknown input node '{i.text}'")
            self.inputs[node.name] = inputs
            for group in node.attr["_class"].list.s if "_class" in node.attr else ():
                other = group.decode().removeprefix("loc:@")
                if group.startswith(b"loc:@") and other not in self.nodes:
                    raise ValueError(f"Node '{node.name}' expects to be colocated with unknown node '{other}'")

    def _make_all(self) -> None:
        names = self._names()
        order = {name: n for n, name in enumerate(self.nodes)}
        followers: dict[str, list[str]] = {name: [] for name in order}
        waiting: dict[str, int] = {}
        for name, node in self.nodes.items():
            inputs = [i for i in self.inputs[name] if i.key not in self.map]
            if node.op in _MERGES:
                inputs = [i for i in inputs if self.nodes[i.name].op not in _NEXT_ITERATIONS]
            waiting[name] = len(inputs)
            for i in inputs:
                followers[i.name].append(name)
        ready = [order[n] for n, count in waiting.items() if not count]
        heapq.heapify(ready)
        nodes = list(self.nodes)
        place = caller()
        self.graph._at, at = place, self.graph._at
        try:
            while ready:
                name = nodes[heapq.heappop(ready)]
                self._make(name, names[name], names)
                for f in followers[name]:
                    waiting[f] -= 1
                    if not waiting[f]:
                        heapq.heappush(ready, order[f])
        finally:
            self.graph._at = at
        if len(self.made) < len(nodes):
            raise ValueError(f"{len(nodes) - len(self.made)} nodes in a cycle")
        for name, index, source in self.back:
            tensor = self._tensor(name, source)
            op = self.made[name]
            _require_type(op.name, index, tensor, op.inputs[index].dtype)
            op._update_input(index, tensor)

    def _names(self) -> dict[str, str]:
        """The name that each node gets."""
        existing = self.graph._ops
        names = {n: self.scope + n for n in self.nodes}
        taken: set[str] = set()
        if existing and (not self.scope or any(n in existing for n in names.values()) or self._is_open(existing)):
            for op_name in existing:
                taken.add(op_name)
                while (op_name := op_name.rpartition("/")[0]) and op_name not in taken:
                    taken.add(op_name)
        if not taken.isdisjoint(names.values()):
            own = set(names.values())
            for node, name in names.items():
                if name in taken:
                    n = 1
                    while f"{name}_{n}" in taken or f"{name}_{n}" in own:
                        n += 1
                    names[node] = f"{name}_{n}"
                    own.add(names[node])
        return names

    def _is_open(self, existing: dict[str, Operation]) -> bool:
        return any(n.startswith(self.scope) for n in existing)

    # -- a node -------------------------------------------------------------------
    def _make(self, name: str, full_name: str, names: dict[str, str]) -> None:
        node = self.nodes[name]
        if gradient_nodes.is_own(node):
            self._finish(node, gradient_nodes.make(self.graph, node, full_name, self._elements(node, name)), names)
            return
        op_def = definition(node.op) or self.functions.get(node.op)
        if op_def is None:
            raise _not_registered(node.op)
        version = self.graph_def.versions.producer
        if op_def.HasField("deprecation") and version >= op_def.deprecation.version:
            d = op_def.deprecation
            raise errors.UnimplementedError(
                None,
                None,
                f"Op {op_def.name} is not available in GraphDef version {version}. It has been removed in version {d.version}. "
                f"{d.explanation}.",
            )
        attrs = self._attrs(node, op_def, full_name)
        types = flat_types(op_def.input_arg, attrs)
        data = [i for i in self.inputs[name] if i.index >= 0]
        if len(data) != len(types):
            expected = ", ".join(t.proto_name for t in types)
            raise ValueError(
                f"NodeDef expected inputs '{expected}' do not match {len(data)} inputs specified; {summary(op_def)}; NodeDef: "
                f"{{{{node {full_name}}}}}"
            )
        inputs = self._data_inputs(node, name, full_name, data, types)
        values = {k: attr_from_proto(v) for k, v in attrs.items()}
        if node.op == "Placeholder" and version < _SCALARS_ARE_SCALARS and values["shape"].dims == []:
            values["shape"] = TensorShape(None)
        outputs = flat_types(op_def.output_arg, attrs)
        assert self.graph.op_maker is not None
        op = self.graph.op_maker(self.graph, node.op, inputs, outputs, full_name + "/", values)
        self._finish(node, op, names)

    def _finish(self, node: NodeDef, op: Operation, names: dict[str, str]) -> None:
        self.made[node.name] = op
        self.new.append(op)
        controls = []
        for i in self.inputs[node.name]:
            if i.index < 0:
                mapped = self.map.get(i.key)
                controls.append(mapped.op if mapped is not None else self.made[i.name])
        op._control_inputs = tuple(dict.fromkeys(controls))
        if "_output_shapes" in node.attr:
            self._set_shapes(op, node.attr["_output_shapes"])
        if "_class" in op.attrs:
            op.attrs["_class"] = ["loc:@" + names[g[5:]] if g.startswith("loc:@") else g for g in op.attrs["_class"]]
        self.devices[op] = node.device

    def _attrs(self, node: NodeDef, op_def: OpDef, full_name: str) -> dict[str, AttrValue]:
        """The node's attributes, checked, with the defaults of those not given."""
        attrs = {k: v for k, v in node.attr.items() if k != "_output_shapes"}
        for k, default in self.unknown.get(node.op, {}).items():
            if k in attrs and attrs[k] == default:
                del attrs[k]
        known = {a.name for a in op_def.attr}
        for k in attrs:
            if k not in known and not k.startswith("_"):
                raise ValueError(
                    f"NodeDef mentions attr '{k}' not in {summary(op_def)}; NodeDef: {{{{node {full_name}}}}}. (Check whether your "
                    "GraphDef-interpreting binary is up to date with your GraphDef-generating binary.)."
                )
        for attr in op_def.attr:
            value = attrs.get(attr.name)
            if value is None:
                if not attr.HasField("default_value"):
                    raise ValueError(f"NodeDef missing attr '{attr.name}' from {summary(op_def)}; NodeDef: {{{{node {full_name}}}}}")
                attrs[attr.name] = attr.default_value
                continue
            try:
                check_attr(value, attr)
            except ValueError as error:
                raise ValueError(f"{error}; NodeDef: {{{{node {full_name}}}}}; {summary(op_def)}") from None
        return attrs

    def _data_inputs(self, node: NodeDef, name: str, full_name: str, data: list[_Input], types: list[Any]) -> tuple[Tensor, ...]:
        inputs: list[Tensor | None] = []
        for index, (source, dtype) in enumerate(zip(data, types)):
            if source.key not in self.map and source.name not in self.made:
                self.back.append((name, index, source))
                inputs.append(None)
                continue
            tensor = self._tensor(name, source)
            _require_type(full_name, index, tensor, dtype)
            inputs.append(tensor)
        # What comes round the loop is filled in later; until then, what enters it stands in its place.
        stand_in = next((t for t in inputs if t is not None), None)
        if inputs and stand_in is None:
            raise ValueError(f"Node '{name}': a loop that nothing enters")
        return tuple([stand_in if t is None else t for t in inputs])  # type: ignore[misc]

    def _tensor(self, name: str, source: _Input) -> Tensor:
        mapped = self.map.get(source.key)
        if mapped is not None:
            return mapped
        op = self.made[source.name]
        if source.index >= len(op.outputs):
            raise ValueError(
                f"Node '{name}': Connecting to invalid output {source.index} of source node {source.name} which has "
                f"{len(op.outputs)} outputs."
            )
        return op.outputs[source.index]

    def _elements(self, node: NodeDef, name: str) -> Callable[[str], Any]:
        """How a gradient node finds what its attributes name."""
        return lambda text: self.made[text[1:]] if text.startswith("^") else self._tensor(name, _Input(text))

    def _set_shapes(self, op: Operation, shapes: AttrValue) -> None:
        for n, (t, shape) in enumerate(zip(op.outputs, shapes.list.shape)):
            dims = None if shape.unknown_rank else tuple([None if d.size < 0 else d.size for d in shape.dim])
            if dims is None or dims == t._dims:
                continue
            try:
                t.set_shape(TensorShape(shape))
            except ValueError as error:
                raise ValueError(
                    f"Node '{op.name}' has an _output_shapes attribute inconsistent with the GraphDef for output #{n}: {error}"
                ) from None

    # -- where the nodes are ------------------------------------------------------
    def _place(self, around: _Surroundings) -> None:
        """Applies devices, control dependencies, colocation and context of the place of the call."""
        graph = self.graph
        beside = []
        for op in self.new:
            if around.colocation:
                graph._apply_colocation(op)
            elif any(g.startswith("loc:@") for g in op.attrs.get("_class", ())):
                beside.append(op)
            else:
                op._device = self._device(op, around)
        for op in beside:
            # Colocation comes before the op's own device.
            others = [graph._ops[g[5:]] for g in op.attrs["_class"] if g.startswith("loc:@") and g[5:] in graph._ops]
            op._device = next((d for d in (self._device(o, around) if o is op else o._device for o in others) if d), "")
        outer = [c for d in around.controls for c in d.inputs]
        for op in self.new:
            if outer:
                producers = {t.op for t in op.inputs}
                op._control_inputs = tuple(dict.fromkeys([*op._control_inputs, *(c for c in outer if c not in producers)]))
            if around.context is not None:
                op._context = around.context
                around.context.AddOp(op)
        graph._changed()

    def _device(self, op: Operation, around: _Surroundings) -> str:
        """The device of the node, with what the place of the call adds."""
        op._device = canonical_name(self.devices[op]) if self.devices[op] else ""
        for _, function in reversed(around.devices):
            if function is None:
                break
            found = function(op)
            op._device = found if isinstance(found, str) else found.to_string()
        return op._device


class _Surroundings:
    """Sets aside what the graph would apply to each new op, while the nodes are made."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self.controls, self.devices, self.colocation = graph._control_stack, graph._device_stack, graph._colocation_stack
        self.context, self.container, self.attr_scope = graph._control_flow_context, graph._container, graph._attr_scope

    def __enter__(self) -> None:
        g = self.graph
        g._control_stack, g._device_stack, g._colocation_stack = [], [], []
        g._control_flow_context, g._container, g._attr_scope = None, "", {}

    def __exit__(self, *unused: Any) -> None:
        g = self.graph
        g._control_stack, g._device_stack, g._colocation_stack = self.controls, self.devices, self.colocation
        g._control_flow_context, g._container, g._attr_scope = self.context, self.container, self.attr_scope


def _require_type(name: str, index: int, tensor: Tensor, dtype: Any) -> None:
    """Raises ValueError if `tensor` cannot be an input of type `dtype`."""
    given = tensor.dtype
    if given.base_dtype is not dtype.base_dtype or (dtype.is_ref and not given.is_ref):
        start = f"Input {index} of node {name} was passed {_type_name(given)} from {tensor.name} incompatible with expected "
        raise ValueError(f"{start}{_type_name(dtype)}.")


def _type_name(dtype: Any) -> str:
    return dtype.base_dtype.proto_name + ("_ref" if dtype.is_ref else "")


def _not_registered(op_type: str) -> errors.NotFoundError:
    return errors.NotFoundError(
        None,
        None,
        f"Op type not registered '{op_type}' in binary running on this machine. TensorFlow 1.15.5 has no op of that type, and the "
        "GraphDef's function library defines none.",
    )


def _check_versions(versions: VersionDef) -> None:
    if versions.producer < OLDEST:
        raise ValueError(
            f"GraphDef producer version {versions.producer} below min producer {OLDEST} supported by TensorFlow 1.15.5.  Please "
            "regenerate your graph."
        )
    if versions.min_consumer > PRODUCER:
        raise ValueError(
            f"GraphDef min consumer version {versions.min_consumer} above current version {PRODUCER} for TensorFlow 1.15.5.  Please "
            "upgrade TensorFlow."
        )
    if PRODUCER in versions.bad_consumers:
        raise ValueError(f"GraphDef disallows consumer version {PRODUCER}.  Please upgrade TensorFlow: this version is likely buggy.")


def _merge_versions(graph: Graph, imported: VersionDef, empty: bool) -> None:
    """The graph is from now on of the oldest version that a part of it was written by."""
    old = graph.graph_def_versions
    out = VersionDef(producer=min(old.producer, imported.producer), min_consumer=max(old.min_consumer, imported.min_consumer))
    out.bad_consumers.extend(sorted({*old.bad_consumers, *imported.bad_consumers}))
    graph._versions = out
