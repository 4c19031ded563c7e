"""Dimensions added to SparseTensors."""

_S = "v = P([1., 2.]); s = tf.SparseTensor([[0, 1], [1, 2]], v, [2, 3]); "

CASES = [_S + "out = tf.sparse.expand_dims(s%s)" % a for a in ("", ", 0", ", 1", ", 2", ", -1", ", -2", ", -3")]
