"""tf.sparse.cross and its kin: joined and hashed combinations."""

_A = "S = tf.SparseTensor; a = S([[0, 0], [1, 0], [1, 1]], [b'x', b'yy', b'z'], [2, 2]); "
_B = "b = S([[0, 1], [1, 0]], tf.constant([7, -3], tf.int64), [2, 2]); d = tf.constant([[1, 2], [3, 4]]); e = tf.constant([['p'], ['q']]); "
_E = "z = S([[1, 0]], [b'only second'], [2, 1]); "
_P = _A + _B + _E
_SETS = ["[a, b]", "[a, a]", "[a, d]", "[d, a, e]", "[b, b]", "[z, a]", "[e, d]", "[a]", "[b]", "[z, b, d, e]"]
CASES = [_P + f"out = tf.sparse.cross({s})" for s in _SETS]
CASES += [_P + f"out = tf.sparse.cross_hashed({s})" for s in _SETS]
CASES += [_P + f"out = tf.sparse.cross_hashed({s}, num_buckets=100, hash_key=12)" for s in _SETS[:6]]
CASES += [_P + f"out = tf.contrib.slim.sparse_feature_cross({s}, hashed_output={h})" for s in _SETS for h in (False, True)]
CASES += [_P + f"out = tf.contrib.slim.sparse_feature_cross({s}, True, 50, hash_key=tf.contrib.layers.SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY)" for s in _SETS[:5]]
CASES += [
    _P + "out = tf.sparse.cross(a)",
    _P + "out = tf.sparse.cross([])",
    _P + "out = tf.sparse.cross_hashed([a, b], num_buckets=-1)",
    _P + "out = tf.sparse.cross([a, tf.constant([[1]])])",
    _P + "out = tf.sparse.cross([P([['a'], ['b']], [None, 1]), P([[1, 2], [3, 4]])])",
    _P + "out = tf.sparse.cross([tf.constant([[1.5]])])",
]
