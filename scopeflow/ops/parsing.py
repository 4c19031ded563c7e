"""tf.parse_example and its kin: serialized Example messages to dense and sparse tensors."""

from __future__ import annotations

import collections
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.dtypes import as_dtype
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import Dims, as_shape
from ..op.declare import op
from .example_values import Dense, Sequences, fail, filler, one_sparse, parse_many, parse_one, sparse_rows, values_of
from .flow import identity

_KINDS = "float int64 string"


@public("FixedLenFeature", "io.FixedLenFeature")
class FixedLenFeature(collections.namedtuple("FixedLenFeature", ["shape", "dtype", "default_value"])):
    """A feature with the same number of values in every example: dense. Without `default_value` it must be there."""

    def __new__(cls, shape: Any, dtype: Any, default_value: Any = None) -> FixedLenFeature:
        return super().__new__(cls, shape, dtype, default_value)


@public("VarLenFeature", "io.VarLenFeature")
class VarLenFeature(collections.namedtuple("VarLenFeature", ["dtype"])):
    """A feature with any number of values: sparse."""


@public("SparseFeature", "io.SparseFeature")
class SparseFeature(collections.namedtuple("SparseFeature", ["index_key", "value_key", "dtype", "size", "already_sorted"])):
    """A sparse tensor whose indices and values are features of their own.

    `index_key` and `size` may be lists: one for each dimension. `already_sorted`: the indices need not be sorted.
    """

    def __new__(cls, index_key: Any, value_key: str, dtype: Any, size: Any, already_sorted: bool = False) -> SparseFeature:
        return super().__new__(cls, index_key, value_key, dtype, size, already_sorted)


@public("FixedLenSequenceFeature", "io.FixedLenSequenceFeature")
class FixedLenSequenceFeature(collections.namedtuple("FixedLenSequenceFeature", ["shape", "dtype", "allow_missing", "default_value"])):
    """A feature of any number of values of one shape: dense, batches filled up with `default_value`."""

    def __new__(cls, shape: Any, dtype: Any, allow_missing: bool = False, default_value: Any = None) -> FixedLenSequenceFeature:
        return super().__new__(cls, shape, dtype, allow_missing, default_value)


# -- ops ----------------------------------------------------------------------------------
def _dims_of(shape: Any) -> tuple[int | None, ...]:
    return tuple(as_shape(shape)._dims or ())


def _dense_batch(rows: int | None, shape: Any) -> Dims:
    return (rows, *_dims_of(shape))


