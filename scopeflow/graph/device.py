"""Device names: parsing, merging and the canonical spelling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .public import public


@public("DeviceSpec")
class DeviceSpec:
    """A device name's parts: `/job:J/replica:R/task:T/device:TYPE:N`, each of which may be missing."""

    __slots__ = ("job", "replica", "task", "device_type", "device_index")

    def __init__(self, job: Any = None, replica: Any = None, task: Any = None, device_type: Any = None, device_index: Any = None):
        self.job = None if job is None else str(job)
        self.replica = None if replica is None else int(replica)
        self.task = None if task is None else int(task)
        self.device_type = None if device_type is None else str(device_type).upper()
        self.device_index = None if device_index is None else int(device_index)

    @staticmethod
    def from_string(spec: str) -> DeviceSpec:
        """The DeviceSpec a string spells. Raises ValueError for an unknown part."""
        return DeviceSpec().parse_from_string(spec)

    def parse_from_string(self, spec: str) -> DeviceSpec:
        """Sets the parts from a string and returns self. Raises ValueError for an unknown part."""
        self.job = self.replica = self.task = self.device_type = self.device_index = None
        for part in spec.split("/"):
            fields = part.split(":")
            if part == "":
                continue
            head, count = fields[0], len(fields)
            if count == 2 and head == "job":
                self.job = fields[1]
            elif count == 2 and head == "replica":
                self.replica = int(fields[1])
            elif count == 2 and head == "task":
                self.task = int(fields[1])
            elif (count in (1, 2)) and head.upper() in ("CPU", "GPU", "TPU", "TPU_SYSTEM", "XLA_CPU", "XLA_GPU"):
                if self.device_type is not None:
                    raise ValueError(f"Cannot specify multiple device types: {spec}")
                self.device_type = head.upper()
                if count == 2 and fields[1] != "*":
                    self.device_index = int(fields[1])
            elif count == 3 and head == "device":
                if self.device_type is not None:
                    raise ValueError(f"Cannot specify multiple device types: {spec}")
                self.device_type = fields[1].upper()
                if fields[2] != "*":
                    self.device_index = int(fields[2])
            else:
                raise ValueError(f"Unknown attribute: '{head}' in '{spec}'")
        return self

    def merge_from(self, dev: DeviceSpec) -> None:
        """Takes over the parts that `dev` names."""
        for part in self.__slots__:
            value = getattr(dev, part)
            if value is not None:
                setattr(self, part, value)

    def make_merged_spec(self, dev: DeviceSpec) -> DeviceSpec:
        """Another DeviceSpec: this one with the parts that `dev` names."""
        merged = self.replace()
        merged.merge_from(dev)
        return merged

    def replace(self, **kwargs: Any) -> DeviceSpec:
        """Another DeviceSpec, with other parts. Raises TypeError for an unknown one."""
        return type(self)(**{**{part: getattr(self, part) for part in DeviceSpec.__slots__}, **kwargs})

    def to_string(self) -> str:
        """The canonical spelling."""
        out = ""
        for part in ("job", "replica", "task"):
            value = getattr(self, part)
            if value is not None:
                out += f"/{part}:{value}"
        if self.device_type is not None:
            out += f"/device:{self.device_type.upper()}:" + ("*" if self.device_index is None else str(self.device_index))
        return out

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, DeviceSpec) and self.to_string() == other.to_string()

    def __hash__(self) -> int:
        return hash(self.to_string())

    def __repr__(self) -> str:
        return f"DeviceSpec({self.to_string()!r})"


_canonical: dict[str, str] = {}


def canonical_name(device: Any) -> str:
    """`device` (string, DeviceSpec or None) in its canonical spelling.

    Raises:
      ValueError: the string is not a device name.
    """
    if device is None:
        return ""
    if isinstance(device, DeviceSpec):
        return device.to_string()
    found = _canonical.get(device)
    if found is None:
        found = _canonical[device] = DeviceSpec.from_string(device).to_string()
    return found


def merge_device(spec: Any) -> Callable[[Any], str]:
    """A device function that overlays the parts `spec` names onto an op's device (tf.device's rule for strings)."""
    name = canonical_name(spec)
    outer = DeviceSpec.from_string(name)

    def device_function(op: Any) -> str:
        current = getattr(op, "device", op)
        if not current:
            return name
        merged = DeviceSpec.from_string(name)
        merged.merge_from(DeviceSpec.from_string(canonical_name(current)))
        return merged.to_string()

    device_function.spec = outer  # type: ignore[attr-defined]
    device_function.display = name  # type: ignore[attr-defined]
    return device_function
