"""The names that tf.gradients gives to what it returns: those of the nodes that the reference's gradient functions end in.

Programs fetch gradients by name and name summaries after them. Recorded from TensorFlow 1.15.5 for the op types below;
a gradient through any other type is called after the type.
"""

from __future__ import annotations

from ..graph.operation import Operation, Tensor
from ..lower.gradient import PASS_SPARSE, is_differentiable_type
from ..lower.regions import Region
from ..lower.state import REGIONS

#: op type -> the last node of the gradient with respect to each input
_LAST: dict[str, str] = {
    "Neg": "Neg",
    "Square": "Mul_1",
    "Sqrt": "SqrtGrad",
    "Rsqrt": "RsqrtGrad",
    "Tanh": "TanhGrad",
    "Sigmoid": "SigmoidGrad",
    "Sign": "zeros",
    "Reciprocal": "ReciprocalGrad",
    "Asinh": "truediv",
    "Acosh": "truediv",
    "Erf": "mul_1",
    "Erfc": "mul_1",
    "Relu": "ReluGrad",
    "Relu6": "Relu6Grad",
    "Elu": "EluGrad",
    "Selu": "SeluGrad",
    "Softsign": "SoftsignGrad",
    "LeakyRelu": "LeakyReluGrad",
    "Softmax": "mul_1",
    "LogSoftmax": "sub",
    "Sum": "Tile",
    "Mean": "truediv",
    "Prod": "Reshape_4",
    "Reshape": "Reshape",
    "ExpandDims": "Reshape",
    "Squeeze": "Reshape",
    "Transpose": "transpose",
    "Split": "concat",
    "SplitV": "concat",
    "Unpack": "stack",
    "Tile": "Sum",
    "Pad": "Slice_1",
    "Slice": "Pad",
    "StridedSlice": "StridedSliceGrad",
    "Cast": "Cast",
    "Cumsum": "Cumsum",
    "MaxPool": "MaxPoolGrad",
    "AvgPool": "AvgPoolGrad",
    "LRN": "LRNGrad",
    "SegmentSum": "GatherV2",
    "UnsortedSegmentSum": "Select",
    "ReverseV2": "ReverseV2",
    "TopKV2": "Reshape_3",
    "BroadcastTo": "Reshape",
    "MatMul": "MatMul MatMul_1",
    "BatchMatMulV2": "Reshape Reshape_1",
    "BatchMatMul": "MatMul MatMul_1",
    "ConcatV2": "Slice",
    "Pack": "unstack",
    "Select": "Select Select Select_1",
    "Conv2D": "Conv2DBackpropInput Conv2DBackpropFilter",
    "DepthwiseConv2dNative": "DepthwiseConv2dNativeBackpropInput DepthwiseConv2dNativeBackpropFilter",
    "BiasAdd": "Identity BiasAddGrad",
    "SquaredDifference": "mul_1 Neg",
    "GatherV2": "Reshape",
    "ResourceGather": "Reshape",
}
_LAST.update(
    dict.fromkeys(
        "Abs Exp Log Log1p Expm1 Sin Cos Tan Asin Acos Atan Sinh Cosh Atanh Lgamma Digamma Softplus L2Loss Max Min".split(), "mul"
    )
)
_LAST["SparseSoftmaxCrossEntropyWithLogits"] = _LAST["SoftmaxCrossEntropyWithLogits"] = "mul"
#: binary ops: the last nodes where nothing is broadcast
_BINARY: dict[str, tuple[str, str]] = {
    "Add": ("Identity", "Identity_1"),
    "AddV2": ("Identity", "Identity_1"),
    "Sub": ("Identity", "Neg"),
    "Mul": ("Mul", "Mul_1"),
    "Pow": ("mul_1", "mul_3"),
}


def _last_node(op: Operation, index: int) -> str:
    if op.type in _BINARY or op.type in ("RealDiv", "Maximum", "Minimum", "FloorMod"):
        own, whole = op._inputs[index]._dims, op.outputs[0]._dims
        if op.type in _BINARY and own is not None and None not in own and own == whole:
            return _BINARY[op.type][index]
        return "Reshape_1" if index == 1 and not _alone(op, 1) else "Reshape"
    names = _LAST.get(op.type)
    if names is None:
        return f"{op.type}Grad" if index == 0 else f"{op.type}Grad_{index}"
    parts = names.split()
    if len(parts) > 1:
        return parts[min(index, len(parts) - 1)]
    return names if index == 0 or op.type in ("GatherV2", "ResourceGather") else f"{names}_{index}"


def _matters(enter: Operation, region: Region) -> bool:
    """True unless a constant is used by nothing that has a gradient."""
    return any(any(is_differentiable_type(t) for t in c.outputs) for c in region.ops if enter.outputs[0] in c._inputs)


def _alone(op: Operation, index: int) -> bool:
    """True if only the input `index` is broadcast, so that its gradient is the first to be reshaped."""
    if op.type not in _BINARY:
        return False
    other, whole = op._inputs[1 - index]._dims, op.outputs[0]._dims
    return other is not None and None not in other and other == whole


def gradient_names(
    xs: list[Tensor], between: list[Operation], stops: frozenset[Tensor], starts: set[Tensor], gate: bool
) -> dict[Tensor, str]:
    """For each x, the name of its gradient below the scope of the tf.gradients call."""
    arrivals: dict[Tensor, list[tuple[Operation, int]]] = {}
    sums: dict[Tensor, int] = {}
    for op in reversed(between):
        if not any((t in starts or t in arrivals) and t not in stops for t in op.outputs):
            continue
        for t in op.outputs:
            if len(arrivals.get(t, ())) + (t in starts) > 1 and t not in sums:
                sums[t] = len(sums)
        if op.type in REGIONS:
            # A tensor may enter a loop in several ways.
            for enter in op.ops:
                for t in enter._inputs if enter.type in ("Enter", "RefEnter") else ():
                    if t in op._inputs and is_differentiable_type(t) and _matters(enter, op):
                        arrivals.setdefault(t, []).append((enter, 0))
            continue
        for i, t in enumerate(op._inputs):
            if is_differentiable_type(t):
                arrivals.setdefault(t, []).append((op, i))
    for x in xs:
        if len(arrivals.get(x, ())) + (x in starts) > 1 and x not in sums:
            sums[x] = len(sums)

    def name(t: Tensor) -> str:
        if t in sums:
            return "AddN" if sums[t] == 0 else f"AddN_{sums[t]}"
        if t not in arrivals:
            return "Fill"
        op, index = arrivals[t][0]
        if op.type in PASS_SPARSE and not (op.type == "Enter" and op.outputs[0] not in arrivals and op.outputs[0] not in starts):
            return name(op.outputs[0])
        if op.type in ("Enter", "RefEnter"):
            return f"{op.name}_grad/" + ("b_acc_3" if op.attrs["is_constant"] else "Exit")
        scope = f"{op.name}_grad"
        floats = [i for i, u in enumerate(op._inputs) if is_differentiable_type(u)]
        if gate and (len(floats) > 1 or op.type == "TopKV2"):
            at = floats.index(index)
            return f"{scope}/tuple/control_dependency" + (f"_{at}" if at else "")
        return f"{scope}/{_last_node(op, index)}"

    return {x: name(x) for x in xs}
