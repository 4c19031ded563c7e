"""The private modules of TensorFlow that programs import from (`tensorflow.python...`): each name resolves to its public object.

`private_names.txt` says which public name each attribute of each module has in TensorFlow 1.15.5. Names without a public one are found in
the table of public names under their private path ("python.training.moving_averages.assign_moving_average"), where the code that
implements them publishes them.
"""

from __future__ import annotations

import functools
import importlib
import importlib.resources
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ..graph.public import TABLE
from ..op.declare import OPS

_NEST = ("flatten", "is_sequence", "map_structure", "pack_sequence_as", "assert_same_structure")
_REDUCTIONS = ("all", "any", "logsumexp", "max", "mean", "min", "prod", "sum")
#: module below tensorflow.python -> {name: public name}, for functions of TensorFlow 2's API whose calls are calls of these too
_SAME_CALLS = {
    "framework.constant_op": {"constant": "constant"},
    "data.util.nest": {n: f"contrib.framework.nest.{n}" for n in _NEST},
    "framework.ops": {"convert_to_tensor_v2": "convert_to_tensor"},
    "ops.array_ops": {"constant": "constant"},
    "ops.confusion_matrix": {"confusion_matrix": "confusion_matrix"},
    "ops.control_flow_ops": {"Assert": "Assert"},
    "ops.gradients_impl": {"gradients_v2": "gradients"},
    "ops.math_ops": {f"reduce_{r}": f"reduce_{r}" for r in _REDUCTIONS},
    "ops.parsing_ops": {"decode_raw": "decode_raw"},
    "ops.standard_ops": {f"reduce_{r}": f"reduce_{r}" for r in _REDUCTIONS} | {"constant": "constant"},
    "ops.variables": {"Variable": "Variable"},
    "ops.variable_scope": {"variable_creator_scope": "variable_creator_scope"},
    "data.ops.dataset_ops": {"DatasetV2": "data.Dataset"},
    "util.nest": {n: f"contrib.framework.nest.{n}" for n in _NEST},
}


#: modules of the functions that TensorFlow generates for its ops: `gen_math_ops.mat_mul`
_GENERATED = re.compile(r"tensorflow\.(python\.ops\.gen_\w+_ops|python\.training\.(gen_)?training_ops|contrib\..*\.gen_\w+_ops)")
_GENERATED_MODULES = (
    "array bitwise candidate_sampling control_flow ctc data_flow dataset experimental_dataset functional image io linalg list logging "
    "lookup manip math nn parsing random resource_variable rnn script set sparse spectral state stateless_random string training"
).split()


def generated_name(op_type: str) -> str:
    """The name of TensorFlow's generated function for an op: `conv2d_backprop_input` for Conv2DBackpropInput."""
    words = re.sub(r"([a-z\d])([A-Z])", r"\1_\2", re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", op_type)).lower()
    return re.sub(r"(\d)_d(?=_|$)", r"\1d", words)


def _generated(name: str) -> Any:
    """The declared op of a generated function's name (names that Python has too begin with `_`); None if there is none."""
    for op_type, op in OPS.items():
        if generated_name(op_type) == name.lstrip("_"):
            return op
    return None


@functools.cache
def known() -> dict[str, dict[str, str]]:
    """Private module -> {attribute: public name}."""
    out: dict[str, dict[str, str]] = {}
    text = importlib.resources.files(__package__).joinpath("private_names.txt").read_text()
    for line in text.splitlines():
        path, *words = line.split()
        names = out.setdefault(path, {})
        for word in words:
            name, _, public_name = word.partition("=")
            names[name] = public_name or name
        while "python" in (path := path.rpartition(".")[0]).split("."):
            out.setdefault(path, {})
    for module in _GENERATED_MODULES:
        out.setdefault(f"tensorflow.python.ops.gen_{module}_ops", {})
    out.setdefault("tensorflow.python.training.training_ops", {})
    for path, names in _SAME_CALLS.items():
        out.setdefault("tensorflow.python." + path, {}).update(names)
    for full in TABLE:
        path = full.rpartition(".")[0]
        while "python" in path.split("."):
            out.setdefault("tensorflow." + path, {})
            path = path.rpartition(".")[0]
    return out


class PrivateModule(ModuleType):
    """A module below `tensorflow.python` or `tensorflow.contrib.x.python`."""

    def __init__(self, path: str, load: Callable[[str], Any]):
        super().__init__(path, "Public names under the private path that programs import them from.")
        self.__path__: list[str] = []
        self.__dict__["_load"] = load

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *known()[self.__name__]})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        path = f"{self.__name__}.{name}"
        value = TABLE.get(path.partition(".")[2])
        if value is None:
            public_name = known()[self.__name__].get(name)
            if public_name is not None:
                value = self._load(public_name)
            elif _GENERATED.fullmatch(self.__name__) and (op := _generated(name)) is not None:
                value = op
            elif path in known():
                # a sub-module, which programs may reach without importing it by name
                return importlib.import_module(path)
            elif (neighbour := _imported_module(name)) is not None:
                return importlib.import_module(neighbour)
            else:
                raise AttributeError(f"{path} is not in scopeflow yet.{_public_namesake(name)}")
        setattr(self, name, value)
        return value


def _imported_module(name: str) -> str | None:
    """The module below `tensorflow.python` that TensorFlow's own modules import under this name."""
    return next((k for k in known() if k.startswith("tensorflow.python.") and k.rpartition(".")[2] == name), None)


def _public_namesake(name: str) -> str:
    same = [f"tf.{k}" for k in TABLE if k.rpartition(".")[2] == name][:3]
    return f" Public names like it: {', '.join(same)}." if same else ""
