"""tf.train.init_from_checkpoint: the nodes that read initial values, and what it refuses."""

_M = "'checkpoints/model.ckpt'"


def _in_scope(*variables, scope="n", arguments=""):
    lines = "; ".join("tf.get_variable(%s, initializer=tf.zeros_initializer)" % v for v in variables)
    return "exec(\"with tf.variable_scope('%s'%s): %s\")" % (scope, arguments, lines)


_X = _in_scope("'x', [3]")
_B = _in_scope("'b', [2], tf.int32", "'c', [2]", "'t/b', [2]")
_P2 = _in_scope("'w', [4, 2]", arguments=", partitioner=tf.fixed_size_partitioner(2)")
_P4 = _in_scope("'w', [4, 2]", arguments=", partitioner=tf.fixed_size_partitioner(4)")
_Q = "q = tf.get_variable('q', [4, 2], partitioner=tf.fixed_size_partitioner(2))"


def _init(setup, mapping, where=_M, module="train"):
    return setup + " ;; tf.%s.init_from_checkpoint(%s, %s)" % (module, where, mapping)


CASES = [
    _init(_X, "{'a': 'n/x'}"),
    _init(_in_scope("'x', [3]", arguments=", use_resource=True"), "{'a': 'n/x'}"),
    _init(_B, "{'s/': 'n/'}"),
    _init(_B, "{'s': 'n'}"),
    _init(_in_scope("'a', [3]", "'s/c', [2]"), "{'/': 'n/'}"),
    _init(_in_scope("'a', [3]", "'s/c', [2]", scope=""), "{'/': '/'}"),
    _init(_in_scope("'zz', [2]"), "{'s/': 'n/'}"),
    _init(_in_scope("'zz', [2]"), "{'q/': 'n/'}"),
    _init(_in_scope("'zz', [2]"), "{'a': 'n/y'}"),
    _init(_in_scope("'zz', [2]"), "{'a': 'n/zz'}"),
    _init(_in_scope("'zz', [3], tf.int32"), "{'a': 'n/zz'}"),
    _init(_B, "{'s/': 'n'}"),
    _init(_P2, "{'p/w': 'n/w'}"),
    _init(_P4, "{'p/w': 'n/w'}"),
    _init(_P2, "{'p/': 'n/'}"),
    _init(_in_scope("'w', [4, 2]"), "{'p/w': 'n/w'}"),
    _init("v = tf.get_variable('v', [3])", "{'a': v}"),
    _init("v = tf.Variable([0.0, 0.0, 0.0])", "{'a': v}"),
    _init(_Q, "{'p/w': list(q)}"),
    _init("r = tf.get_variable('r', [4, 2], use_resource=True, partitioner=tf.fixed_size_partitioner(2))", "{'p/w': list(r)}"),
    _init(_X, "{'a': 'n/x'}", "'checkpoints'"),
    _init(_X, "{'a': 'n/x'}", "'checkpoints/nothing'"),
    _init(_X, "3"),
    _init(_in_scope("'x', [3]", "'y', [2]"), "{'a': 'n/x', 's/c': 'n/y'}"),
    _init(_in_scope("'x', [3]", "'y', [2]"), "{'s/c': 'n/y', 'a': 'n/x'}", module="contrib.framework"),
    _init(_in_scope("'c', [2]"), "{'s/': 'n/'}", module="contrib.framework"),
    _init(_P2, "{'p/w': 'n/w'}", module="contrib.framework"),
    _init(_in_scope("'x', [3]", arguments=", use_resource=True"), "{'a': 'n/x'}", module="contrib.framework"),
    _init(_in_scope("'zz', [2]"), "{'a': 'n/zz'}", module="contrib.framework"),
    _init(_in_scope("'zz', [2]"), "{'s/': 'n/'}", module="contrib.framework"),
    _init(_in_scope("'zz', [2]"), "{'a': 'n/y'}", module="contrib.framework"),
    _init(_B, "{'s': 'n'}", module="contrib.framework"),
    _init(_X, "{'a': 'n/x'}", "'checkpoints'", module="contrib.framework"),
    "v = tf.get_variable('v', [3]) ;; exec(\"with tf.name_scope('ns'), tf.device('/gpu:0'), tf.control_dependencies([tf.no_op()]): "
    "tf.train.init_from_checkpoint('checkpoints/model.ckpt', {'a': v})\") ;; v",
    "v = tf.get_variable('v', [3]) ;; tf.train.init_from_checkpoint('checkpoints/model.ckpt', {'a': v}) ;; v.initial_value",
    "tf.constant(1) ;; tf.train.list_variables('checkpoints')",
    "tf.constant(1) ;; tf.train.list_variables('checkpoints/types')",
    "tf.constant(1) ;; tf.train.list_variables('checkpoints/shards')",
    "tf.constant(1) ;; tf.train.list_variables('checkpoints/old')",
    "tf.constant(1) ;; tf.contrib.framework.list_variables('checkpoints')",
    "tf.constant(1) ;; tf.train.load_variable('checkpoints', 'a')",
    "tf.constant(1) ;; tf.train.load_variable('checkpoints', 'a:0')",
    "tf.constant(1) ;; tf.contrib.framework.load_variable('checkpoints', 's/b')",
    "tf.constant(1) ;; tf.train.load_variable('checkpoints', 'nothing')",
    "tf.constant(1) ;; tf.train.load_variable('checkpoints/nothing', 'a')",
    "tf.constant(1) ;; tf.train.load_checkpoint('node_cases')",
    "tf.constant(1) ;; tf.train.NewCheckpointReader('checkpoints/types').debug_string()",
    "tf.constant(1) ;; sorted(tf.train.NewCheckpointReader('checkpoints/types').get_variable_to_dtype_map().items())",
    "tf.constant(1) ;; sorted(tf.train.NewCheckpointReader('checkpoints/old').get_variable_to_dtype_map().items())",
    "tf.constant(1) ;; sorted(tf.train.NewCheckpointReader('checkpoints/shards').get_variable_to_shape_map().items())",
    "tf.constant(1) ;; [tf.train.NewCheckpointReader('checkpoints/types').has_tensor(n) for n in ['scalar', b'scalar', 'x']]",
    "tf.constant(1) ;; type(tf.train.NewCheckpointReader('checkpoints/types').get_tensor('scalar')).__name__",
    "tf.constant(1) ;; tf.train.NewCheckpointReader('checkpoints/types').get_tensor('string_scalar')",
    "tf.constant(1) ;; tf.train.NewCheckpointReader('checkpoints/types').get_tensor('nothing')",
    "tf.constant(1) ;; tf.train.NewCheckpointReader('checkpoints/types').get_tensor(3)",
    "tf.constant(1) ;; tf.train.latest_checkpoint('checkpoints')",
    "tf.constant(1) ;; tf.train.latest_checkpoint('checkpoints/')",
    "tf.constant(1) ;; tf.train.latest_checkpoint('nowhere')",
    "tf.constant(1) ;; tf.train.latest_checkpoint('checkpoints', 'other')",
    "tf.constant(1) ;; tf.train.checkpoint_exists('checkpoints/types')",
    "tf.constant(1) ;; tf.train.checkpoint_exists('checkpoints/old')",
    "tf.constant(1) ;; tf.train.checkpoint_exists('checkpoints/nothing')",
    "tf.constant(1) ;; tf.train.checkpoint_exists('nowhere/nothing')",
    "tf.constant(1) ;; tf.train.get_checkpoint_state('checkpoints')",
    "tf.constant(1) ;; tf.train.generate_checkpoint_state_proto('dir', '/abs/m', ['x', '/abs/y'])",
    "tf.constant(1) ;; tf.train.generate_checkpoint_state_proto('/dir', 'm', ['x', '/abs/y'])",
    "tf.constant(1) ;; tf.train.generate_checkpoint_state_proto('dir', 'dir/m', ['x', 'dir/m'], [1.0, 2.0], 3.0)",
    "tf.constant(1) ;; tf.train.generate_checkpoint_state_proto('dir', 'dir/m', ['x', 'dir/m'], [1.0])",
    "tf.constant(1) ;; tf.train.generate_checkpoint_state_proto('dir', 'dir/m')",
]
