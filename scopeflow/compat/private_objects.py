"""What scopeflow has and TensorFlow kept private: published under the paths that programs import them from."""

from __future__ import annotations

import types
from typing import Any

from ..graph import default_graph, dtypes
from ..graph.public import TABLE, export, public
from ..graph.tensor_shape import TensorShape
from ..op.declare import OPS
from ..ops import control_contexts, control_flow, flow, shaping
from ..scopes import entering
from ..variables.partitioned import PartitionedVariable
from . import files, test_decorators, testing, text  # noqa: F401  (text publishes the names below tf.compat)

export(flow.with_dependencies, "python.ops.control_flow_ops.with_dependencies")
export(default_graph.colocate_with, "python.framework.ops.colocate_with")
export(PartitionedVariable, "python.ops.variables.PartitionedVariable")
for _name in ("float16", "float32", "float64", "int32", "int64", "bool", "string"):
    export(dtypes.as_dtype(_name + "_ref"), f"python.framework.dtypes.{_name}_ref")
_TEXT = "as_bytes as_text as_str as_str_any path_to_str bytes_or_text_types integral_types real_types complex_types"
for _name in _TEXT.split():
    export(TABLE["compat." + _name], "python.util.compat." + _name)

export(testing.main, "python.platform.googletest.main", "python.platform.test.main")
export(testing.TestCase, "python.platform.googletest.TestCase", "python.platform.test.TestCase")
export(files.GFile, "python.lib.io.file_io.FileIO", "python.platform.gfile.GFile")


@public("python.framework.test_util.IsMklEnabled", "python.framework.test_util.is_xla_enabled")
def is_special_build() -> bool:
    """False: programs ask whether this TensorFlow was built in some special way."""
    return False


@public("python.framework.test_util.InstallStackTraceHandler")
def InstallStackTraceHandler() -> None:
    """Nothing: Python's faulthandler shows the stack of a crash."""


@public("python.lib.io.file_io.write_string_to_file")
def write_string_to_file(filename: Any, file_content: Any) -> None:
    """Writes a file."""
    with files.GFile(filename, "w") as f:
        f.write(file_content)


@public("python.lib.io.file_io.read_file_to_string")
def read_file_to_string(filename: Any, binary_mode: bool = False) -> Any:
    """The content of a file, as text or bytes."""
    with files.GFile(filename, "rb" if binary_mode else "r") as f:
        return f.read()


@public("python.util.all_util.make_all")
def make_all(module_name: str, doc_string_modules: Any = None) -> list[str]:
    """The public names of a module."""
    import sys

    return [n for n, v in vars(sys.modules[module_name]).items() if not n.startswith("_") and not isinstance(v, types.ModuleType)]


@public("python.util.all_util.remove_undocumented")
def remove_undocumented(module_name: str, allowed_exception_list: Any = None, doc_string_modules: Any = None) -> None:
    """Nothing: the names that TensorFlow would take out of the module stay."""


# -- parts that programs build on -----------------------------------------------------------------------
export(entering._pure_variable_scope, "python.ops.variable_scope._pure_variable_scope")
export(control_contexts.ControlFlowContext, "python.ops.control_flow_ops.ControlFlowContext")
export(control_flow.switch, "python.ops.control_flow_ops.switch")
export(control_flow.merge, "python.ops.control_flow_ops.merge")
export(shaping.shape_of, "python.ops.array_ops.shape_internal")
export(OPS["ResourceScatterAdd"], "python.ops.resource_variable_ops.resource_scatter_add")
export(OPS["Bucketize"], "python.ops.math_ops._bucketize")


@public("python.ops.control_flow_util.GetContainingXLAContext")
def GetContainingXLAContext(ctxt: Any) -> None:
    """None: XLA compiles every run, whatever context its ops are in."""


@public("python.ops.control_flow_util.GraphOrParentsInXlaContext")
def GraphOrParentsInXlaContext(graph: Any) -> bool:
    """False: programs ask whether to avoid what TensorFlow's XLA bridge could not compile."""
    return False


@public("python.framework.ops.EagerTensor")
class EagerTensor:
    """What tensors are in eager mode, which scopeflow has not: nothing is one."""


@public("python.ops.resources.shared_resources")
def shared_resources() -> list[Any]:
    """The resources that sessions share: the collection "resources"."""
    return default_graph.get_default_graph().get_collection("resources")


@public("python.ops.resources.local_resources")
def local_resources() -> list[Any]:
    """The resources of a session: the collection "local_resources"."""
    return default_graph.get_default_graph().get_collection("local_resources")


@public("python.ops.resources.initialize_resources")
def initialize_resources(resource_list: Any, name: str = "init") -> Any:
    """An op that initializes resources, those of a list whose elements have `create`."""
    if resource_list:
        return flow.group(*[r.create for r in resource_list], name=name)
    return flow.no_op(name=name)


def _shape_maker(rank: int) -> Any:
    def shape_of(*sizes: Any) -> TensorShape:
        if len(sizes) != rank:
            raise TypeError(f"expected {rank} sizes, not {len(sizes)}")
        return TensorShape(list(sizes))

    return shape_of


for _rank, _name in enumerate(("scalar", "vector", "matrix")):
    export(_shape_maker(_rank), f"python.framework.tensor_shape.{_name}")
