"""What a Saver saves: for each name the tensors to write, and how to put back what is read."""

from __future__ import annotations

import collections
from collections.abc import Callable, Sequence
from typing import Any

from ..graph.conversion import to_tensor
from ..graph.default_graph import get_default_graph
from ..graph.device import DeviceSpec
from ..graph.dtypes import DType
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import TensorShape
from ..ops import state
from ..ops.flow import identity
from ..ops.shaping import reshape
from ..variables import Variable
from ..variables.partitioned import PartitionedVariable
from ..variables.resource import ResourceVariable

_VARIABLE_OPS = ("Variable", "VariableV2", "AutoReloadVariable", "VarHandleOp", "ReadVariableOp")


@public("python.training.saving.saveable_object.SaveSpec")
class SaveSpec:
    """A tensor to save, and its place in a checkpoint.

    Args:
      tensor: it, or a function that makes it.
      slice_spec: "" or which slice of a larger tensor it is ("4 3 0,2:-").
      name: the name to save it under.
      dtype: its type; that of the tensor if None.
      device: where it is, if `tensor` is a function.
    """

    def __init__(self, tensor: Any, slice_spec: str, name: str, dtype: DType | None = None, device: Any = None):
        self._tensor, self.slice_spec, self.name = tensor, slice_spec, name
        if callable(tensor):
            if dtype is None or device is None:
                raise AssertionError("When passing a callable `tensor` to a SaveSpec, an explicit dtype and device must be provided.")
            self.dtype, self.device = dtype, device
        else:
            self.dtype = tensor.dtype if dtype is None else dtype
            self.device = tensor.device if device is None else device

    @property
    def tensor(self) -> Any:
        return self._tensor() if callable(self._tensor) else self._tensor


@public("python.training.saving.saveable_object.SaveableObject")
class SaveableObject:
    """Something with state to save: programs make their own for state that is no variable.

    Args:
      op: the op or tensor that holds the state.
      specs: a SaveSpec for each tensor of it.
      name: the name to save it under.
    """

    def __init__(self, op: Any, specs: Sequence[SaveSpec], name: str):
        self.op, self.specs, self.name = op, specs, name

    @property
    def optional_restore(self) -> bool:
        """Whether a checkpoint may be without it."""
        return False

    @property
    def device(self) -> Any:
        """Where its first tensor is."""
        return self.specs[0].device

    def restore(self, restored_tensors: Sequence[Tensor], restored_shapes: Sequence[Any] | None) -> Any:
        """The op that puts the tensors read from a checkpoint back; with `restored_shapes`, reshaped to these."""
        raise ValueError("Calling an abstract method.")


def _reshaped(tensors: Sequence[Tensor], shapes: Sequence[Any] | None) -> Tensor:
    return tensors[0] if shapes is None else reshape(tensors[0], shapes[0])


@public("python.training.saving.saveable_object_util.ReferenceVariableSaveable")
class ReferenceVariableSaveable(SaveableObject):
    """A reference variable, or a part of one."""

    def __init__(self, var: Any, slice_spec: str, name: str):
        super().__init__(var, [SaveSpec(var, slice_spec, name, dtype=var.dtype)], name)

    def restore(self, restored_tensors: Sequence[Tensor], restored_shapes: Sequence[Any] | None) -> Any:
        """Assigns it."""
        checked = restored_shapes is None and self.op.get_shape().is_fully_defined()
        ref = self.op._ref() if isinstance(self.op, Variable) else self.op
        return state.assign(ref, _reshaped(restored_tensors, restored_shapes), validate_shape=checked)


@public("python.training.saving.saveable_object_util.ResourceVariableSaveable")
class ResourceVariableSaveable(SaveableObject):
    """A resource variable, a part of one, or the tensor that reads one."""

    def __init__(self, var: Any, slice_spec: str, name: str):
        self._var_device, self._var_shape = var.device, var.shape
        if isinstance(var, Tensor):
            self.handle_op = var.op.inputs[0]
            tensor: Any = var
        elif isinstance(var, ResourceVariable):
            self.handle_op, tensor = var.handle, _reading(var)
        else:
            raise ValueError(f"Saveable is neither a resource variable nor a read operation. Got: {var!r}")
        super().__init__(var, [SaveSpec(tensor, slice_spec, name, dtype=var.dtype, device=var.device)], name)

    def restore(self, restored_tensors: Sequence[Tensor], restored_shapes: Sequence[Any] | None) -> Any:
        """Assigns it where it is."""
        value = _reshaped(restored_tensors, restored_shapes)
        with get_default_graph().device(self._var_device):
            value = identity(value)
        self._var_shape.assert_is_compatible_with(value.shape)
        return state.assign_variable_op(self.handle_op, value)


def _reading(v: ResourceVariable) -> Callable[[], Tensor]:
    """A function that reads a variable where it is and brings the value to the first CPU."""

    def read() -> Tensor:
        graph = get_default_graph()
        with graph.device(v.device):
            value = v.read_value()
            with graph.device("/device:CPU:0"):
                return identity(value)

    return read


def is_variable(tensor: Any) -> bool:
    """Whether a tensor comes from a variable: its reference, or what reads it."""
    return isinstance(tensor, Variable) or (hasattr(tensor, "op") and tensor.op.type in _VARIABLE_OPS)