def _parse_example_shapes(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    n = attrs["Nsparse"]
    rows = inputs[0]._dims[0] if inputs[0]._dims is not None and len(inputs[0]._dims) == 1 else None
    return [(None, 2)] * n + [(None,)] * n + [(2,)] * n + [_dense_batch(rows, s) for s in attrs["dense_shapes"]]


def _types(attrs: dict[str, Any], key: str) -> list[dtypes.DType]:
    return [as_dtype(t) for t in attrs[key]]


def _text(values: Any) -> list[str]:
    return [v.item().decode() if isinstance(v, np.ndarray) else v for v in values]


@op(
    "ParseExample",
    "serialized: string, names: string, sparse_keys: Nsparse*string, dense_keys: Ndense*string, dense_defaults: *Tdense -> "
    "sparse_indices: Nsparse*int64, sparse_values: *sparse_types, sparse_shapes: Nsparse*int64, dense_values: *Tdense",
    Tdense=_KINDS,
    sparse_types=_KINDS,
    host=True,
    shape=_parse_example_shapes,
)
def parse_example_op(serialized, names, sparse_keys, dense_keys, dense_defaults, *, dense_shapes: list[shape], context):  # noqa: F821
    """The features of a batch of examples."""
    attrs = context.op.attrs
    sparse = list(zip(_text(sparse_keys), _types(attrs, "sparse_types")))
    shapes = zip(_text(dense_keys), _types(attrs, "Tdense"), dense_shapes, dense_defaults)
    dense = [Dense(k, t, as_shape(s), d) for k, t, s, d in shapes]
    if names.size and names.size != serialized.size:
        raise fail(f"Expected len(names) == len(serialized), but got: {names.size} vs. {serialized.size}")
    found_sparse, found_dense = parse_many(serialized.ravel(), names.ravel(), sparse, dense)
    triples = [sparse_rows(rows, kind) for rows, (_, kind) in zip(found_sparse, sparse)]
    batches = [d.batch(rows) for d, rows in zip(dense, found_dense)]
    return [t[0] for t in triples], [t[1] for t in triples], [t[2] for t in triples], batches


def _parse_single_shapes(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    n = attrs["num_sparse"]
    return [(None, 1)] * n + [(None,)] * n + [(1,)] * n + [_dims_of(s) for s in attrs["dense_shapes"]]


@op(
    "ParseSingleExample",
    "serialized: string, dense_defaults: *Tdense -> "
    "sparse_indices: num_sparse*int64, sparse_values: *sparse_types, sparse_shapes: num_sparse*int64, dense_values: *Tdense",
    Tdense=_KINDS,
    sparse_types=_KINDS,
    host=True,
    shape=_parse_single_shapes,
)
def parse_single_example_op(
    serialized,
    dense_defaults,
    *,
    sparse_keys: list[str],
    dense_keys: list[str],
    dense_shapes: list[shape],  # noqa: F821
    context,
):
    """The features of one example."""
    attrs = context.op.attrs
    if serialized.ndim:
        raise fail(f"Input serialized must be a scalar, but got shape {list(serialized.shape)}")
    sparse = list(zip(sparse_keys, _types(attrs, "sparse_types")))
    dense = [Dense(k, t, as_shape(s), d) for k, t, s, d in zip(dense_keys, _types(attrs, "Tdense"), dense_shapes, dense_defaults)]
    found_sparse, found_dense = parse_one(serialized.item(), sparse, dense)
    triples = [one_sparse(v) for v in found_sparse]
    return [t[0] for t in triples], [t[1] for t in triples], [t[2] for t in triples], found_dense


def _sequence_names(name: np.ndarray, i: int = 0) -> str:
    flat = name.ravel()
    return flat[i].decode(errors="replace") if flat.size > i and flat[i] else "<unknown>"


def _parse_single_sequence_shapes(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    n, m = attrs["Ncontext_sparse"], attrs["Nfeature_list_sparse"]
    context = [(None, 1)] * n + [(None,)] * n + [(1,)] * n + [_dims_of(s) for s in attrs["context_dense_shapes"]]
    lists = [(None, 2)] * m + [(None,)] * m + [(2,)] * m + [_dense_batch(None, s) for s in attrs["feature_list_dense_shapes"]]
    return context + lists


@op(
    "ParseSingleSequenceExample",
    "serialized: string, feature_list_dense_missing_assumed_empty: string, context_sparse_keys: Ncontext_sparse*string, "
    "context_dense_keys: Ncontext_dense*string, feature_list_sparse_keys: Nfeature_list_sparse*string, "
    "feature_list_dense_keys: Nfeature_list_dense*string, context_dense_defaults: *Tcontext_dense, debug_name: string -> "
    "context_sparse_indices: Ncontext_sparse*int64, context_sparse_values: *context_sparse_types, "
    "context_sparse_shapes: Ncontext_sparse*int64, context_dense_values: *Tcontext_dense, "
    "feature_list_sparse_indices: Nfeature_list_sparse*int64, feature_list_sparse_values: *feature_list_sparse_types, "
    "feature_list_sparse_shapes: Nfeature_list_sparse*int64, feature_list_dense_values: *feature_list_dense_types",
    Tcontext_dense=_KINDS,
    context_sparse_types=_KINDS,
    feature_list_sparse_types=_KINDS,
    feature_list_dense_types=_KINDS,
    host=True,
    shape=_parse_single_sequence_shapes,
)
def parse_single_sequence_example_op(
    serialized,
    feature_list_dense_missing_assumed_empty,
    context_sparse_keys,
    context_dense_keys,
    feature_list_sparse_keys,
    feature_list_dense_keys,
    context_dense_defaults,
    debug_name,
    *,
    context_dense_shapes: list[shape] = (),  # noqa: F821
    feature_list_dense_shapes: list[shape] = (),  # noqa: F821
    context,
):
    """The context and the lists of one SequenceExample."""
    attrs = context.op.attrs
    message = Sequences(serialized.item(), _sequence_names(debug_name))
    sparse = zip(_text(context_sparse_keys), _types(attrs, "context_sparse_types"))
    shapes = zip(_text(context_dense_keys), _types(attrs, "Tcontext_dense"), context_dense_shapes, context_dense_defaults)
    dense = [Dense(k, t, as_shape(s), d) for k, t, s, d in shapes]
    found = [values_of(message.context, k, t, message.label) for k, t in sparse]
    kinds = _types(attrs, "context_sparse_types")
    c = [one_sparse(np.zeros(0, t.np_dtype) if v is None else v) for v, t in zip(found, kinds)]
    may_miss = {v.decode() for v in feature_list_dense_missing_assumed_empty.ravel()}
    list_kinds = _types(attrs, "feature_list_sparse_types")
    ls = [sparse_rows(message.sparse(k, t), t) for k, t in zip(_text(feature_list_sparse_keys), list_kinds)]
    listed = zip(_text(feature_list_dense_keys), _types(attrs, "feature_list_dense_types"), feature_list_dense_shapes)
    ld = [message.dense(k, t, as_shape(s), k in may_miss) for k, t, s in listed]
    return (
        [x[0] for x in c],
        [x[1] for x in c],
        [x[2] for x in c],
        [d.of(message.context, message.label) for d in dense],
        [x[0] for x in ls],
        [x[1] for x in ls],
        [x[2] for x in ls],
        ld,
    )


def _parse_sequence_shapes(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    rows = inputs[0]._dims[0] if inputs[0]._dims is not None and len(inputs[0]._dims) == 1 else None
    n, m = attrs["Ncontext_sparse"], attrs["Nfeature_list_sparse"]
    context = [(None, 2)] * n + [(None,)] * n + [(2,)] * n + [_dense_batch(rows, s) for s in attrs["context_dense_shapes"]]
    lists = [(None, 3)] * m + [(None,)] * m + [(3,)] * m
    lists += [(rows, None, *_dims_of(s)) for s in attrs["feature_list_dense_shapes"]] + [(rows,)] * attrs["Nfeature_list_dense"]
    return context + lists


@op(
    "ParseSequenceExample",
    "serialized: string, debug_name: string, context_dense_defaults: *Tcontext_dense -> "
    "context_sparse_indices: Ncontext_sparse*int64, context_sparse_values: *context_sparse_types, "
    "context_sparse_shapes: Ncontext_sparse*int64, context_dense_values: *Tcontext_dense, "
    "feature_list_sparse_indices: Nfeature_list_sparse*int64, feature_list_sparse_values: *feature_list_sparse_types, "
    "feature_list_sparse_shapes: Nfeature_list_sparse*int64, feature_list_dense_values: *feature_list_dense_types, "
    "feature_list_dense_lengths: Nfeature_list_dense*int64",
    attrs={"Ncontext_dense": ("int", 0)},
    Tcontext_dense=_KINDS,
    context_sparse_types=_KINDS,
    feature_list_sparse_types=_KINDS,
    feature_list_dense_types=_KINDS,
    host=True,
    shape=_parse_sequence_shapes,
)
def parse_sequence_example_op(
    serialized,
    debug_name,
    context_dense_defaults,
    *,
    feature_list_dense_missing_assumed_empty: list[str],
    context_sparse_keys: list[str],
    context_dense_keys: list[str],
    feature_list_sparse_keys: list[str],
    feature_list_dense_keys: list[str],
    context_dense_shapes: list[shape] = (),  # noqa: F821
    feature_list_dense_shapes: list[shape] = (),  # noqa: F821
    context,
):
    """The contexts and the lists of a batch of SequenceExamples."""
    attrs = context.op.attrs
    messages = [Sequences(data, _sequence_names(debug_name, i)) for i, data in enumerate(serialized.ravel())]
    c_kinds, l_kinds = _types(attrs, "context_sparse_types"), _types(attrs, "feature_list_sparse_types")
    c = []
    for key, kind in zip(context_sparse_keys, c_kinds):
        rows = [values_of(m.context, key, kind, m.label) for m in messages]
        c.append(sparse_rows([np.zeros(0, kind.np_dtype) if r is None else r for r in rows], kind))
    shapes = zip(context_dense_keys, _types(attrs, "Tcontext_dense"), context_dense_shapes, context_dense_defaults)
    dense = [Dense(k, t, as_shape(s), d) for k, t, s, d in shapes]
    cd = [d.batch([d.of(m.context, m.label) for m in messages]) for d in dense]
    ls = [_nested_sparse([m.sparse(key, kind) for m in messages], kind) for key, kind in zip(feature_list_sparse_keys, l_kinds)]
    ld, lengths = [], []
    for key, kind, s in zip(feature_list_dense_keys, _types(attrs, "feature_list_dense_types"), feature_list_dense_shapes):
        rows = [m.dense(key, kind, as_shape(s), key in feature_list_dense_missing_assumed_empty) for m in messages]
        longest = max((len(r) for r in rows), default=0)
        out = np.full((len(rows), longest, *_dims_of(s)), filler(kind), kind.np_dtype)
        for i, r in enumerate(rows):
            out[i, : len(r)] = r
        ld.append(out)
        lengths.append(np.array([len(r) for r in rows], np.int64))
    triples = [[x[0] for x in c], [x[1] for x in c], [x[2] for x in c], cd]
    return (*triples, [x[0] for x in ls], [x[1] for x in ls], [x[2] for x in ls], ld, lengths)


def _nested_sparse(batch: list[list[np.ndarray]], kind: dtypes.DType) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    indices = [(i, j, k) for i, steps in enumerate(batch) for j, v in enumerate(steps) for k in range(len(v))]
    values = [v for steps in batch for v in steps]
    shape = [len(batch), max((len(s) for s in batch), default=0), max((len(v) for v in values), default=0)]
    flat = np.concatenate(values) if values else np.zeros(0, kind.np_dtype)
    return np.array(indices, np.int64).reshape(-1, 3), flat, np.array(shape, np.int64)


# -- feature descriptions -----------------------------------------------------------------
class _Plan:
    """Feature descriptions as the ops take them."""

    def __init__(self) -> None:
        self.sparse_keys: list[str] = []
        self.sparse_types: list[dtypes.DType] = []
        self.dense_keys: list[str] = []
        self.dense_types: list[dtypes.DType] = []
        self.dense_defaults: dict[str, Any] = {}
        self.dense_shapes: list[Any] = []

    def sparse(self, key: str, dtype: Any) -> None:
        """A feature read as sparse; the same key may come twice with one type."""
        dtype = as_dtype(dtype)
        if key in self.sparse_keys:
            other = self.sparse_types[self.sparse_keys.index(key)]
            if other is not dtype:
                raise ValueError(f"Conflicting type {other} vs {dtype} for feature {key}.")
            return
        self.sparse_keys.append(key)
        self.sparse_types.append(dtype)


def _planned(features: Any, types: tuple[type, ...]) -> _Plan:
    plan = _Plan()
    for key in sorted(features or ()):
        feature = features[key]
        if not isinstance(feature, types):
            if isinstance(feature, (VarLenFeature, SparseFeature, FixedLenFeature, FixedLenSequenceFeature)):
                raise ValueError(f"Unsupported {type(feature).__name__} {feature}.")
            raise ValueError(f"Invalid feature {key}:{feature}.")
        if isinstance(feature, VarLenFeature):
            if not feature.dtype:
                raise ValueError(f"Missing type for feature {key}.")
            plan.sparse(key, feature.dtype)
        elif isinstance(feature, SparseFeature):
            for field in ("index_key", "value_key", "dtype", "size"):
                if not getattr(feature, field):
                    raise ValueError(f"Missing {field} for SparseFeature {feature}")
            keys = feature.index_key
            for index_key in sorted([keys] if isinstance(keys, str) else keys):
                plan.sparse(index_key, dtypes.int64)
            plan.sparse(feature.value_key, feature.dtype)
        elif isinstance(feature, FixedLenFeature):
            if not feature.dtype:
                raise ValueError(f"Missing type for feature {key}.")
            if feature.shape is None:
                raise ValueError(f"Missing shape for feature {key}.")
            shape = as_shape(feature.shape)
            if feature.shape and shape.ndims and shape[0].value is None:
                raise ValueError(f"First dimension of shape for feature {key} unknown. Consider using FixedLenSequenceFeature.")
            if not shape.is_fully_defined():
                raise ValueError(f"All dimensions of shape for feature {key} need to be known but received {shape}.")
            plan.dense_keys.append(key)
            plan.dense_shapes.append(shape)
            plan.dense_types.append(as_dtype(feature.dtype))
            if feature.default_value is not None:
                plan.dense_defaults[key] = feature.default_value
        else:
            if not feature.dtype:
                raise ValueError(f"Missing type for feature {key}.")
            if feature.shape is None:
                raise ValueError(f"Missing shape for feature {key}.")
            plan.dense_keys.append(key)
            plan.dense_shapes.append(as_shape(feature.shape))
            plan.dense_types.append(as_dtype(feature.dtype))
            if feature.allow_missing:
                plan.dense_defaults[key] = None
            if feature.default_value is not None:
                plan.dense_defaults[key] = feature.default_value
    return plan


def _with_sequences(features: Any) -> Any:
    """FixedLenSequenceFeatures as dense features whose first dimension is not known."""
    out = {}
    for key, feature in features.items():
        if isinstance(feature, FixedLenSequenceFeature):
            if not feature.allow_missing:
                raise ValueError("Unsupported: FixedLenSequenceFeature requires allow_missing to be True.")
            out[key] = feature._replace(shape=[None, *as_shape(feature.shape).as_list()])
        else:
            out[key] = feature
    return out


def _defaults(plan: _Plan, reshape: bool = True) -> list[Tensor]:
    out = []
    for key, dtype, shape in zip(plan.dense_keys, plan.dense_types, plan.dense_shapes):
        value = plan.dense_defaults.get(key)
        ragged = bool(shape.ndims) and shape[0].value is None
        name = "key_" + re.sub(r"[^A-Za-z0-9_.\-/]", "_", key)
        if ragged:
            if value is None:
                out.append(constant("" if dtype is dtypes.string else 0, dtype=dtype))
            else:
                out.append(TABLE["reshape"](convert_to_tensor(value, dtype=dtype, name=name), []))
        elif value is None:
            out.append(constant([], dtype=dtype))
        elif isinstance(value, Tensor):
            out.append(value)
        else:
            value = convert_to_tensor(value, dtype=dtype, name=name)
            out.append(TABLE["reshape"](value, shape) if reshape else value)
    return out


def _as_dict(plan: _Plan, outputs: Any) -> dict[str, Any]:
    indices, values, shapes, dense = outputs
    out: dict[str, Any] = {k: SparseTensor(i, v, s) for k, i, v, s in zip(plan.sparse_keys, indices, values, shapes)}
    out.update(zip(plan.dense_keys, dense))
    return out


def _with_sparse_features(features: Any, tensors: dict[str, Any]) -> dict[str, Any]:
    """The tensors, those of SparseFeatures put together from their indices and values."""
    out = dict(tensors)
    # A key may be a feature of its own besides.
    for key in sorted(features):
        feature = features[key]
        if not isinstance(feature, SparseFeature):
            continue
        keys = feature.index_key
        if isinstance(keys, str):
            sp_ids: Any = tensors[keys]
        else:
            sp_ids = [tensors[k] for k in keys]
        out[key] = TABLE["sparse_merge"](sp_ids, tensors[feature.value_key], vocab_size=feature.size, already_sorted=feature.already_sorted)
    return {k: out[k] for k in out if k in features} if any(isinstance(f, SparseFeature) for f in features.values()) else out


_ALL = (VarLenFeature, SparseFeature, FixedLenFeature, FixedLenSequenceFeature)


@public("parse_example", "io.parse_example")
def parse_example(serialized: Any, features: Any, name: str | None = None, example_names: Any = None) -> dict[str, Any]:
    """The features of a batch of serialized tf.train.Examples, by key.

    Args:
      serialized: strings [n].
      features: key -> FixedLenFeature (dense [n, ...]), VarLenFeature (sparse [n, most]), SparseFeature, or FixedLenSequenceFeature
        (dense [n, longest, ...]).
      example_names: names [n] for error messages.

    Raises:
      ValueError: a description is not complete.
      InvalidArgumentError (when run): an example is damaged, misses a feature without default, or holds another type or number of values.
    """
    if not features:
        raise ValueError("Missing: features was %s." % features)
    prepared = _with_sequences(features)
    plan = _planned(prepared, _ALL)
    with name_scope(name, "ParseExample", [serialized, example_names]) as scope:
        outputs = _parse_example_raw(serialized, example_names, plan, scope)
    return _with_sparse_features(features, _as_dict(plan, outputs))


def _parse_example_raw(serialized: Any, names: Any, plan: _Plan, scope: str) -> Any:
    defaults = _defaults(plan)
    return parse_example_op(
        serialized=serialized,
        names=[] if names is None else names,
        sparse_keys=plan.sparse_keys,
        dense_keys=plan.dense_keys,
        dense_defaults=defaults,
        sparse_types=plan.sparse_types,
        Tdense=plan.dense_types,
        dense_shapes=plan.dense_shapes,
        name=scope.rstrip("/").split("/")[-1],
    )


@public("parse_single_example", "io.parse_single_example")
def parse_single_example(serialized: Any, features: Any, name: str | None = None, example_names: Any = None) -> dict[str, Any]:
    """The features of one serialized tf.train.Example, a string scalar: as `parse_example` without the first dimension."""
    if not features:
        raise ValueError("Missing features.")
    prepared = _with_sequences(features)
    if example_names is None:
        plan = _planned(prepared, _ALL)
        with name_scope(name, "ParseSingleExample", [serialized, example_names]):
            serialized = convert_to_tensor(serialized, name="serialized")
            defaults = _defaults(plan)
            outputs = parse_single_example_op(
                serialized=serialized,
                dense_defaults=defaults,
                num_sparse=len(plan.sparse_keys),
                sparse_keys=plan.sparse_keys,
                sparse_types=plan.sparse_types,
                dense_keys=plan.dense_keys,
                Tdense=plan.dense_types,
                dense_shapes=plan.dense_shapes,
                name=name or "ParseSingleExample",
            )
        return _with_sparse_features(features, _as_dict(plan, outputs))
    plan = _planned(prepared, _ALL)
    with name_scope(name, "ParseSingleExample", [serialized, example_names]):
        return _with_sparse_features(features, _parse_single_with_names(serialized, example_names, plan))


def _parse_single_with_names(serialized: Any, names: Any, plan: _Plan) -> dict[str, Any]:
    """Through a batch of one."""
    from .asserts import assert_op
    from .shaping import rank

    def as_batch(value: Any, what: str) -> Tensor:
        value = convert_to_tensor(value, dtypes.string)
        if value.get_shape().ndims is None:
            check = TABLE["equal"](rank(value), 0)
            with name_scope(f"{what}IsScalar"):
                text = constant(f"Input {what.lower()} must be a scalar")
            asserted = assert_op(check, [text.op.get_attr("value").string_val[0]], name=f"{what}IsScalar/Assert")
            with get_default_graph().control_dependencies([asserted]):
                value = identity(value, name=f"{what}Dependencies")
        else:
            value.get_shape().assert_has_rank(0)
        return TABLE["expand_dims"](value, 0)

    serialized, names = as_batch(serialized, "Serialized"), as_batch(names, "Names")
    with name_scope("ParseExample") as scope:
        outputs = _parse_example_raw(serialized, names, plan, scope)
    indices, values, shapes, dense = outputs
    out: dict[str, Any] = {}
    for key, i, v, s in zip(plan.sparse_keys, indices, values, shapes):
        out[key] = SparseTensor(TABLE["slice"](i, [0, 1], [-1, -1]), v, TABLE["slice"](s, [1], [-1]))
    for key, d in zip(plan.dense_keys, dense):
        out[key] = TABLE["squeeze"](d, [0], name="Squeeze_" + re.sub("[^A-Za-z0-9_.\\-/]", "_", key))
    return out


def _sequence_plans(context_features: Any, sequence_features: Any) -> tuple[_Plan, _Plan]:
    if not (context_features or sequence_features):
        raise ValueError("Missing features.")
    return _planned(context_features, (VarLenFeature, FixedLenFeature)), _planned(
        sequence_features, (VarLenFeature, FixedLenSequenceFeature)
    )


@public("parse_single_sequence_example", "io.parse_single_sequence_example")
def parse_single_sequence_example(
    serialized: Any, context_features: Any = None, sequence_features: Any = None, example_name: Any = None, name: str | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(context, lists) of one serialized tf.train.SequenceExample.

    Args:
      context_features: key -> FixedLenFeature or VarLenFeature.
      sequence_features: key -> FixedLenSequenceFeature (dense [steps, ...]) or VarLenFeature (sparse [steps, most]).
    """
    context, lists = _sequence_plans(context_features, sequence_features)
    with name_scope(name, "ParseSingleSequenceExample", [serialized, example_name]) as scope:
        out = parse_single_sequence_example_op(
            serialized=serialized,
            feature_list_dense_missing_assumed_empty=[k for k in lists.dense_keys if k in lists.dense_defaults],
            context_sparse_keys=context.sparse_keys,
            context_dense_keys=context.dense_keys,
            feature_list_sparse_keys=lists.sparse_keys,
            feature_list_dense_keys=lists.dense_keys,
            context_dense_defaults=_defaults(context),
            debug_name="" if example_name is None else example_name,
            context_sparse_types=context.sparse_types,
            Tcontext_dense=context.dense_types,
            feature_list_sparse_types=lists.sparse_types,
            feature_list_dense_types=lists.dense_types,
            context_dense_shapes=context.dense_shapes,
            feature_list_dense_shapes=lists.dense_shapes,
            name=scope.rstrip("/").split("/")[-1],
        )
    return _as_dict(context, out[:4]), _as_dict(lists, out[4:])


@public("io.parse_sequence_example")
def parse_sequence_example(
    serialized: Any, context_features: Any = None, sequence_features: Any = None, example_names: Any = None, name: str | None = None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """(context, lists, lengths of the dense lists) of a batch of serialized tf.train.SequenceExamples [n]."""
    context, lists = _sequence_plans(context_features, sequence_features)
    with name_scope(name, "ParseSequenceExample", [serialized, example_names]) as scope:
        out = parse_sequence_example_op(
            serialized=serialized,
            debug_name=[] if example_names is None else example_names,
            context_dense_defaults=_defaults(context, reshape=False),
            feature_list_dense_missing_assumed_empty=[k for k in lists.dense_keys if k in lists.dense_defaults],
            context_sparse_keys=context.sparse_keys,
            context_dense_keys=context.dense_keys,
            feature_list_sparse_keys=lists.sparse_keys,
            feature_list_dense_keys=lists.dense_keys,
            Ncontext_sparse=len(context.sparse_keys),
            Ncontext_dense=len(context.dense_keys),
            Nfeature_list_sparse=len(lists.sparse_keys),
            Nfeature_list_dense=len(lists.dense_keys),
            context_sparse_types=context.sparse_types,
            Tcontext_dense=context.dense_types,
            feature_list_sparse_types=lists.sparse_types,
            feature_list_dense_types=lists.dense_types,
            context_dense_shapes=context.dense_shapes,
            feature_list_dense_shapes=lists.dense_shapes,
            name=scope.rstrip("/").split("/")[-1],
        )
    return _as_dict(context, out[:4]), _as_dict(lists, out[4:8]), dict(zip(lists.dense_keys, out[8]))
