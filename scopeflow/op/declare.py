"""Declaring an op: one array function with a TensorFlow op type gives the graph builder, the inference and the kernel.

    @op("MatMul", "a: T, b: T -> product: T", T="half float double int32 int64 complex64 complex128")
    def mat_mul(a, b, *, transpose_a: bool = False, transpose_b: bool = False):
        ...

The signature names inputs and outputs with their types, as TensorFlow's op definitions do:

    x: T            of the type attribute T (allowed types and default: keyword T="float double = float")
    x: int32        of a fixed type
    x: N*T          a list of N tensors of type T
    x: *T           a list of tensors of any types; T is then the list of types
    x: &T           a reference (a variable of the older kind)

The function is the kernel: it takes the inputs as arrays (a list for a list input; the current value for a reference
or resource named in `reads` or `writes`) and the attributes as keywords, annotated with their kind (bool, int, float,
str, dtype, shape, tensor, list[...]); it returns the output, or a tuple of outputs. Results are cast to the declared
types. Kernels use `xp(...)`, so that NumPy values in give NumPy values out.
"""

from __future__ import annotations

import collections
import functools
import importlib.resources
import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from ..graph.conversion import to_tensor
from ..graph.default_graph import get_default_graph
from ..graph.dtypes import DType, as_dtype
from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor
from ..graph.tensor_shape import Dims, as_shape

#: op type -> its declaration
OPS: dict[str, Op] = {}

ShapeRule = Callable[[Sequence[Tensor], dict[str, Any]], list[Dims]]


class ShapeError(ValueError):
    """Static shapes that an op cannot work with; the op's name and shapes are added by the builder.

    `values` are the inputs whose known values the message shows, `partial` those it shows as shapes.
    """

    def __init__(self, text: str, values: Sequence[int] = (), partial: Sequence[int] = ()):
        super().__init__(text)
        self.values, self.partial = values, partial


class Arg(NamedTuple):
    """An input or output of an op."""

    name: str
    dtype: DType | None  # fixed type
    type_attr: str | None  # or the attribute that says it
    number_attr: str | None  # a list of that many
    is_list: bool  # a list of any types, given by type_attr
    is_ref: bool

    @property
    def many(self) -> bool:
        return self.is_list or self.number_attr is not None


class TypeAttr(NamedTuple):
    """A type attribute: what it may be, and its default."""

    allowed: tuple[DType, ...] | None
    default: DType | None


_REQUIRED = inspect.Parameter.empty
_ARG = re.compile(r"(\w+): (&?)(?:(\w*)\*)?(\w+)")


@functools.cache
def _without_gradient() -> frozenset[str]:
    """The op types without a gradient function; recorded by tests/golden/record_gradient_functions.py."""
    return frozenset(importlib.resources.files(__package__).joinpath("without_gradient.txt").read_text().split())


def _parse_args(text: str, type_attrs: dict[str, TypeAttr]) -> tuple[Arg, ...]:
    out = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        match = _ARG.fullmatch(part)
        if match is None:
            raise ValueError(f"op signature: cannot read {part!r}")
        name, ref, number, kind = match.groups()
        fixed = None
        if kind not in type_attrs:
            try:
                fixed = as_dtype(kind)
            except TypeError:
                type_attrs[kind] = TypeAttr(None, None)
        out.append(Arg(name, fixed, None if fixed else kind, number or None, number == "", bool(ref)))
    return tuple(out)


def _parse_type_attr(text: str) -> TypeAttr:
    allowed, _, default = text.partition("=")
    types = tuple(as_dtype(t) for t in allowed.split()) or None
    return TypeAttr(types, as_dtype(default.strip()) if default.strip() else None)


