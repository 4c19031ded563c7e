"""TensorArray: an array of tensors that loops write to and read from.

The handle names the array; its elements travel with the flow tensor, which each write gives anew, so that reads come
after the writes they depend on. At run time the flow's value is an `ArrayState`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.constant_value import constant_value
from ..graph.conversion import to_tensor
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.dtypes import as_dtype
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims, TensorShape, as_shape
from ..lower.state import array_op
from ..op.array_state import empty
from ..op.declare import op
from .casting import cast
from .creation import range_ as range_of
from .shaping import shape as shape_of

_ARRAY = "handle: resource"


def _flow(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [()]


def _declared(handle: Tensor) -> Dims:
    """The elements' shape that the array was made with."""
    array = array_op(handle)
    return array.attrs["element_shape"]._dims if array is not None and array.attrs["identical_element_shapes"] else None


def _element(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [_declared(inputs[0])]


@op("TensorArrayV3", "size: int32 -> handle: resource, flow: float", static="size", stateful=True,
    attrs={"clear_after_read": ("bool", True), "identical_element_shapes": ("bool", False)},
    shape=lambda inputs, attrs: [(2,), ()])  # fmt: skip
def tensor_array_v3(
    size, *, dtype: dtype, element_shape: shape = None, dynamic_size: bool = False, tensor_array_name: str = ""  # noqa: F821
):  # fmt: skip
    """A new array of `size` elements."""
    return np.zeros(2, np.uint8), empty(int(size), dtype.np_dtype, element_shape._dims, dynamic_size, tensor_array_name or "TensorArray")


@op("TensorArrayWriteV3", f"{_ARRAY}, index: int32, value: T, flow_in: float -> flow_out: float", stateful=True, shape=_flow)
def tensor_array_write_v3(handle, index, value, flow_in):
    """The array with `value` at `index`."""
    return flow_in.write(index, value)


@op("TensorArrayReadV3", f"{_ARRAY}, index: int32, flow_in: float -> value: dtype", stateful=True, shape=_element)
def tensor_array_read_v3(handle, index, flow_in):
    """The element at `index`."""
    return flow_in.read(index)


def _gathered(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    declared, dims, indices = _declared(inputs[0]), attrs["element_shape"]._dims, inputs[1]._dims
    if declared is not None and indices is not None:
        return [(*indices, *declared)]
    return [None if dims is None else (None, *dims)]


@op("TensorArrayGatherV3", f"{_ARRAY}, indices: int32, flow_in: float -> value: dtype", stateful=True, shape=_gathered)
def tensor_array_gather_v3(handle, indices, flow_in, *, element_shape: shape = None):  # noqa: F821
    """The elements at `indices`, stacked: [len(indices), *element]."""
    if element_shape._dims is not None and None not in element_shape._dims and flow_in.known_element_dims() is None:
        flow_in = flow_in.replace(element_dims=element_shape._dims)
    return flow_in.gather(indices)


@op("TensorArrayScatterV3", f"{_ARRAY}, indices: int32, value: T, flow_in: float -> flow_out: float", stateful=True, shape=_flow)
def tensor_array_scatter_v3(handle, indices, value, flow_in):
    """The array with value[i] at indices[i]."""
    return flow_in.scatter(indices, value)


@op("TensorArraySplitV3", f"{_ARRAY}, value: T, lengths: int64, flow_in: float -> flow_out: float", stateful=True, static="lengths",
    shape=_flow)  # fmt: skip
def tensor_array_split_v3(handle, value, lengths, flow_in):
    """The array with pieces of `value`, of `lengths` along its first dimension."""
    return flow_in.split(value, lengths)


def _concatenated(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = attrs["element_shape_except0"]._dims
    return [None if dims is None else (None, *dims), (None,)]


@op("TensorArrayConcatV3", f"{_ARRAY}, flow_in: float -> value: dtype, lengths: int64", stateful=True, shape=_concatenated,
    attrs={"element_shape_except0": ("shape", None)})  # fmt: skip
def tensor_array_concat_v3(handle, flow_in):
    """All elements one after another along their first dimension, and their lengths."""
    return flow_in.concat()


@op("TensorArraySizeV3", f"{_ARRAY}, flow_in: float -> size: int32", stateful=True, shape=_flow)
def tensor_array_size_v3(handle, flow_in):
    """The number of elements."""
    return np.int32(flow_in.size) if isinstance(flow_in.size, int) else flow_in.size


@op("TensorArrayCloseV3", f"{_ARRAY} -> ", stateful=True, shape=lambda inputs, attrs: [])
def tensor_array_close_v3(handle):
    """Nothing: an array is gone when the run ends."""
    return ()


@public("TensorArray")
class TensorArray:
    """An array of tensors, written once an index, for use in loops.

    Args:
      dtype: type of the elements.
      size: number of elements (scalar int32 tensor or int).
      dynamic_size: writing past the end makes the array longer.
      clear_after_read: accepted; memory is XLA's to manage.
      tensor_array_name: name of the array in messages.
      handle, flow: those of an existing array, in place of `size`.
      infer_shape: elements must all have one shape.
      element_shape: that shape, as far as it is known.
      colocate_with_first_write_call: place the array's ops beside the first value written.

    Raises:
      ValueError: neither size nor handle is given, or both are; shapes that do not fit when it is written to.
    """

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Tensor | None = None,
        flow: Tensor | None = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ):
        if handle is not None:
            if size is not None:
                raise ValueError("Cannot construct with both a handle and size")
            for value, what in (
                (tensor_array_name, "tensor_array_name"),
                (dynamic_size, "dynamic_size"),
                (clear_after_read, "clear_after_read"),
            ):
                if value is not None:
                    raise ValueError(f"Cannot provide both a handle and {what}")
        elif size is None:
            raise ValueError("Size must be provided if handle is not provided")
        self._dtype = as_dtype(dtype).base_dtype
        self._dynamic_size = bool(dynamic_size)
        # The elements' static shape is shared by all that are made of this array by writing.
        self._element_shape = [as_shape(element_shape)]
        self._infer_shape = infer_shape or element_shape is not None
        self._colocate_with_first_write_call = colocate_with_first_write_call
        self._colocate_with: list[Tensor] | None = [] if colocate_with_first_write_call else None
        with name_scope(name, "TensorArray", [handle, size, flow]) as scope:
            if handle is not None:
                self._handle = handle
                if flow is None:
                    raise ValueError("flow must be provided along with the handle: it carries the elements")
                self._flow = flow
            else:
                with contextlib.ExitStack() as stack:
                    if colocate_with_first_write_call:
                        graph = get_default_graph()
                        stack.enter_context(graph.device(None))
                        stack.enter_context(graph.colocate_with(None, ignore_existing=True))
                    self._handle, self._flow = tensor_array_v3(
                        size,
                        dtype=self._dtype,
                        element_shape=self._element_shape[0],
                        dynamic_size=self._dynamic_size,
                        clear_after_read=True if clear_after_read is None else clear_after_read,
                        identical_element_shapes=infer_shape,
                        tensor_array_name=tensor_array_name or "",
                        name=scope,
                    )

    # -- what it is ------------------------------------------------------------------------------
    @property
    def flow(self) -> Tensor:
        """The tensor that carries the elements."""
        return self._flow

    @property
    def dtype(self) -> dtypes.DType:
        return self._dtype

    @property
    def handle(self) -> Tensor:
        return self._handle

    @property
    def element_shape(self) -> TensorShape:
        """What is known of the elements' shape."""
        return self._element_shape[0]

    @property
    def dynamic_size(self) -> bool:
        return self._dynamic_size

    def with_flow(self, flow: Tensor) -> TensorArray:
        """The same array at another point of the program: `flow` is a tensor that came of this array's."""
        other = object.__new__(TensorArray)
        other.__dict__.update(self.__dict__)
        other._flow = flow
        return other

    def identity(self) -> TensorArray:
        """The same array, its flow behind an Identity."""
        from .flow import identity

        return self.with_flow(identity(self._flow))

    def grad(self, source: str, flow: Any = None, name: str | None = None) -> Any:
        """Refused: gradients of arrays are JAX's, there is no array that holds them.

        Raises:
          NotImplementedError: always.
        """
        raise NotImplementedError(
            "TensorArray.grad is not in scopeflow: gradients flow through a TensorArray's reads and writes; take them with tf.gradients."
        )

    def _merge_element_shape(self, shape: TensorShape) -> None:
        if not shape.is_compatible_with(self._element_shape[0]):
            raise ValueError(f"Inconsistent shapes: saw {shape} but expected {self._element_shape[0]} ")
        if self._infer_shape:
            self._element_shape[0] = self._element_shape[0].merge_with(shape)

    @contextlib.contextmanager
    def _beside(self, value: Tensor) -> Any:
        if not self._colocate_with_first_write_call:
            yield
            return
        if not self._colocate_with:
            self._colocate_with.append(value)
        with get_default_graph().colocate_with(self._colocate_with[0]):
            yield

    # -- reading and writing -----------------------------------------------------------------------
    def read(self, index: Any, name: str | None = None) -> Tensor:
        """The element at `index`."""
        value = tensor_array_read_v3(self._handle, index, self._flow, dtype=self._dtype, name=name)
        if self._element_shape[0]._dims is not None:
            value.set_shape(self._element_shape[0])
        return value

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """The array with `value` at `index`."""
        with name_scope(name, "TensorArrayWrite", [self._handle, index, value]):
            value = self._converted(value)
            self._merge_element_shape(value.shape)
            with self._beside(value):
                return self.with_flow(tensor_array_write_v3(self._handle, index, value, self._flow, name=name))

    def _converted(self, value: Any) -> Tensor:
        return to_tensor(value, None, "value", self._dtype)

    def stack(self, name: str | None = None) -> Tensor:
        """All elements as one tensor [size, *element]."""
        with get_default_graph().colocate_with(self._handle), name_scope(name, "TensorArrayStack", [self._handle]):
            return self.gather(range_of(0, self.size()), name=name)

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        """The elements at `indices` as one tensor [len(indices), *element]."""
        shape = self._element_shape[0]
        value = tensor_array_gather_v3(self._handle, indices, self._flow, dtype=self._dtype, element_shape=shape, name=name)
        if shape._dims is not None:
            value.set_shape([None, *shape._dims])
        return value

    def concat(self, name: str | None = None) -> Tensor:
        """All elements one after another along their first dimension."""
        dims = self._element_shape[0]._dims
        rest = TensorShape(dims[1:]) if dims is not None else TensorShape(None)
        value, _ = tensor_array_concat_v3(self._handle, self._flow, dtype=self._dtype, element_shape_except0=rest, name=name)
        if dims is not None:
            value.set_shape([None, *dims[1:]])
        return value

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """The array whose elements are those of `value`, [size, *element]."""
        with name_scope(name, "TensorArrayUnstack", [self._handle, value]):
            count = shape_of(value)[0]
            return self.scatter(range_of(0, count), value, name=name)

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """The array with value[i] at indices[i]."""
        with name_scope(name, "TensorArrayScatter", [self._handle, value, indices]):
            value = self._converted(value)
            with self._beside(value):
                flow = tensor_array_scatter_v3(self._handle, indices, value, self._flow, name=name)
            array = self.with_flow(flow)
            if self._infer_shape:
                dims = flow.op.inputs[2]._dims
                array._merge_element_shape(TensorShape(None if dims is None else dims[1:]))
            return array

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """The array whose elements are pieces of `value`, of `lengths` along its first dimension."""
        with name_scope(name, "TensorArraySplit", [self._handle, value, lengths]):
            value = to_tensor(value, self._dtype if not isinstance(value, Tensor) else None, "value")
            with self._beside(value):
                lengths_64 = cast(lengths, dtypes.int64)
                array = self
                if self._infer_shape:
                    known, dims = constant_value(lengths_64), value._dims
                    if dims is not None and known is not None and known.size and known.max() == known.min():
                        self._merge_element_shape(TensorShape([int(known.flat[0]), *dims[1:]]))
                flow = tensor_array_split_v3(self._handle, value, lengths_64, self._flow, name=name)
            return array.with_flow(flow)

    def size(self, name: str | None = None) -> Tensor:
        """The number of elements."""
        return tensor_array_size_v3(self._handle, self._flow, name=name)

    def close(self, name: str | None = None) -> Operation:
        """Frees the array."""
        return tensor_array_close_v3(self._handle, name=name)


def to_flow(value: Any) -> Any:
    """A TensorArray's flow; anything else as it is."""
    return value.flow if isinstance(value, TensorArray) else value


def from_flow(original: Any, value: Any) -> Any:
    """`value` as `original` was: a TensorArray if it was one."""
    return original.with_flow(value) if isinstance(original, TensorArray) else value
