"""Which part of a larger variable a variable is: what partitions carry into checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class SaveSliceInfo:
    """The place of a partition in the whole.

    Args:
      full_name: the whole variable's name.
      full_shape: its shape.
      var_offset: where the partition starts, one int a dimension.
      var_shape: the partition's shape.
      save_slice_info_def: a SaveSliceInfoDef to take all this from.
      import_scope: prefix for the name in it.
    """

    def __init__(
        self,
        full_name: str | None = None,
        full_shape: Sequence[int] | None = None,
        var_offset: Sequence[int] | None = None,
        var_shape: Sequence[int] | None = None,
        save_slice_info_def: Any = None,
        import_scope: str | None = None,
    ):
        if save_slice_info_def is not None:
            full_name = save_slice_info_def.full_name
            if import_scope:
                full_name = f"{import_scope.rstrip('/')}/{full_name}"
            full_shape, var_offset, var_shape = (
                list(dims) for dims in (save_slice_info_def.full_shape, save_slice_info_def.var_offset, save_slice_info_def.var_shape)
            )
        self.full_name, self.full_shape, self.var_offset, self.var_shape = full_name, full_shape, var_offset, var_shape

    @property
    def spec(self) -> str:
        """The slice as checkpoints spell it: "5 2 3,2:0,2" is rows 3 and 4 of a [5, 2] variable."""
        sizes = " ".join(map(str, self.full_shape or ()))
        parts = ":".join(f"{o},{s}" for o, s in zip(self.var_offset or (), self.var_shape or ()))
        return f"{sizes} {parts}"

    def to_proto(self, export_scope: str | None = None) -> Any:
        """A SaveSliceInfoDef; None if `export_scope` is given and the name is outside it."""
        from tensorboard.compat.proto.variable_pb2 import SaveSliceInfoDef

        name = self.full_name or ""
        if export_scope and not name.startswith(export_scope):
            return None
        if export_scope:
            name = name[len(export_scope.rstrip("/")) + 1 :]
        return SaveSliceInfoDef(full_name=name, full_shape=self.full_shape, var_offset=self.var_offset, var_shape=self.var_shape)
