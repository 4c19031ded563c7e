"""Facts about TensorFlow 1.15.5's names and scopes that are easy to get wrong; each was run on the reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import scopeflow as tf

gv, vs, ns = tf.get_variable, tf.variable_scope, tf.name_scope


@pytest.fixture(autouse=True)
def graph() -> Iterator[tf.Graph]:
    """A fresh default graph."""
    with tf.Graph().as_default() as g:
        yield g


def op_name() -> str:
    """The name of a new op called `o`."""
    return tf.no_op(name="o").name


def scope_now() -> str | None:
    """The current name scope."""
    return tf.get_default_graph().get_name_scope()


# -- names of ops and variables ------------------------------------------------------------
def test_uniqueness_ignores_case_but_the_store_does_not() -> None:
    a, b = gv("w", [1]), gv("W", [1])
    assert (a.name, b.name) == ("w:0", "W_1:0")
    with vs(tf.get_variable_scope(), reuse=True):
        assert gv("W", [1]) is b


def test_a_key_is_what_was_asked_for() -> None:
    tf.constant(1.0, name="w")
    v = gv("w", [1])
    assert v.name == "w_1:0"
    with vs(tf.get_variable_scope(), reuse=True):
        assert gv("w", [1]) is v
        with pytest.raises(ValueError, match="does not exist"):
            gv("w_1", [1])


def test_a_creator_that_renames_leaves_the_key() -> None:
    def renamed(next_creator: Any, **kwargs: Any) -> Any:
        return next_creator(**{**kwargs, "name": "other"})

    with tf.variable_creator_scope(renamed):
        v = gv("w", [1])
    assert v.name == "other:0"
    with vs(tf.get_variable_scope(), reuse=True):
        assert gv("w", [1]) is v


def test_unique_name(graph: tf.Graph) -> None:
    asked = ["w", "w", "w_1", "W", "w_1", "w"]
    assert [graph.unique_name(n) for n in asked] == ["w", "w_1", "w_1_1", "W_2", "w_1_2", "w_3"]


def test_only_full_paths_are_taken() -> None:
    with ns("x/y"):
        pass
    with ns("x") as x:
        assert x == "x/"


def test_a_trailing_slash_is_absolute() -> None:
    for _ in range(2):
        with ns("b"), ns("x/y/") as s:
            assert s == "x/y/"
    t = tf.identity(1.0, name="u/v/")
    assert t.op.name == "u/v"
    with pytest.raises(ValueError, match="Duplicate node name in graph: 'u/v'"):
        tf.identity(1.0, name="u/v/")
    assert gv("w/", [1]).name == "w:0"


def test_empty_name_scopes() -> None:
    assert scope_now() == ""
    for context in (ns(None), ns(""), vs("x", auxiliary_name_scope=False)):
        with context:
            assert scope_now() is None


def test_what_a_name_may_be() -> None:
    with pytest.raises(ValueError, match="'_x' is not a valid scope name"):
        vs("_x").__enter__()
    with vs("a"), vs("_x"):
        assert gv("_x", [1]).name == "a/_x/_x:0"


def test_an_empty_variable_name() -> None:
    with vs("s"):
        assert gv("", [1]).name == "s:0"
    with pytest.raises(ValueError, match="'' is not a valid node name"):
        gv("", [1])


def test_variable_follows_name_scopes_and_get_variable_variable_scopes() -> None:
    with ns("n"):
        assert (tf.Variable(1.0).name, gv("w", [1]).name) == ("n/Variable:0", "w:0")
    with vs("a") as a:
        pass
    with vs(a):
        assert (tf.Variable(1.0).name, gv("w", [1]).name) == ("a_1/Variable:0", "a/w:0")


def test_variable_ignores_reuse_but_not_use_resource() -> None:
    with vs("a", reuse=True, use_resource=True):
        assert type(tf.Variable(1.0)).__name__ == "ResourceVariable"


# -- variable scopes -----------------------------------------------------------------------
def test_every_entry_opens_a_new_name_scope() -> None:
    with vs("a") as s:
        assert op_name() == "a/o"
        with vs(tf.get_variable_scope()):
            assert op_name() == "a/a/o"
    with vs(s):
        assert op_name() == "a_1/o"
    with vs("b"), vs(s):
        assert op_name() == "b/a/o"
    with vs("a/b") as deep:
        pass
    with vs(deep):
        assert op_name() == "b_1/o"
    with vs(tf.get_variable_scope()):
        assert op_name() == "o"


def test_original_name_scope() -> None:
    with vs("a") as s:
        pass
    with vs(s) as again:
        assert again.original_name_scope == "a/"
    with vs("a") as other:
        assert other.original_name_scope == "a_2/"


def test_entering_by_object_makes_a_new_object() -> None:
    with vs("a") as s:
        pass
    with vs(s) as q:
        q.reuse_variables()
    assert q is not s and not s.reuse
    s.reuse_variables()
    with vs(s) as q:
        assert q.reuse is True
    with vs("a") as q:
        assert q.reuse is False


@pytest.mark.parametrize(
    "outer, inner, expected",
    [
        (None, None, False),
        (None, False, False),
        (True, False, True),
        (True, None, True),
        (True, tf.AUTO_REUSE, tf.AUTO_REUSE),
        (tf.AUTO_REUSE, True, True),
        (tf.AUTO_REUSE, False, tf.AUTO_REUSE),
    ],
)
def test_how_reuse_is_inherited(outer: Any, inner: Any, expected: Any) -> None:
    with vs("a", reuse=outer), vs("b", reuse=inner) as s:
        assert s.reuse is expected


def test_default_name_with_reuse() -> None:
    with pytest.raises(ValueError, match="reuse=True cannot be used without a name_or_scope"):
        vs(None, "d", reuse=tf.AUTO_REUSE).__enter__()
    with vs("a", reuse=True), vs(None, "d") as s:
        assert s.reuse is True


def test_constraint_is_not_inherited() -> None:
    def keep(x: Any) -> Any:
        return x

    with vs("a", constraint=keep, initializer=keep, regularizer=keep, caching_device="/cpu:0", use_resource=True, dtype=tf.float64) as s:
        assert s.constraint is keep
        with vs("b") as child:
            assert child.constraint is None
            assert (child.initializer, child.regularizer, child.caching_device) == (keep, keep, "/cpu:0")
            assert (child.use_resource, child.dtype) == (True, tf.float64)
    with vs(s) as again:
        assert again.constraint is None and again.initializer is keep


def test_default_names_count_variable_scopes() -> None:
    with ns("q"):
        pass
    with vs(None, "q") as s:
        assert (s.name, op_name()) == ("q", "q_1/o")
    gv("z/w", [1])
    with vs(None, "z") as s:
        assert s.name == "z"
    with vs("y"):
        pass
    with vs(None, "y") as s:
        assert s.name == "y_1"


def test_counts_below_are_forgotten_after_a_string_and_restored_after_an_object() -> None:
    def child() -> str:
        with vs(None, "d") as d:
            return d.name

    for _ in range(2):
        with vs("a"):
            assert child() == "a/d"
    with vs("b") as s:
        assert child() == "b/d"
        with vs(s):
            assert child() == "b/d_1"
        assert child() == "b/d_1"


def test_odd_scope_names() -> None:
    with vs("a"), vs("") as s:
        assert (s.name, s.original_name_scope, gv("w", [1]).name, op_name()) == ("a/", "", "a//w:0", "a/o")
    with vs("z"), vs("b/"):
        assert (gv("w", [1]).name, op_name()) == ("z/b//w:0", "b/o")


def test_one_context_entered_twice() -> None:
    c, d = vs("a"), vs(None, "d")
    with c as first:
        assert op_name() == "a/o"
    with c as second:
        assert op_name() == "a_1/o" and second is not first
    for name, op in (("d", "d/o"), ("d", "d_1/o")):
        with d as s:
            assert (s.name, op_name()) == (name, op)


def test_a_failing_entry_changes_nothing() -> None:
    with vs("a") as s:
        with pytest.raises(ValueError, match="'bad name' is not a valid scope name"):
            vs("bad name").__enter__()
        assert tf.get_variable_scope() is s and scope_now() == "a"


def test_scopes_are_matched_as_regular_expressions() -> None:
    for name in ("a", "ab", "a.b", "axb"):
        with vs(name) as s:
            gv("w", [1])
        if name == "a.b":
            dotted = s
    assert [v.name for v in tf.trainable_variables("a")] == ["a/w:0", "ab/w:0", "a.b/w:0", "axb/w:0"]
    assert tf.trainable_variables("w") == []
    assert [v.name for v in dotted.global_variables()] == ["a.b/w:0", "axb/w:0"]


def test_a_scope_of_another_graph() -> None:
    with tf.Graph().as_default(), vs("x") as s:
        gv("w", [1])
    with vs(s):
        assert gv("w", [1]).graph is tf.get_default_graph()


@pytest.mark.parametrize(
    "make, error, text",
    [
        (lambda: vs(None), TypeError, "If default_name is None then name_or_scope is required"),
        (lambda: vs("a", reuse="yes"), ValueError, "The reuse parameter must be True or False or None."),
        (lambda: vs("a", auxiliary_name_scope="no"), TypeError, "must be `True` or `False`, while get no"),
        (lambda: vs(3).__enter__(), TypeError, "name_or_scope must be a string or VariableScope."),
        (lambda: vs("a", values=[tf.Graph]), None, ""),
    ],
)
def test_wrong_arguments(make: Any, error: Any, text: str) -> None:
    if error is None:
        make()
    else:
        with pytest.raises(error, match=text):
            make()


# -- get_variable ----------------------------------------------------------------------------
def test_the_type_asked_for_on_reuse_is_the_scopes() -> None:
    with vs("a", reuse=tf.AUTO_REUSE):
        gv("w", initializer=np.zeros([2]))
        with pytest.raises(ValueError, match="but specified dtype float32 and found dtype float64_ref"):
            gv("w", initializer=np.zeros([2]))
        gv("r", initializer=np.zeros([2]), use_resource=True)
        with pytest.raises(ValueError, match="and found dtype float64\\."):
            gv("r", initializer=np.zeros([2]), use_resource=True)
        with pytest.raises(ValueError, match="Initializer type '.*float64.*' and explicit dtype '.*float32.*' don't match"):
            gv("x", dtype=tf.float32, initializer=np.zeros([2]))


def test_sharing_wants_compatible_shapes() -> None:
    v = gv("w", [2, 3])
    with vs(tf.get_variable_scope(), reuse=True):
        assert gv("w") is v and gv("w", [None, 3]) is v
        with pytest.raises(ValueError, match=r"specified shape \(2,\) and found shape \(2, 3\)"):
            gv("w", [2])
        with pytest.raises(ValueError, match="If initializer is a constant, do not specify shape."):
            gv("w", [2, 3], initializer=1.0)


@pytest.mark.parametrize("use_resource, shape", [(False, None), (True, [2, 3])])
def test_validate_shape(use_resource: bool, shape: Any) -> None:
    v = gv("w", [2, 3], validate_shape=False, use_resource=use_resource)
    assert v.shape.ndims is None if shape is None else v.shape.as_list() == shape


def test_collections() -> None:
    v = gv("w", [2], collections=[])
    assert tf.global_variables() == [] and tf.trainable_variables() == [v]
    mine = ["mine"]
    tf.get_local_variable("l", [2], collections=mine)
    assert mine == ["mine", "local_variables"]
    with pytest.raises(TypeError):
        tf.get_local_variable("m", [2], collections=("mine",))
    with vs(tf.get_variable_scope(), reuse=True):
        assert gv("l", [2]).name == "l:0"


def test_regularizers() -> None:
    def weigh(v: Any) -> Any:
        return tf.identity(v, name="reg")

    with vs("a", regularizer=weigh):
        with ns("n"):
            gv("w", [2])
        gv("u", [2], regularizer=tf.no_regularizer)
    with vs("a", reuse=True, regularizer=weigh):
        gv("w", [2])
    assert [t.name for t in tf.losses.get_regularization_losses()] == ["a/w/Regularizer/reg:0"]


def test_an_error_in_a_regularizer_leaves_the_variable() -> None:
    def fail(v: Any) -> Any:
        raise KeyError("no")

    with pytest.raises(KeyError):
        gv("w", [2], regularizer=fail)
    with vs(tf.get_variable_scope(), reuse=True):
        gv("w", [2])


def test_custom_getters() -> None:
    def adding(suffix: str) -> Any:
        return lambda getter, name, *args, **kwargs: getter(name + suffix, *args, **kwargs)

    with vs("a", custom_getter=adding("_out")), vs("b", custom_getter=adding("_in")):
        assert gv("w", [1]).name == "a/b/w_in_out:0"
        assert gv("v", [1], custom_getter=adding("_own")).name == "a/b/v_own:0"


def test_what_a_getter_sees() -> None:
    seen: dict[str, Any] = {}

    def look(getter: Any, name: str, **kwargs: Any) -> Any:
        seen.update(kwargs)
        return getter(name, **kwargs)

    with vs("a", dtype=tf.float64, custom_getter=look):
        gv("w", [1])
    assert (seen["trainable"], seen["reuse"], seen["dtype"], seen["use_resource"]) == (True, False, tf.float64, None)


def test_what_initializers_are_called_with() -> None:
    seen = []

    def init(shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        seen.append((shape, dtype, partition_info))
        return tf.zeros(shape, dtype)

    gv("w", [2], initializer=init)
    assert seen == [([2], tf.float32, None)]
    assert gv("c", [2], initializer=tf.ones_initializer).initial_value.op.type == "Const"
    assert gv("f", initializer=lambda: tf.zeros([3])).shape.as_list() == [3]
    with pytest.raises(TypeError):
        gv("g", [2], initializer=lambda: tf.zeros([2]))
    with pytest.raises(ValueError, match="The initializer passed is not valid"):
        gv("h", initializer=tf.zeros_initializer())


# -- partitioned variables -----------------------------------------------------------------
def test_partitioned_variable() -> None:
    v = gv("w", [5, 2], partitioner=tf.fixed_size_partitioner(2))
    assert v.name == "w" and len(v) == 2 and not hasattr(v, "op")
    assert [p.name for p in v] == ["w/part_0:0", "w/part_1:0"] == [p.name for p in tf.global_variables()]
    assert [p._save_slice_info.spec for p in v] == ["5 2 0,3:0,2", "5 2 3,2:0,2"]
    with pytest.raises(TypeError):
        v + 1.0
    assert tf.add(v, 1.0).shape.as_list() == [5, 2]
    with vs(tf.get_variable_scope(), reuse=True):
        assert gv("w/part_0", [3, 2]) is list(v)[0] and gv("w", [5, 2]) is v
    with vs(tf.get_variable_scope(), reuse=tf.AUTO_REUSE):
        with pytest.raises(ValueError, match="No partitioner was provided, but a partitioned version"):
            gv("w", [5, 2])
        assert gv("w", [5, 2], partitioner=tf.fixed_size_partitioner(2)) is v
        with pytest.raises(ValueError, match=r"specified partitions \[3, 1\] and found partitions \[2, 1\]"):
            gv("w", [5, 2], partitioner=tf.fixed_size_partitioner(3))


def test_scalars_and_partitioners() -> None:
    two = tf.fixed_size_partitioner(2)
    assert gv("a", [], partitioner=two).name == "a:0" and gv("b", (), partitioner=two).name == "b:0"
    with pytest.raises(ValueError, match=r"must have rank at least 1, shape: \(\)"):
        gv("c", tf.TensorShape([]), partitioner=two)
    assert type(gv("d", [3], partitioner=tf.fixed_size_partitioner(1))).__name__ == "PartitionedVariable"
    with pytest.raises(ValueError, match="must be fully defined, but instead was <unknown>"):
        gv("e", initializer=[1.0, 2.0], partitioner=two)


@pytest.mark.parametrize(
    "partitioner, shape, expected",
    [
        (tf.fixed_size_partitioner(3), [2, 4], [2, 1]),
        (tf.fixed_size_partitioner(3, axis=1), [2, 4], [1, 3]),
        (tf.variable_axis_size_partitioner(16), [30, 4], [30, 1]),
        (tf.variable_axis_size_partitioner(64, max_shards=3), [30, 4], [3, 1]),
        (tf.min_max_variable_partitioner(5, min_slice_size=100), [30, 4], [5, 1]),
        (tf.min_max_variable_partitioner(9, axis=1, min_slice_size=8), [30, 4], [1, 4]),
    ],
)
def test_partitioners(partitioner: Any, shape: list[int], expected: list[int]) -> None:
    assert partitioner(shape=tf.TensorShape(shape), dtype=tf.float32) == expected


# -- templates ------------------------------------------------------------------------------
def template_body() -> Any:
    """A function with a variable and an op."""
    gv("w", [1])
    return tf.constant(1.0, name="c").op.name


def test_template_names() -> None:
    t = tf.make_template("t", template_body)
    assert t.variable_scope_name is None and t.variables == []
    assert [t(), t()] == ["t/c", "t_1/c"]
    with vs("o"):
        assert t() == "o/t/c"
    assert [v.name for v in t.variables] == ["t/w:0"] and t.variable_scope_name == "t/"
    assert tf.make_template("t", template_body)() == "t_2/c"
    assert [v.name for v in tf.global_variables()] == ["t/w:0", "t_1/w:0"]


def test_template_scope_made_at_once() -> None:
    with vs("a"):
        t = tf.make_template("z", template_body, create_scope_now_=True)
    assert t.variable_scope.original_name_scope == "z"
    t()
    assert [v.name for v in tf.global_variables()] == ["a/z/w:0"]


def test_template_with_a_name_of_its_own() -> None:
    tf.make_template("t", template_body, unique_name_="u")()
    with pytest.raises(ValueError, match="already exists"):
        tf.make_template("t", template_body, unique_name_="u")()


def test_template_whose_first_call_fails() -> None:
    def fail() -> Any:
        gv("w", [1])
        raise KeyError("first")

    t = tf.make_template("t", fail)
    with pytest.raises(KeyError, match="originally defined at"):
        t()
    with pytest.raises(ValueError, match="already exists"):
        t()
    assert t.variables == []


def test_template_that_makes_variables_later() -> None:
    extra: dict[str, Any] = {}
    t = tf.make_template("t", lambda: extra and tf.Variable(1.0, **extra))
    t()
    extra["trainable"] = False
    t()
    extra["trainable"] = True
    with pytest.raises(ValueError, match="Trainable variable created when calling a template after the first time"):
        t()


def test_template_under_reuse() -> None:
    with vs("a", reuse=True), pytest.raises(ValueError, match="does not exist"):
        tf.make_template("t", template_body)()


# -- the global step ----------------------------------------------------------------------------
def test_global_step() -> None:
    with vs("a"):
        step = tf.train.get_or_create_global_step()
    assert step.name == "a/global_step:0" and tf.train.get_global_step() is step
    with pytest.raises(ValueError, match='"global_step" already exists.'):
        tf.train.create_global_step()
    with pytest.raises(TypeError, match="is not scalar"):
        tf.train.assert_global_step(tf.constant([1]))
    with pytest.raises(TypeError, match="does not have integer type"):
        tf.train.assert_global_step(tf.constant(1.0))
