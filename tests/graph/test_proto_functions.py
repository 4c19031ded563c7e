"""Collections of a program's own in a MetaGraph; parts of a graph copied by way of one. The results are TensorFlow 1.15.5's."""

import pytest
from tensorboard.compat.proto.variable_pb2 import VariableDef

import scopeflow as tf
from scopeflow.graph import proto_functions
from scopeflow.train import meta_graph


class Item:
    """An item of a collection, which a VariableDef describes."""

    def __init__(self, name):
        self.name = name

    def to_proto(self, export_scope=None):
        return VariableDef(variable_name=self.name)

    @staticmethod
    def from_proto(message, import_scope=None):
        return Item(f"{message.variable_name}, {import_scope}")


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setattr(proto_functions, "_registered", dict(proto_functions._registered))
    proto_functions.register_proto_function("items", proto_type=VariableDef, to_proto=Item.to_proto, from_proto=Item.from_proto)


def test_collection_of_messages(registered):
    with tf.Graph().as_default():
        tf.add_to_collection("items", Item("a"))
        exported = tf.train.export_meta_graph()
    assert list(exported.collection_def["items"].bytes_list.value) == [b"\n\x01a"]
    with tf.Graph().as_default():
        tf.train.import_meta_graph(exported, import_scope="in")
        assert [i.name for i in tf.get_collection("items")] == ["a, in"]


def test_registering_twice_and_wrongly(registered):
    with pytest.raises(KeyError, match="Registering two proto functions with name 'items'!"):
        proto_functions.register_proto_function("items", to_proto=Item.to_proto)
    for which in ("to_proto", "from_proto"):
        with pytest.raises(TypeError, match=f"{which} must be callable."):
            proto_functions.register_proto_function("others", **{which: 3})
    assert proto_functions.get_collection_proto_type("items") is VariableDef
    getters = "get_collection_proto_type get_to_proto_function get_from_proto_function".split()
    assert [getattr(proto_functions, g)("others") for g in getters] == [None] * 3


def test_part_of_a_graph_copied():
    with tf.Graph().as_default() as graph:
        v = tf.Variable(1.0, name="s/v")
        tf.multiply(v, 2.0, name="s/y")
        exported, found = meta_graph.export_scoped_meta_graph(export_scope="s")
        assert found == {"v:0": v}
        with tf.Graph().as_default():
            copies = meta_graph.import_scoped_meta_graph(exported, import_scope="t")
            assert {k: c.name for k, c in copies.items()} == {"v:0": "t/v:0"}
        copies = meta_graph.copy_scoped_meta_graph(from_scope="s", to_scope="u")
        assert [c.name for c in copies.values()] == ["u/v:0"]
        names = [op.name for op in graph.get_operations()]
        assert names == [f"{s}/{n}" for s in "su" for n in ("v/initial_value", "v", "v/Assign", "v/read", "y/y", "y")]
        with pytest.raises(ValueError, match="'from_scope' and 'to_scope' need to be different when performing copy in the same graph."):
            meta_graph.copy_scoped_meta_graph(from_scope="s", to_scope="s")
        assert meta_graph.stripped_op_list_for_graph(graph.as_graph_def()).op[0].name == "Assign"
