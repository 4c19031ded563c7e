"""tf.config: the devices there are, and settings that XLA has no use for; tf.autograph for functions that need no conversion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..graph.public import export, public
from .devices import list_local_devices


class PhysicalDevice(NamedTuple):
    """A device of the machine."""

    name: str
    device_type: str


class LogicalDevice(NamedTuple):
    """A device as graphs name it."""

    name: str
    device_type: str


#: what programs set, kept so that they read it back
_settings: dict[Any, Any] = {}


def _of_type(devices: list[Any], device_type: str | None) -> list[Any]:
    return [d for d in devices if device_type is None or d.device_type == device_type]


@public("config.experimental.list_physical_devices")
def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The machine's devices: the CPU, then the GPUs that JAX sees."""
    devices = [PhysicalDevice(d.name.replace("/device", "/physical_device"), d.device_type) for d in list_local_devices()]
    return _of_type(devices, device_type)


@public("config.experimental.list_logical_devices")
def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The devices as graphs name them."""
    return _of_type([LogicalDevice("/job:localhost/replica:0/task:0" + d.name, d.device_type) for d in list_local_devices()], device_type)


@public("config.experimental_list_devices", "contrib.eager.list_devices")
def experimental_list_devices() -> list[str]:
    """The names of the devices."""
    return [d.name for d in list_logical_devices()]


@public("config.experimental.get_visible_devices")
def get_visible_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices that `set_visible_devices` left, by default all."""
    return _of_type([d for kind in ("CPU", "GPU") for d in _settings.get(("visible", kind), list_physical_devices(kind))], device_type)


@public("config.experimental.set_visible_devices")
def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Notes which devices a program means to use. Those that JAX uses are chosen by JAX_PLATFORMS and CUDA_VISIBLE_DEVICES.

    Raises:
      ValueError: a device that is not there.
    """
    if isinstance(devices, PhysicalDevice):
        devices = [devices]
    chosen = list(devices or ())
    for device in chosen:
        if device not in list_physical_devices(device_type):
            raise ValueError(f"Unrecognized device: {device!r}")
    for kind in ("CPU", "GPU") if device_type is None else (device_type,):
        _settings["visible", kind] = [d for d in chosen if d.device_type == kind]


@public("config.experimental.set_memory_growth")
def set_memory_growth(device: Any, enable: bool) -> None:
    """Notes the wish: how JAX allocates GPU memory is set by XLA_PYTHON_CLIENT_PREALLOCATE."""
    _settings["growth", device] = bool(enable)


@public("config.experimental.get_memory_growth")
def get_memory_growth(device: Any) -> bool:
    """What `set_memory_growth` set."""
    return _settings.get(("growth", device), False)


class VirtualDeviceConfiguration(NamedTuple):
    """How much memory, in megabytes, a part of a device may use."""

    memory_limit: int | None = None


export(VirtualDeviceConfiguration, "config.experimental.VirtualDeviceConfiguration")


@public("config.experimental.set_virtual_device_configuration")
def set_virtual_device_configuration(device: Any, virtual_devices: Sequence[VirtualDeviceConfiguration]) -> None:
    """Notes how a device is to be divided. One part is a limit that JAX does not keep; several are refused.

    Raises:
      ValueError: several parts.
    """
    if len(virtual_devices) > 1:
        raise ValueError("scopeflow does not divide a device into several: one virtual device at most.")
    _settings["virtual", device] = list(virtual_devices)


@public("config.experimental.get_virtual_device_configuration")
def get_virtual_device_configuration(device: Any) -> Any:
    """What `set_virtual_device_configuration` set; None by default."""
    return _settings.get(("virtual", device))


def _setting(get_name: str, set_name: str, default: Any, doc: str) -> None:
    """Publishes a pair of functions that keep a setting."""

    def get() -> Any:
        return _settings.get(get_name, default)

    def put(value: Any) -> None:
        _settings[get_name] = value

    get.__name__, put.__name__ = get_name.rpartition(".")[2], set_name.rpartition(".")[2]
    get.__doc__, put.__doc__ = f"{doc}: what was set.", f"{doc}: kept, and of no effect; XLA decides."
    export(get, get_name)
    export(put, set_name)


_setting("config.get_soft_device_placement", "config.set_soft_device_placement", False, "Whether ops may run on other devices")
_setting("config.optimizer.get_jit", "config.optimizer.set_jit", False, "Whether XLA compiles")
_setting("config.optimizer.get_experimental_options", "config.optimizer.set_experimental_options", {}, "Graph optimizers")
for _scope in ("inter", "intra"):
    _name = f"{_scope}_op_parallelism_threads"
    _setting(f"config.threading.get_{_name}", f"config.threading.set_{_name}", 0, "How many threads")
_setting("debugging.get_log_device_placement", "debugging.set_log_device_placement", False, "Whether placements are logged")


@public("autograph.experimental.do_not_convert")
def do_not_convert(func: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """Decorator: `func` as it is; nothing is converted here."""
    return func if func is not None else lambda f: f


@public("autograph.set_verbosity")
def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """Nothing: there are no conversions to tell of."""


@public("contrib.memory_stats.BytesLimit")
def BytesLimit() -> Any:
    """A tensor: the memory of the first GPU in bytes (of the CPU, 0)."""
    return _memory("bytes_limit")


@public("contrib.memory_stats.BytesInUse")
def BytesInUse() -> Any:
    """A tensor: bytes of the first GPU's memory in use when it runs (of the CPU, 0)."""
    return _memory("bytes_in_use")


@public("contrib.memory_stats.MaxBytesInUse")
def MaxBytesInUse() -> Any:
    """A tensor: the most bytes of the first GPU's memory that were in use (of the CPU, 0)."""
    return _memory("peak_bytes_in_use")


def _memory(what: str) -> Any:
    import jax
    import numpy as np

    from ..graph import dtypes
    from ..graph.public import TABLE

    def read() -> Any:
        return np.int64((jax.devices()[0].memory_stats() or {}).get(what, 0))

    out = TABLE["py_func"](read, [], dtypes.int64, stateful=True)
    out.set_shape([])
    return out