def _names(value: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(value.split()) if isinstance(value, str) else tuple(value)


class Op:
    """A declared op. Calling it adds a node to the graph: `mat_mul(x, y, transpose_a=True, name="m")`."""

    def __init__(self, op_type: str, signature: str, kernel: Callable[..., Any] | None, types: dict[str, str], flags: dict[str, Any]):
        self.type = op_type
        self.kernel = kernel
        self.type_attrs = {k: _parse_type_attr(v) for k, v in types.items()}
        left, _, right = signature.partition("->")
        self.inputs = _parse_args(left, self.type_attrs)
        self.outputs = _parse_args(right, self.type_attrs)
        self.attr_kinds: dict[str, str] = {}
        self.attr_defaults: dict[str, Any] = {}
        self.kernel_attrs: tuple[str, ...] = ()
        self.reads = _names(flags.pop("reads", ()))
        self.writes = _names(flags.pop("writes", ()))
        #: inputs whose value may be missing (an uninitialized variable): the kernel gets None
        self.uninitialized_ok = _names(flags.pop("uninitialized_ok", ()))
        #: inputs whose values must be known when the op is traced (shapes, axes, ...)
        self.static = _names(flags.pop("static", ()))
        #: the op draws random numbers: its kernel gets `rng`
        self.random = flags.pop("random", False)
        #: runs on the host with NumPy values (strings, data-dependent shapes, Python functions)
        self.host = flags.pop("host", False)
        #: may wait for other threads (queues): runs in a stage of its own, while its run holds no lock
        self.blocking = flags.pop("blocking", False)
        #: has effects beyond variables, so that it runs even if its outputs are not used
        self.stateful = flags.pop("stateful", False) or self.random or bool(self.writes)
        #: the kernel computes in JAX also when given NumPy values
        self.jax_only = flags.pop("jax_only", False)
        #: False: gradients do not flow through the op
        self.differentiable = flags.pop("differentiable", True)
        #: inputs that gradients do not flow to
        self.no_gradient = _names(flags.pop("no_gradient", ()))
        #: TensorFlow has no gradient function for it: tf.gradients through it raises LookupError
        self.gradient_missing = op_type in _without_gradient()
        #: the kernel passes over indices that are filled up with the largest integer, and checks the others itself
        self.knows_padding = flags.pop("knows_padding", False)
        #: the op makes a variable
        self.variable = flags.pop("variable", False)
        #: NumPy's function that the kernel is on numbers: on the host it may write its result over an input
        self.ufunc = flags.pop("ufunc", None)
        attrs = flags.pop("attrs", {})
        self.shape_rule: ShapeRule | None = flags.pop("shape", None)
        if flags:
            raise TypeError(f"op {op_type}: unknown flags {sorted(flags)}")
        #: gradient of the kernel, where JAX's own differs from TensorFlow's
        self.grad_rule: Callable[..., Any] | None = None
        #: kernel of a host op for the device: results as long as they can be, filled up
        self.padded_kernel: Callable[..., Any] | None = None
        #: finds the input through which a sparse gradient (IndexedSlices) reaches its table
        self.sparse_rule: Callable[..., Any] | None = None
        #: what lets a node do without its static inputs
        self.dynamic_rule: Callable[[Operation], Any] | None = None
        #: what takes the arguments (positional, keyword) of a call that fails because one is not a tensor; NotImplemented if it does not
        self.fallback: Callable[[Any, Any], Any] | None = None
        #: the kernel has a keyword `context`: it works on what the session keeps on the host
        self.takes_context = False
        self._attrs_from_kernel(kernel, attrs)
        number_attrs = {a.number_attr for a in self.inputs if a.number_attr}
        self.parameters = [a.name for a in self.inputs] + [k for k in self.attr_kinds if k not in number_attrs]
        self.parameters += [k for k in self.type_attrs if k not in {a.type_attr for a in self.inputs}]
        self._number_attrs = number_attrs
        self._flat = all(not a.many for a in self.inputs)
        self._simple = self._flat and all(not a.is_ref for a in self.inputs)
        #: the kernel gives a single value: a variable's new one, or an output
        self.gives_one = len(self.writes) + sum(2 if a.many else not a.is_ref for a in self.outputs) == 1
        self._has_ref_inputs = any(a.is_ref for a in self.inputs)
        self._n_inputs = len(self.inputs)
        #: input types -> (type attributes, output types), for calls that give no type
        self._typed: dict[tuple[DType, ...], tuple[dict[str, Any], tuple[DType, ...]]] = {}
        self._has_state_inputs = bool(self.reads or self.writes)
        self._result = collections.namedtuple(op_type, [a.name for a in self.outputs]) if len(self.outputs) > 1 else None
        self._single = len(self.outputs) == 1 and not self.outputs[0].many
        self.__name__ = kernel.__name__ if kernel is not None else op_type
        self.__doc__ = kernel.__doc__ if kernel is not None else None
        self.__module__ = kernel.__module__ if kernel is not None else __name__
        OPS[op_type] = self

    def _attrs_from_kernel(self, kernel: Any, attrs: dict[str, Any]) -> None:
        passed = []
        if kernel is not None:
            for p in inspect.signature(kernel).parameters.values():
                if p.kind is not p.KEYWORD_ONLY or p.name in ("rng", "known"):
                    continue
                if p.name == "context":
                    self.takes_context = True
                    continue
                passed.append(p.name)
                if p.name in self.type_attrs:
                    continue
                self.attr_kinds[p.name] = str(p.annotation)
                self.attr_defaults[p.name] = p.default
        for name, (kind, default) in attrs.items():
            self.attr_kinds[name] = kind
            self.attr_defaults[name] = default
        for arg in self.inputs + self.outputs:
            if arg.number_attr and arg.number_attr not in self.attr_kinds:
                self.attr_kinds[arg.number_attr] = "int"
                self.attr_defaults[arg.number_attr] = _REQUIRED
        self.kernel_attrs = tuple(passed)

    def __repr__(self) -> str:
        return f"<op {self.type}>"

    def shape(self, rule: ShapeRule) -> ShapeRule:
        """Decorator: `rule(inputs, attrs)` gives the outputs' static shapes; raises ShapeError where they do not fit."""
        self.shape_rule = rule
        return rule

    def gradient(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        """Decorator: `rule(inputs, outputs, grads, **attrs)` gives a gradient (or None) for each input, as arrays."""
        self.grad_rule = rule
        return rule

    def dynamic(self, rule: Callable[[Operation], Any]) -> Callable[[Operation], Any]:
        """Decorator: `rule(op)` gives what the kernel needs to know (its keyword `known`) to do without knowing the
        `static` inputs of this node while tracing; None if it cannot.
        """
        self.dynamic_rule = rule
        return rule

    def static_of(self, op: Operation) -> tuple[str, ...]:
        """The inputs of this node whose values must be known when it is traced."""
        if self.dynamic_rule is not None and self.dynamic_rule(op) is not None:
            return ()
        return self.static

    def padded(self, kernel: Callable[..., Any]) -> Callable[..., Any]:
        """Decorator for a host op: a kernel for nodes marked `$padded`, whose users take results filled up to a static length."""
        self.padded_kernel = kernel
        return kernel

    def sparse_gradient(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        """Decorator for a gather: `rule(op)` gives (index of the table input, index of the indices input) or None.

        Given, the gradient at the table is IndexedSlices of the output's gradient at those indices.
        """
        self.sparse_rule = rule
        return rule

    # -- building -----------------------------------------------------------------
    def __call__(self, *args: Any, name: str | None = None, **keywords: Any) -> Any:
        if len(args) > len(self.parameters):
            # The name comes last, as in TensorFlow's generated functions.
            *args, name = args
        try:
            op = self.build(args, keywords, name)
        except (TypeError, ValueError):
            result = (
                NotImplemented if self.fallback is None else self.fallback(args, keywords if name is None else {**keywords, "name": name})
            )
            if result is NotImplemented:
                raise
            return result
        if self._single:
            return op.outputs[0]
        return self._results(op)

    def _results(self, op: Operation) -> Any:
        if not self.outputs:
            return op
        values: list[Any] = []
        at = 0
        for arg in self.outputs:
            if arg.many:
                n = op.attrs[arg.number_attr] if arg.number_attr else len(op.attrs[arg.type_attr])
                values.append(op.outputs[at : at + n])
                at += n
            else:
                values.append(op.outputs[at])
                at += 1
        return values[0] if self._result is None else self._result(*values)

    def build(self, args: Sequence[Any], keywords: dict[str, Any], name: str | None, graph: Graph | None = None) -> Operation:
        """Adds the node and returns it: converts inputs, infers types and shapes."""
        if len(args) < self._n_inputs or keywords:
            args, given = self._bind(args, keywords)
        else:
            given = None
            if len(args) > self._n_inputs:
                args, given = self._bind(args, keywords)
        attrs = self._attributes(given) if given or self.attr_kinds else {}
        if self._simple:
            for a in args:
                if type(a) is not Tensor:
                    break
            else:
                # Nothing to convert: no scope to open.
                if graph is None:
                    graph = get_default_graph()
                    if args and not graph._capturing:
                        graph = args[0].op.graph
                return self._add(graph, args, attrs, given, name, None)
        if graph is None:
            graph = _graph_of(args)
        if graph is not get_default_graph():
            with graph.as_default():
                return self._build_converting(graph, args, attrs, given, name)
        return self._build_converting(graph, args, attrs, given, name)

    def _build_converting(self, graph: Graph, args: Any, attrs: Any, given: Any, name: str | None) -> Operation:
        old = graph._name_stack
        scope = graph._open_scope(self.type if name is None else name)
        graph._name_stack = scope
        try:
            flat = self._convert(args, attrs, given)
            return self._add(graph, flat, attrs, given, "" if scope is None else None, scope)
        finally:
            graph._name_stack = old

    def _bind(self, args: Sequence[Any], keywords: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        if len(args) > len(self.parameters):
            raise TypeError(f"{self.__name__}() takes {len(self.parameters)} arguments but {len(args)} were given")
        given = dict(zip(self.parameters, args))
        for k, v in keywords.items():
            if k in given:
                raise TypeError(f"{self.__name__}() got multiple values for argument '{k}'")
            if k not in self.attr_kinds and k not in self.type_attrs and k not in self.parameters:
                raise TypeError(f"{self.__name__}() got an unexpected keyword argument '{k}'")
            given[k] = v
        inputs = []
        for arg in self.inputs:
            if arg.name not in given:
                raise TypeError(f"{self.__name__}() missing 1 required positional argument: '{arg.name}'")
            inputs.append(given.pop(arg.name))
        return inputs, given

    def _attributes(self, given: dict[str, Any] | None) -> dict[str, Any]:
        attrs: dict[str, Any] = {}
        for k, kind in self.attr_kinds.items():
            if given is not None and k in given:
                attrs[k] = coerce_attr(kind, given[k], k, self.type)
            else:
                default = self.attr_defaults[k]
                if default is _REQUIRED:
                    if k not in self._number_attrs:
                        raise TypeError(f"{self.__name__}() missing required argument: '{k}'")
                    continue
                attrs[k] = list(default) if isinstance(default, (list, tuple)) else default
        return attrs

    def _convert(self, args: Sequence[Any], attrs: dict[str, Any], given: dict[str, Any] | None) -> list[Tensor]:
        flat: list[Tensor] = []
        types: dict[str, Any] = {}
        inferred_from: dict[str, str] = {}
        if given:
            for k in self.type_attrs:
                if given.get(k) is not None:
                    types[k] = _type_value(k, given[k])
        for arg, value in zip(self.inputs, args):
            if arg.many:
                flat += self._convert_list(arg, value, attrs, types, inferred_from)
                continue
            known = arg.dtype if arg.dtype is not None else types.get(arg.type_attr)
            if type(value) is Tensor and not arg.is_ref and (known is None or value.dtype.base_dtype is known):
                t = value
            else:
                t = self._convert_one(arg, value, known, inferred_from)
            if arg.is_ref and not t.dtype.is_ref:
                raise TypeError(f"'{self.type}' Op requires that input '{arg.name}' be a mutable tensor (e.g.: a tf.Variable)")
            if arg.type_attr is not None:
                if known is None:
                    types[arg.type_attr] = t.dtype.base_dtype
                    inferred_from[arg.type_attr] = arg.name
            flat.append(t)
        attrs["$types"] = types
        return flat

    def _convert_one(self, arg: Arg, value: Any, known: DType | None, inferred_from: dict[str, str]) -> Tensor:
        preferred = None if arg.type_attr is None else self.type_attrs[arg.type_attr].default
        try:
            return to_tensor(value, known, arg.name, preferred, as_ref=arg.is_ref)
        except TypeError as error:
            if known is None:
                raise
            raise TypeError(
                f"Expected {known.name} passed to parameter '{arg.name}' of op '{self.type}', got {value!r} of type "
                f"'{type(value).__name__}' instead. Error: {error}"
            ) from None
        except ValueError:
            try:
                observed = to_tensor(value, None, arg.name, as_ref=arg.is_ref).dtype.name
            except ValueError as error:
                raise ValueError(f"Tried to convert '{arg.name}' to a tensor and failed. Error: {error}") from None
            start = f"Input '{arg.name}' of '{self.type}' Op has type {observed} that does not match"
            if arg.dtype is not None:
                raise TypeError(f"{start} expected type of {arg.dtype.name}.") from None
            raise TypeError(f"{start} type {known.name} of argument '{inferred_from.get(arg.type_attr, arg.type_attr)}'.") from None

    def _convert_list(
        self, arg: Arg, values: Any, attrs: dict[str, Any], types: dict[str, Any], inferred_from: dict[str, str]
    ) -> list[Tensor]:
        if not isinstance(values, (list, tuple)):
            raise TypeError(f"Expected list for '{arg.name}' argument to '{self.type}' Op, not {values}.")
        if arg.is_list:
            wanted = types.get(arg.type_attr)
            out = [to_tensor(v, wanted[i] if wanted and i < len(wanted) else None, f"{arg.name}_{i}") for i, v in enumerate(values)]
            if arg.is_ref is False and wanted and [t.dtype.base_dtype for t in out] != wanted:
                raise TypeError(
                    f"'{self.type}' Op expects types {[t.name for t in wanted]} for '{arg.name}', got {[t.dtype.name for t in out]}"
                )
            types[arg.type_attr] = [t.dtype.base_dtype for t in out]
            return out
        known = arg.dtype if arg.dtype is not None else types.get(arg.type_attr)
        dtype = known
        if dtype is None:
            for v in values:
                if isinstance(v, Tensor):
                    dtype = v.dtype.base_dtype
                    break
        preferred = None if arg.type_attr is None else self.type_attrs[arg.type_attr].default
        try:
            out = []
            for i, v in enumerate(values):
                out.append(to_tensor(v, dtype, f"{arg.name}_{i}", preferred, as_ref=arg.is_ref))
                if dtype is None:
                    dtype = out[0].dtype.base_dtype
        except (TypeError, ValueError):
            names = []
            for v in values:
                try:
                    names.append(to_tensor(v, None, arg.name).dtype.name)
                except (TypeError, ValueError):
                    names.append("<NOT CONVERTIBLE TO TENSOR>")
            text = f"Tensors in list passed to '{arg.name}' of '{self.type}' Op have types [{', '.join(names)}]"
            if arg.dtype is not None:
                raise TypeError(f"{text} that do not match expected type {arg.dtype.name}.") from None
            if known is not None:
                raise TypeError(f"{text} that do not match type {known.name} inferred from earlier arguments.") from None
            raise TypeError(f"{text} that don't all match.") from None
        n = arg.number_attr
        if n in attrs and attrs[n] != len(out):
            raise ValueError(
                f"List argument '{arg.name}' to '{self.type}' Op with length {len(out)} must match length {attrs[n]} of argument "
                f"'{inferred_from.get(n, n)}'."
            )
        attrs[n] = len(out)
        inferred_from[n] = arg.name
        if arg.type_attr is not None and out:
            types.setdefault(arg.type_attr, out[0].dtype.base_dtype)
            inferred_from.setdefault(arg.type_attr, arg.name)
        return out

    def _add(
        self, graph: Graph, flat: Sequence[Tensor], attrs: dict[str, Any], given: Any, name: str | None, scope: str | None
    ) -> Operation:
        """Adds the node for converted inputs: types, shapes, name."""
        if graph._capturing:
            flat = [graph.capture(t) for t in flat]
        types = attrs.pop("$types", None)
        if types is None and not given:
            key = tuple([t.dtype for t in flat])
            found = self._typed.get(key)
            if found is None:
                types = self._checked_types(self._types_of(flat), None)
                found = self._typed[key] = types, self._output_dtypes({**attrs, **types})
            attrs.update(found[0])
            output_dtypes = found[1]
        else:
            attrs.update(self._checked_types(self._types_of(flat) if types is None else types, given))
            output_dtypes = self._output_dtypes(attrs)
        if scope is None:
            scope = graph._open_scope(self.type if name is None else name)
        try:
            dims = self.infer(flat, attrs, len(output_dtypes)) if self.shape_rule is None else self.shape_rule(flat, attrs)
        except ShapeError as error:
            graph._last_id += 1
            raise ValueError(_shape_message(error, scope, self.type, flat)) from None
        if self._has_ref_inputs:
            return self._add_beside(graph, flat, attrs, output_dtypes, dims, scope)
        if scope is None:
            # An empty name is one at the root, whatever scope is open.
            stack, graph._name_stack = graph._name_stack, None
            try:
                return graph.add_op(self.type, self, tuple(flat), attrs, output_dtypes, dims, "")
            finally:
                graph._name_stack = stack
        return graph.add_op(self.type, self, tuple(flat), attrs, output_dtypes, dims, scope + "/")

    def _types_of(self, flat: Sequence[Tensor]) -> dict[str, Any]:
        """The type attributes that inputs, none of them a list, determine. Raises TypeError if they contradict each other."""
        types: dict[str, Any] = {}
        for arg, t in zip(self.inputs, flat):
            base = t.dtype.base_dtype
            if arg.dtype is not None:
                if base is not arg.dtype:
                    raise TypeError(
                        f"Input '{arg.name}' of '{self.type}' Op has type {t.dtype.name} that does not match "
                        f"expected type of {arg.dtype.name}."
                    )
                continue
            seen = types.setdefault(arg.type_attr, base)
            if seen is not base:
                first = next(a.name for a in self.inputs if a.type_attr == arg.type_attr)
                raise TypeError(
                    f"Input '{arg.name}' of '{self.type}' Op has type {t.dtype.name} that does not match "
                    f"type {seen.name} of argument '{first}'."
                )
        return types

    def _checked_types(self, types: dict[str, Any], given: dict[str, Any] | None) -> dict[str, Any]:
        """All type attributes: inferred, given or by default. Raises TypeError for one that is missing or not allowed."""
        out: dict[str, Any] = {}
        for k, attr in self.type_attrs.items():
            value = types.get(k)
            if value is None:
                value = given.get(k) if given else None
                if value is None:
                    value = attr.default
                if value is None:
                    raise TypeError(f"{self.type}: type attribute '{k}' is not given and cannot be inferred")
                value = _type_value(k, value)
            if attr.allowed is not None:
                for v in value if isinstance(value, list) else (value,):
                    if v not in attr.allowed:
                        param = next((a.name for a in self.inputs if a.type_attr == k), k)
                        allowed = ", ".join(t.name for t in attr.allowed)
                        raise TypeError(
                            f"Value passed to parameter '{param}' has DataType {v.name} not in list of allowed values: {allowed}"
                        )
            out[k] = value
        return out

    def _add_beside(
        self, graph: Graph, flat: Sequence[Tensor], attrs: dict[str, Any], output_dtypes: Any, dims: Any, scope: str | None
    ) -> Operation:
        """Adds a node that takes references: it is placed where the variables are."""
        devices, colocation = graph._device_stack, graph._colocation_stack
        refs = [t.op for arg, t in zip(self._flat_args(attrs), flat) if arg.is_ref]
        graph._device_stack, graph._colocation_stack = [(None, None)], colocation + refs
        try:
            return graph.add_op(self.type, self, tuple(flat), attrs, output_dtypes, dims, "" if scope is None else scope + "/")
        finally:
            graph._device_stack, graph._colocation_stack = devices, colocation

    def _flat_args(self, attrs: dict[str, Any]) -> list[Arg]:
        """The declared argument of each input tensor."""
        out: list[Arg] = []
        for arg in self.inputs:
            out += [arg] * (1 if not arg.many else attrs[arg.number_attr] if arg.number_attr else len(attrs[arg.type_attr]))
        return out

    def _output_dtypes(self, attrs: dict[str, Any]) -> tuple[DType, ...]:
        if self._single:
            arg = self.outputs[0]
            dtype = arg.dtype or attrs[arg.type_attr]
            return (dtype._as_ref if arg.is_ref else dtype,)
        out: list[DType] = []
        for arg in self.outputs:
            if arg.is_list:
                out += attrs[arg.type_attr]
                continue
            dtype = arg.dtype or attrs[arg.type_attr]
            if arg.is_ref:
                dtype = dtype._as_ref
            out += [dtype] * (attrs[arg.number_attr] if arg.number_attr else 1)
        return tuple(out)

    def infer(self, inputs: Sequence[Tensor], attrs: dict[str, Any], n_outputs: int) -> list[Dims]:
        """The static shapes of the outputs. Raises ShapeError."""
        if self.shape_rule is not None:
            return self.shape_rule(inputs, attrs)
        from .infer import infer_from_kernel

        return infer_from_kernel(self, inputs, attrs, n_outputs)

    def group(self, op: Operation, values: Sequence[Any]) -> list[Any]:
        """`values`, one an input tensor, as one an argument of the kernel (lists for list inputs)."""
        if self._flat:
            return list(values)
        out: list[Any] = []
        at = 0
        for arg in self.inputs:
            if arg.many:
                n = op.attrs[arg.number_attr] if arg.number_attr else len(op.attrs[arg.type_attr])
                out.append(list(values[at : at + n]))
                at += n
            else:
                out.append(values[at])
                at += 1
        return out

    def flat_input_names(self, op: Operation) -> list[str]:
        """The argument's name for each input tensor of `op`."""
        out: list[str] = []
        for arg in self.inputs:
            n = 1
            if arg.many:
                n = op.attrs[arg.number_attr] if arg.number_attr else len(op.attrs[arg.type_attr])
            out += [arg.name] * n
        return out


def _type_value(name: str, value: Any) -> Any:
    """`value` as the type attribute `name`: a DType or a list of them. Raises TypeError."""
    if isinstance(value, (list, tuple)):
        return [_type_value(name, v) for v in value]
    try:
        return as_dtype(value).base_dtype
    except TypeError:
        raise TypeError(f"Expected DataType for argument '{name}' not {value!r}.") from None


def _shape_message(error: ShapeError, scope: str | None, op_type: str, inputs: Sequence[Tensor]) -> str:
    from .fold import fold, fold_dims

    text = f"{error} for '{scope}' (op: '{op_type}') with input shapes: {', '.join(_bracketed(t._dims) for t in inputs)}"
    values = [(i, fold(inputs[i])) for i in error.values]
    known = [f"input[{i}] = <{_spelled(v)}>" for i, v in values if v is not None]
    if known:
        text += f" and with computed input tensors: {', '.join(known)}"
    if error.partial:
        shapes = [f"input[{i}] = {_bracketed(fold_dims(inputs[i]))}" for i in error.partial]
        text += f" and with input tensors computed as partial shapes: {', '.join(shapes)}"
    return text + "."


def _bracketed(dims: Dims) -> str:
    return "<unknown>" if dims is None else "[" + ",".join("?" if d is None else str(d) for d in dims) + "]"


def _spelled(value: Any) -> str:
    if value.ndim < 2:
        return " ".join(str(v) for v in value.ravel())
    return "".join(f"[{_spelled(v)}]" for v in value)


def _graph_of(args: Sequence[Any]) -> Graph:
    """The graph of the tensors and variables among `args`, else the default graph. Raises ValueError if they have several."""
    found: Any = None
    if get_default_graph()._capturing:
        return get_default_graph()
    for a in args:
        for element in a if isinstance(a, (list, tuple)) else (a,):
            if type(element) is not Tensor:
                convert = getattr(element, "_as_graph_element", None)
                element = None if convert is None or isinstance(element, type) else convert()
            if element is None:
                continue
            if found is None:
                found = element
            elif element.graph is not found.graph:
                raise ValueError(f"{element} must be from the same graph as {found}.")
    return get_default_graph() if found is None else found.graph


def coerce_attr(kind: str, value: Any, name: str, op_type: str) -> Any:
    """`value` as an attribute of `kind`. Raises TypeError if it cannot be one."""
    try:
        if kind == "bool":
            if not isinstance(value, (bool, int)) and type(value).__name__ not in ("bool_", "bool"):
                raise TypeError
            return bool(value)
        if kind == "int":
            return int(value)
        if kind == "float":
            return float(value)
        if kind == "str":
            return value.decode() if isinstance(value, bytes) else str(value)
        if kind == "dtype":
            return as_dtype(value).base_dtype
        if kind == "shape":
            return as_shape(value)
        if kind.startswith("list[") and value is not None:
            if not isinstance(value, (list, tuple)):
                value = list(value)
            return [coerce_attr(kind[5:-1], v, name, op_type) for v in value]
        return value
    except (TypeError, ValueError):
        raise TypeError(f"Expected {kind} for argument '{name}' not {value!r} (op {op_type}).") from None


def op(op_type: str, signature: str, attrs: dict[str, Any] | None = None, **options: Any) -> Callable[[Callable[..., Any] | None], Op]:
    """Declares an op: see the module's page.

    Args:
      op_type: TensorFlow's op type.
      signature: inputs and outputs.
      attrs: attributes the kernel does not take, name -> (kind, default).
      options: type attributes (capitalised or named in the signature) as strings of allowed types, and flags:
        reads, writes, uninitialized_ok, static, no_gradient (names of inputs); random, host, blocking, stateful, jax_only,
        differentiable, knows_padding, variable (bool); shape (rule); ufunc.
    """
    flags = (
        "reads",
        "writes",
        "uninitialized_ok",
        "static",
        "random",
        "host",
        "blocking",
        "stateful",
        "jax_only",
        "differentiable",
        "no_gradient",
        "knows_padding",
        "variable",
        "shape",
        "ufunc",
    )
    given = {k: options.pop(k) for k in flags if k in options}
    if attrs:
        given["attrs"] = attrs
    return lambda kernel: Op(op_type, signature, kernel, options, given)


def make_node(
    graph: Graph, op_type: str, inputs: tuple[Tensor, ...], output_dtypes: Any, name: str | None, attrs: dict[str, Any]
) -> Operation:
    """A node of any type from flat inputs and complete attributes; declared types get shape inference."""
    spec = OPS.get(op_type)
    if spec is None:
        output = tuple(as_dtype(t) for t in output_dtypes or ())
        known: list[Dims] = [attrs["value"].shape] if op_type == "Const" else [None] * len(output)
        return graph.add_op(op_type, None, inputs, attrs, output, known, name)
    for k, default in spec.attr_defaults.items():
        if default is not _REQUIRED:
            attrs.setdefault(k, default)
    _complete_types(spec, inputs, attrs)
    output = spec._output_dtypes(attrs)
    try:
        dims = spec.infer(inputs, attrs, len(output))
    except ShapeError as error:
        raise ValueError(_shape_message(error, name and name.removesuffix("/"), op_type, inputs)) from None
    return graph.add_op(op_type, spec, inputs, attrs, output, dims, name)


def _complete_types(spec: Op, inputs: tuple[Tensor, ...], attrs: dict[str, Any]) -> None:
    at = 0
    for arg in spec.inputs:
        if arg.many:
            left = len(inputs) - at - sum(1 for a in spec.inputs[spec.inputs.index(arg) + 1 :])
            n = attrs.setdefault(arg.number_attr, left) if arg.number_attr else len(attrs.get(arg.type_attr, inputs[at : at + left]))
            if arg.is_list:
                attrs.setdefault(arg.type_attr, [t.dtype.base_dtype for t in inputs[at : at + n]])
            elif arg.type_attr and n:
                attrs.setdefault(arg.type_attr, inputs[at].dtype.base_dtype)
            at += n
        else:
            if arg.type_attr:
                attrs.setdefault(arg.type_attr, inputs[at].dtype.base_dtype)
            at += 1
    for k, attr in spec.type_attrs.items():
        if k not in attrs and attr.default is not None:
            attrs[k] = attr.default


Graph.op_maker = staticmethod(make_node)
