"""Signatures of a SavedModel: which tensors are the inputs and outputs of what it offers."""

from __future__ import annotations

from typing import Any

from tensorboard.compat.proto.meta_graph_pb2 import SignatureDef, TensorInfo

from ...graph import dtypes
from ...graph.composite import SparseTensor
from ...graph.default_graph import get_default_graph
from ...graph.dtypes import as_dtype
from ...graph.public import public
from ...graph.scope_prefixes import prepend_name_scope
from . import constants as names


@public("saved_model.build_tensor_info", "saved_model.utils.build_tensor_info")
def build_tensor_info(tensor: Any) -> TensorInfo:
    """What a signature says of a Tensor, SparseTensor or variable: its name, type and static shape."""
    out = TensorInfo(dtype=as_dtype(tensor.dtype).as_datatype_enum, tensor_shape=tensor.get_shape().as_proto())
    if isinstance(tensor, SparseTensor):
        out.coo_sparse.values_tensor_name = tensor.values.name
        out.coo_sparse.indices_tensor_name = tensor.indices.name
        out.coo_sparse.dense_shape_tensor_name = tensor.dense_shape.name
    else:
        out.name = tensor.name
    return out


@public("saved_model.get_tensor_from_tensor_info", "saved_model.utils.get_tensor_from_tensor_info")
def get_tensor_from_tensor_info(tensor_info: Any, graph: Any = None, import_scope: str | None = None) -> Any:
    """The Tensor or SparseTensor that a TensorInfo speaks of.

    Raises:
      KeyError: there is none of that name.
      ValueError: the TensorInfo names nothing.
    """
    graph = graph or get_default_graph()

    def get(name: str) -> Any:
        return graph.get_tensor_by_name(prepend_name_scope(name, import_scope))

    kind = tensor_info.WhichOneof("encoding")
    if kind == "name":
        return get(tensor_info.name)
    if kind == "coo_sparse":
        parts = tensor_info.coo_sparse
        return SparseTensor(get(parts.indices_tensor_name), get(parts.values_tensor_name), get(parts.dense_shape_tensor_name))
    raise ValueError(f"Invalid TensorInfo.encoding: {kind}")


@public("saved_model.build_signature_def", "saved_model.signature_def_utils.build_signature_def")
def build_signature_def(inputs: Any = None, outputs: Any = None, method_name: str | None = None) -> SignatureDef:
    """A signature of TensorInfos by name."""
    out = SignatureDef()
    for field, infos in ((out.inputs, inputs), (out.outputs, outputs)):
        if infos is not None:
            for name in infos:
                field[name].CopyFrom(infos[name])
    if method_name is not None:
        out.method_name = method_name
    return out


def _require(kind: str, tensor: Any, dtype: Any) -> Any:
    info = build_tensor_info(tensor)
    if as_dtype(info.dtype) is not dtype:
        raise ValueError(f"{kind} must be a {'string' if dtype is dtypes.string else 'float'} Tensor.")
    return info


@public("saved_model.regression_signature_def", "saved_model.signature_def_utils.regression_signature_def")
def regression_signature_def(examples: Any, predictions: Any) -> SignatureDef:
    """The signature of a regression: examples (strings) in, predictions (floats) out. Raises ValueError for other types."""
    if examples is None:
        raise ValueError("Regression examples cannot be None.")
    if not hasattr(examples, "graph"):
        raise ValueError(f"Regression examples must be of type Tensor. Found type {type(examples)}")
    if predictions is None:
        raise ValueError("Regression predictions cannot be None.")
    inputs = {names.REGRESS_INPUTS: _require("Regression examples", examples, dtypes.string)}
    outputs = {names.REGRESS_OUTPUTS: _require("Regression output", predictions, dtypes.float32)}
    return build_signature_def(inputs, outputs, names.REGRESS_METHOD_NAME)


@public("saved_model.classification_signature_def", "saved_model.signature_def_utils.classification_signature_def")
def classification_signature_def(examples: Any, classes: Any, scores: Any) -> SignatureDef:
    """The signature of a classification: examples (strings) in, classes (strings) and scores (floats) out, of which one may be None.

    Raises:
      ValueError: something is missing or of another type.
    """
    if examples is None:
        raise ValueError("Classification examples cannot be None.")
    if not hasattr(examples, "graph"):
        raise ValueError(f"Classification examples must be of type Tensor. Found type {type(examples)}")
    if classes is None and scores is None:
        raise ValueError("Classification classes and scores cannot both be None.")
    inputs = {names.CLASSIFY_INPUTS: _require("Classification examples", examples, dtypes.string)}
    outputs = {}
    if classes is not None:
        outputs[names.CLASSIFY_OUTPUT_CLASSES] = _require("Classification classes", classes, dtypes.string)
    if scores is not None:
        outputs[names.CLASSIFY_OUTPUT_SCORES] = _require("Classification scores", scores, dtypes.float32)
    return build_signature_def(inputs, outputs, names.CLASSIFY_METHOD_NAME)


@public("saved_model.predict_signature_def", "saved_model.signature_def_utils.predict_signature_def")
def predict_signature_def(inputs: Any, outputs: Any) -> SignatureDef:
    """The signature of a prediction: dictionaries of tensors in and out. Raises ValueError if one is empty."""
    if not inputs:
        raise ValueError("Prediction inputs cannot be None or empty.")
    if not outputs:
        raise ValueError("Prediction outputs cannot be None or empty.")
    return build_signature_def(
        {k: build_tensor_info(t) for k, t in inputs.items()},
        {k: build_tensor_info(t) for k, t in outputs.items()},
        names.PREDICT_METHOD_NAME,
    )


@public("saved_model.is_valid_signature", "saved_model.signature_def_utils.is_valid_signature")
def is_valid_signature(signature_def: Any) -> bool:
    """Whether a signature has the inputs and outputs that its method (classify, regress, predict) takes."""
    if signature_def is None:
        return False
    method, inputs, outputs = signature_def.method_name, set(signature_def.inputs), set(signature_def.outputs)

    def typed(field: Any, wanted: dict[str, Any]) -> bool:
        return all(as_dtype(field[k].dtype) is t for k, t in wanted.items() if k in field)

    if method == names.CLASSIFY_METHOD_NAME:
        results = {names.CLASSIFY_OUTPUT_CLASSES: dtypes.string, names.CLASSIFY_OUTPUT_SCORES: dtypes.float32}
        return (
            inputs == {names.CLASSIFY_INPUTS}
            and bool(outputs)
            and outputs <= set(results)
            and typed(signature_def.inputs, {names.CLASSIFY_INPUTS: dtypes.string})
            and typed(signature_def.outputs, results)
        )
    if method == names.REGRESS_METHOD_NAME:
        return (
            inputs == {names.REGRESS_INPUTS}
            and outputs == {names.REGRESS_OUTPUTS}
            and typed(signature_def.inputs, {names.REGRESS_INPUTS: dtypes.string})
            and typed(signature_def.outputs, {names.REGRESS_OUTPUTS: dtypes.float32})
        )
    return method == names.PREDICT_METHOD_NAME and bool(inputs) and bool(outputs)
