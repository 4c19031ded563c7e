"""tf.contrib.checkpoint: pictures of object graphs, variables of a scope and parts of a state as dependencies."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..graph.public import TABLE, public
from ..graph.tracking import Trackable
from ..ops.flow import no_op
from ..train.checkpoint import object_metadata
from ..train.checkpoint_reading import CheckpointReader
from ..train.saveable import SaveableObject, SaveSpec


@public("contrib.checkpoint.dot_graph_from_checkpoint")
def dot_graph_from_checkpoint(save_path: Any) -> str:
    """The object graph of a checkpoint as text for Graphviz: variables are blue, slots orange, optimizers red."""
    graph = object_metadata(save_path)
    reader = CheckpointReader(save_path)
    shapes, types = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    slots = {s.slot_variable_node_id for node in graph.nodes for s in node.slot_variables}
    lines = ["digraph {\n"]
    for i, node in enumerate(graph.nodes):
        look = 'shape=point label=""'
        if node.attributes:
            for a in node.attributes:
                kind, color = ("Slot variable", "orange") if i in slots else ("Variable", "blue")
                key = a.checkpoint_key
                about = f"{kind} {a.full_name} shape={shapes[key]} {types[key].name}"
                lines.append(f'N_{i} [{look} color={color} width=.25 tooltip="{about}"]\n')
        elif node.slot_variables:
            lines.append(f'N_{i} [{look} width=.25 color=red,tooltip="Optimizer"]\n')
        else:
            lines.append(f"N_{i} [{look} width=.25]\n")
        lines += [f'N_{i} -> N_{c.node_id} [label="{c.local_name}"]\n' for c in node.children]
        for s in node.slot_variables:
            lines.append(f'N_{i} -> N_{s.slot_variable_node_id} [label="{s.slot_name}" style=dotted]\n')
            lines.append(f"N_{s.original_variable_node_id} -> N_{s.slot_variable_node_id} [style=dotted]\n")
    return "".join([*lines, "}\n"])


@public("contrib.checkpoint.capture_dependencies")
@contextlib.contextmanager
def capture_dependencies(template: Any) -> Iterator[None]:
    """Variables that are made within `template.variable_scope` become dependencies of `template`, by their names in that scope."""
    prefix = template.variable_scope.name
    prefix = prefix + "/" if prefix and not prefix.endswith("/") else prefix

    def creator(next_creator: Callable[..., Any], **kwargs: Any) -> Any:
        variable = next_creator(**kwargs)
        name = kwargs.get("name")
        if name is not None and name.startswith(prefix) and isinstance(variable, Trackable):
            template._track_trackable(variable, name=name[len(prefix) :])
        return variable

    with TABLE["variable_creator_scope"](creator):
        yield


@public("contrib.checkpoint.split_dependency")
def split_dependency(
    component_names: Sequence[str],
    component_dtypes: Sequence[Any],
    fill_save_buffer_fn: Callable[[dict[str, Any]], None],
    consume_restore_buffer_fn: Callable[[dict[str, Any]], Any],
    device: Any,
) -> dict[str, Trackable]:
    """Trackables that save and restore one state in parts, so that each part has a key of its own.

    Args:
      fill_save_buffer_fn: puts a tensor for each name into a dict.
      consume_restore_buffer_fn: function of such a dict; gives the op that takes the values.
      device: where the tensors are.

    Returns:
      name -> a Trackable to be tracked.
    """
    state = _SplitState(tuple(component_names), fill_save_buffer_fn, consume_restore_buffer_fn)
    return {name: _Part(name, dtype, state, device) for name, dtype in zip(component_names, component_dtypes)}


class _SplitState:
    """What the parts of a state share."""

    def __init__(self, names: tuple[str, ...], fill: Callable[[dict[str, Any]], None], consume: Callable[[dict[str, Any]], Any]):
        self._names, self._fill, self._consume = names, fill, consume
        self._to_save: dict[str, Any] = {}
        self._restored: dict[str, Any] = {}

    def tensor(self, name: str) -> Any:
        """The tensor of a part. Each part is asked for once a save."""
        if name not in self._to_save:
            self._to_save = {}
            self._fill(self._to_save)
            missing = [n for n in self._names if n not in self._to_save]
            if missing:
                raise KeyError(f"split_dependency: fill_save_buffer_fn gave no tensor for {missing}.")
        return self._to_save.pop(name)

    def restore(self, name: str, value: Any) -> Any:
        """Keeps a part; once all are there, the op that takes them."""
        self._restored[name] = value
        if len(self._restored) < len(self._names):
            return no_op()
        values, self._restored = self._restored, {}
        return self._consume(values)


class _Part(Trackable):
    """A part of a state."""

    def __init__(self, name: str, dtype: Any, state: _SplitState, device: Any):
        self._name, self._dtype, self._state, self._device = name, dtype, state, device

    def _gather_saveables_for_checkpoint(self) -> dict[str, Any]:
        return {"VARIABLE_VALUE": lambda key: _PartSaveable(key, self)}


class _PartSaveable(SaveableObject):
    def __init__(self, key: str, part: _Part):
        self._part = part
        spec = SaveSpec(lambda: part._state.tensor(part._name), "", key, dtype=part._dtype, device=part._device)
        super().__init__(part, [spec], key)

    def restore(self, restored_tensors: Sequence[Any], restored_shapes: Sequence[Any] | None) -> Any:
        """Hands the part over."""
        return self._part._state.restore(self._part._name, restored_tensors[0])
