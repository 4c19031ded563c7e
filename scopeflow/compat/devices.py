"""What programs ask about the machine: tensorflow.python.client.device_lib and .timeline, and whether this is TensorFlow 2."""

from __future__ import annotations

import itertools
import json
from typing import Any, NamedTuple

from ..graph.public import export, public

_numbers = itertools.count()
export(lambda: False, "python.tf2.enabled")


@public("python.framework.ops.uid")
def uid() -> int:
    """A number that no other call in this process gives."""
    return next(_numbers)


class DeviceAttributes(NamedTuple):
    """A device: its name, kind ("CPU", "GPU"), memory in bytes and description."""

    name: str
    device_type: str
    memory_limit: int
    locality: Any = None
    incarnation: int = 0
    physical_device_desc: str = ""


@public("python.client.device_lib.list_local_devices")
def list_local_devices(session_config: Any = None) -> list[DeviceAttributes]:
    """The CPU, then the GPUs that JAX sees."""
    import jax

    out = [DeviceAttributes("/device:CPU:0", "CPU", 268435456)]
    gpus = [d for d in jax.devices() if d.platform in ("gpu", "cuda", "rocm")]
    for i, device in enumerate(gpus):
        memory = (device.memory_stats() or {}).get("bytes_limit", 0)
        out.append(DeviceAttributes(f"/device:GPU:{i}", "GPU", memory, None, i + 1, f"device: {i}, name: {device.device_kind}"))
    return out


@public("python.client.timeline.Timeline")
class Timeline:
    """The steps in RunMetadata as a trace for Chrome.

    Args:
      step_stats: `run_metadata.step_stats`.
      graph: not used.
    """

    def __init__(self, step_stats: Any, graph: Any = None):
        self._step_stats = step_stats

    def generate_chrome_trace_format(self, show_dataflow: bool = True, show_memory: bool = False) -> str:
        """JSON in Chrome's trace event format, times in microseconds."""
        events: list[dict[str, Any]] = []
        for pid, device in enumerate(self._step_stats.dev_stats):
            events.append({"name": "process_name", "ph": "M", "pid": pid, "args": {"name": device.device}})
            for node in device.node_stats:
                events.append(
                    {
                        "ph": "X",
                        "cat": "Op",
                        "name": node.node_name,
                        "pid": pid,
                        "tid": node.thread_id,
                        "ts": node.all_start_micros,
                        "dur": node.all_end_rel_micros,
                        "args": {"name": node.node_name, "op": node.timeline_label},
                    }
                )
        events.append({"name": "process_name", "ph": "M", "pid": len(self._step_stats.dev_stats), "args": {"name": "Allocators"}})
        return json.dumps({"traceEvents": events}, indent=4)
