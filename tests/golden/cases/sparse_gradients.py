"""Gradients through the ops of sparse tensors that fill rows and cut windows."""

_S = "v = P([1., 2., 3.]); s = tf.SparseTensor([[0, 1], [2, 0], [2, 3]], v, [4, 4]); "
CASES = [
    _S + "d = P(5.); f, e = tf.sparse.fill_empty_rows(s, d); out = [f, e]",
    _S + "f, e = tf.sparse.fill_empty_rows(s, 0.); out = tf.sparse.to_dense(f)",
    _S + "out = tf.sparse.slice(s, [1, 0], [2, 2])",
    _S + "out = tf.sparse.to_dense(tf.sparse.slice(s, [0, 0], [4, 4]))",
    _S + "out = tf.sparse.slice(s, [3, 3], [4, 4])",
    _S + "w = P([[.5, 1.], [2., 3.], [4., 5.], [6., 7.]]); ids = tf.SparseTensor(s.indices, tf.constant([1, 0, 3], tf.int64), s.dense_shape); "
    "out = tf.nn.safe_embedding_lookup_sparse(w, ids, s)",
]
