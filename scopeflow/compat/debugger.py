"""tensorflow.python.debug (tfdbg): programs import it for a flag that is off; at its use it says that it is not there."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.errors import UnimplementedError
from ..graph.public import export, public

_MODULES = {
    "DumpingDebugWrapperSession": "dumping_wrapper",
    "GrpcDebugWrapperSession": "grpc_wrapper",
    "LocalCLIDebugWrapperSession": "local_cli_wrapper",
    "TensorBoardDebugWrapperSession": "grpc_wrapper",
    "DumpingDebugHook": "hooks",
    "GrpcDebugHook": "hooks",
    "LocalCLIDebugHook": "hooks",
    "TensorBoardDebugHook": "hooks",
}


def _without_debugger(name: str) -> type:
    def refuse(self: Any, *args: Any, **kwargs: Any) -> None:
        raise UnimplementedError(
            None,
            None,
            f"{name}: scopeflow has no tfdbg. Fetch the tensors, or use tf.Print, tf.check_numerics or tf.add_check_numerics_ops.",
        )

    return type(name, (), {"__init__": refuse, "__doc__": "A part of tfdbg, which scopeflow does not have."})


for _name, _module in _MODULES.items():
    export(_without_debugger(_name), f"python.debug.{_name}", f"python.debug.wrappers.{_module}.{_name}")


@public("python.debug.has_inf_or_nan", "python.debug.lib.debug_data.has_inf_or_nan")
def has_inf_or_nan(datum: Any, tensor: Any) -> bool:
    """Whether an array of numbers (or None) holds an infinity or NaN; `datum` is not looked at."""
    values = np.asarray(tensor)
    return values.dtype.kind in "fc" and not np.isfinite(values).all()
