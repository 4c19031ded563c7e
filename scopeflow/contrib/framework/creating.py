"""Making variables: variable, model_variable, local_variable, global_variable, and choosing devices for them."""

from __future__ import annotations

import functools
from typing import Any

from ...graph import dtypes
from ...graph.default_graph import device as device_scope
from ...graph.device import DeviceSpec
from ...graph.graph import GraphKeys
from ...graph.operation import Operation
from ...graph.public import public
from ...scopes import get_variable, get_variable_scope
from ...variables import Variable
from ...variables.modes import AUTO, NO_AGGREGATION
from .arg_scope import add_arg_scope


def _listed_variable(initial_value: Any, validate_shape: bool, name: str | None, use_resource: bool | None, collection: str) -> Any:
    return Variable(
        initial_value, trainable=False, collections=[collection], validate_shape=validate_shape, name=name, use_resource=use_resource
    )


@public("contrib.framework.local_variable", "contrib.slim.local_variable")
def local_variable(initial_value: Any, validate_shape: bool = True, name: str | None = None, use_resource: bool | None = None) -> Any:
    """A variable that is neither trained nor saved."""
    return _listed_variable(initial_value, validate_shape, name, use_resource, GraphKeys.LOCAL_VARIABLES)


@public("contrib.framework.global_variable", "contrib.slim.global_variable")
def global_variable(initial_value: Any, validate_shape: bool = True, name: str | None = None, use_resource: bool | None = None) -> Any:
    """A variable that is saved but not trained."""
    return _listed_variable(initial_value, validate_shape, name, use_resource, GraphKeys.GLOBAL_VARIABLES)


@public("contrib.framework.variable", "contrib.slim.variable")
@add_arg_scope
def variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    collections: Any = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    use_resource: bool | None = None,
    synchronization: Any = AUTO,
    aggregation: Any = NO_AGGREGATION,
) -> Any:
    """`get_variable` with a device; its arguments can come from an argument scope.

    Args:
      device: where to put the variable: a device, or a function of the op such as `VariableDeviceChooser()`.
      custom_getter: called in place of `get_variable`, with the same arguments and `reuse`.

    See `get_variable` for the others.
    """
    collections = list(dict.fromkeys([GraphKeys.GLOBAL_VARIABLES] if collections is None else collections))
    getter = get_variable
    if custom_getter is not None:
        getter = functools.partial(custom_getter, reuse=get_variable_scope().reuse)
    with device_scope(device or ""):
        return getter(
            name,
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
            collections=collections,
            caching_device=caching_device,
            partitioner=partitioner,
            use_resource=use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
        )


@public("contrib.framework.model_variable", "contrib.slim.model_variable")
@add_arg_scope
def model_variable(
    name: str,
    shape: Any = None,
    dtype: Any = dtypes.float32,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    collections: Any = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    use_resource: bool | None = None,
    synchronization: Any = AUTO,
    aggregation: Any = NO_AGGREGATION,
) -> Any:
    """`variable`, listed among the global variables and the model's variables as well as in `collections`."""
    return variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=[*(collections or []), GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES],
        caching_device=caching_device,
        device=device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        use_resource=use_resource,
        synchronization=synchronization,
        aggregation=aggregation,
    )


@public("contrib.framework.VariableDeviceChooser", "contrib.slim.VariableDeviceChooser")
class VariableDeviceChooser:
    """A device function that deals variables out over parameter servers in turn.

    Args:
      num_tasks: how many there are; 0: only the device's type and index are set.
      job_name: their job.
      device_type: "CPU" or "GPU".
      device_index: which of the devices of that type.
      replica: their replica.
    """

    def __init__(
        self,
        num_tasks: int = 0,
        job_name: str = "ps",
        device_type: str = "CPU",
        device_index: int = 0,
        replica: int | None = None,
    ):
        self._num_tasks, self._job_name, self._replica = num_tasks, job_name, replica
        self._device_type, self._device_index = device_type, device_index
        self._next_task = 0

    def __call__(self, op: Operation) -> str:
        spec: dict[str, Any] = {"replica": self._replica, "device_type": self._device_type, "device_index": self._device_index}
        if self._num_tasks > 0:
            spec |= {"job": self._job_name, "task": self._next_task}
            self._next_task = (self._next_task + 1) % self._num_tasks
        return DeviceSpec(**spec).to_string()