@public("python.training.saving.saveable_object_util.op_list_to_dict")
def op_list_to_dict(op_list: Any, convert_variable_to_tensor: bool = True) -> dict[str, Any]:
    """Variables and saveable objects by the names they are saved under: a variable's own, of a partitioned variable the whole's.

    Raises:
      TypeError: not a list, or an element that cannot be saved.
      ValueError: two variables of one name.
    """
    if not isinstance(op_list, (list, tuple, set)):
        raise TypeError(f"Variables to save should be passed in a dict or a list: {op_list}")
    out: dict[str, Any] = {}
    for var in sorted(op_list, key=lambda x: x.name):
        if isinstance(var, SaveableObject):
            out[var.name] = var
        elif isinstance(var, PartitionedVariable):
            if var.name in out:
                raise ValueError(f"At least two variables have the same name: {var.name}")
            out[var.name] = var
        elif isinstance(var, Variable) and var._save_slice_info is not None:
            name = var._save_slice_info.full_name
            if name not in out:
                out[name] = [var]
            elif isinstance(out[name], list):
                out[name].append(var)
            else:
                raise ValueError(f"Mixing slices and non-slices with the same name: {name}")
        else:
            name, kept = _named(var, convert_variable_to_tensor)
            if name in out:
                raise ValueError(f"At least two variables have the same name: {name}")
            out[name] = kept
    return out


def _named(var: Any, convert: bool) -> tuple[str, Any]:
    """(name, tensor of the variable)."""
    if not convert:
        return (var._shared_name if isinstance(var, ResourceVariable) else var.op.name), var
    tensor = _variable_tensor(var)
    if not is_variable(tensor):
        raise TypeError(f"Variable to save is not a Variable: {tensor}")
    return (tensor.op.inputs[0].op.name if tensor.op.type == "ReadVariableOp" else tensor.op.name), tensor


def _variable_tensor(var: Any) -> Tensor:
    """The tensor by which a variable is saved: the read of a resource variable, the reference of another."""
    if isinstance(var, ResourceVariable):
        return var._graph_element
    if isinstance(var, Operation):
        raise TypeError(f"Can't convert Operation '{var.name}' to Tensor (target dtype=None, name=None, as_ref=True)")
    return to_tensor(var, as_ref=True)


@public("python.training.saving.saveable_object_util.validate_and_slice_inputs")
def validate_and_slice_inputs(names_to_saveables: Any) -> list[SaveableObject]:
    """A SaveableObject for each variable and part of one, in the order of their names.

    Raises:
      TypeError: a name that is no string, or what is no variable.
      ValueError: something is listed twice.
    """
    if not isinstance(names_to_saveables, dict):
        names_to_saveables = op_list_to_dict(names_to_saveables)
    names = names_to_saveables if isinstance(names_to_saveables, collections.OrderedDict) else sorted(names_to_saveables)
    out: list[SaveableObject] = []
    seen: set[Any] = set()
    for name in names:
        for saveable in saveable_objects_for_op(names_to_saveables[name], name):
            if saveable.op in seen:
                raise ValueError(f"The same saveable will be restored with two names: {saveable.name}")
            seen.add(saveable.op)
            out.append(saveable)
    return out


@public("python.training.saving.saveable_object_util.saveable_objects_for_op")
def saveable_objects_for_op(op: Any, name: Any) -> list[SaveableObject]:
    """The SaveableObjects of a variable, a list of parts, or of what is one already.

    Raises:
      TypeError: `name` is no string, or `op` no variable.
      ValueError: a list of what are not all parts of one variable.
    """
    if not isinstance(name, str):
        raise TypeError(f"names_to_saveables must be a dict mapping string names to trackable operations. Name is not a string: {name}")
    if isinstance(op, SaveableObject):
        return [op]
    if isinstance(op, (list, tuple, PartitionedVariable)):
        return _parts(list(op), name)
    if hasattr(op, "_gather_saveables_for_checkpoint") and not isinstance(op, Variable):
        made = op._gather_saveables_for_checkpoint()
        return [s for key, make in made.items() for s in saveable_objects_for_op(make(name) if callable(make) else make, name)]
    tensor = _variable_tensor(op)
    if not is_variable(tensor):
        raise TypeError(f"names_to_saveables must be a dict mapping string names to Tensors/Variables. Not a variable: {tensor}")
    if tensor.op.type in ("Variable", "VariableV2", "AutoReloadVariable"):
        return [ReferenceVariableSaveable(tensor, "", name)]
    return [ResourceVariableSaveable(tensor, "", name)]


def _parts(variables: list[Any], name: str) -> list[SaveableObject]:
    out: list[SaveableObject] = []
    whole: str | None = None
    for variable in variables:
        info = getattr(variable, "_save_slice_info", None)
        if not isinstance(variable, Variable):
            raise ValueError(f"Slices must all be Variables: {variable}")
        if info is None:
            raise ValueError(f"Slices must all be slices: {variable}")
        if whole is None:
            whole = info.full_name
        elif whole != info.full_name:
            raise ValueError(f"Slices must all be from the same tensor: {whole} != {info.full_name}")
        kind = ResourceVariableSaveable if isinstance(variable, ResourceVariable) else ReferenceVariableSaveable
        out.append(kind(variable, info.spec, name))
    return out


@public("python.training.saving.saveable_object_util.set_cpu0")
def set_cpu0(device_string: Any) -> str:
    """The same place with its device the first CPU, as files are read and written there."""
    spec = DeviceSpec.from_string(device_string or "")
    spec.merge_from(DeviceSpec(device_type="CPU", device_index=0))
    return spec.to_string()


def static_shape(saveable: SaveableObject) -> TensorShape:
    """The static shape of what a saveable object with one tensor saves."""
    return saveable.op.get_shape() if hasattr(saveable.op, "get_shape") else TensorShape(None)
