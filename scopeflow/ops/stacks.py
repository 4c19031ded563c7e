"""Stacks and arrays of gradients: what TensorFlow's own gradients of loops, in graphs that it wrote, keep values in.

Their contents are state of the run (lower/run_state.py): kernels get it in the place of a stack's handle, or of an array's
flow, and those of stacks give the new one before their outputs.
"""

from __future__ import annotations

import numpy as np

from ..op.array_state import ArrayState, empty
from ..op.declare import op
from ..op.stack_state import StackState
from ..op.stack_state import empty as empty_stack

#: the value of a handle, which nothing looks at
_HANDLE = np.zeros(2, np.uint8)


@op("StackV2", "max_size: int32 -> handle: resource", stateful=True, attrs={"elem_type": ("type", None)},
    shape=lambda inputs, attrs: [(2,)])  # fmt: skip
def stack_v2(max_size, *, stack_name: str = ""):
    """A new stack. It has room for all that is pushed, whatever `max_size` is."""
    return empty_stack(stack_name or "stack"), _HANDLE


@op("StackPushV2", "handle: resource, elem: T -> output: T", stateful=True, attrs={"swap_memory": ("bool", False)},
    shape=lambda inputs, attrs: [inputs[1]._dims])  # fmt: skip
def stack_push_v2(handle: StackState, elem):
    """Puts an element on a stack, and gives it."""
    # A flow stands for no more than that its array was written.
    kept = np.float32(0) if isinstance(elem, ArrayState) else _HANDLE if elem is None or elem.dtype == object else elem
    return handle.push(kept), elem


@op("StackPopV2", "handle: resource -> elem: elem_type", stateful=True, shape=lambda inputs, attrs: [None])
def stack_pop_v2(handle: StackState):
    """Takes the last element off a stack."""
    return handle.pop()


@op("StackCloseV2", "handle: resource -> ", stateful=True, shape=lambda inputs, attrs: [])
def stack_close_v2(handle):
    """Nothing: a stack is gone when the run ends."""
    return ()


@op("TensorArrayGradV3", "handle: resource, flow_in: float -> grad_handle: resource, flow_out: float", stateful=True, differentiable=False,
    attrs={"source": ("str", "")}, shape=lambda inputs, attrs: [(2,), ()])  # fmt: skip
def tensor_array_grad_v3(handle, flow_in: ArrayState):
    """The array that holds the gradients of an array's elements: as many as that has now, of the same shape."""
    dims = flow_in.known_element_dims()
    size = flow_in.size if isinstance(flow_in.size, int) else 0
    grows = flow_in.grows or not size
    return empty(size, flow_in.dtype, flow_in.element_dims if dims is None else dims, grows, f"{flow_in.name}@gradients", adds=True)
