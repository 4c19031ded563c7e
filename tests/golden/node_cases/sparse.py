"""Calls on sparse tensors of unknown and half-known shapes: what nodes they make (those of known shapes are in array.py)."""

_U = "u = tf.sparse_placeholder(tf.float32, name='u') ;; "
_H = "u = tf.sparse_placeholder(tf.float32, [None, 5], name='u') ;; "
_P = "u = tf.SparseTensor(tf.placeholder(tf.int64, [None, 2]), tf.placeholder(tf.float32, [None]), [4, 5]) ;; "

_CALLS = [
    "tf.sparse_reshape(u, [2, 10])",
    "tf.sparse_reshape(u, [-1, 10])",
    "tf.sparse_reshape(u, tf.constant([20]), name='r')",
    "tf.sparse_reshape(u, [n, 10])",
    "tf.sparse_reorder(u)",
    "tf.sparse_transpose(u)",
    "tf.sparse_transpose(u, [1, 0])",
    "tf.sparse_concat(1, [u, u])",
    "tf.sparse_concat(-1, [u, u], expand_nonconcat_dim=True)",
    "tf.sparse_add(u, u)",
    "tf.sparse_add(u, u, thresh=0.5)",
    "tf.sparse_add(u, tf.ones([4, 5]))",
    "tf.sparse_maximum(u, u)",
    "tf.sparse_minimum(u, u)",
    "tf.sparse_softmax(u)",
    "tf.sparse_reduce_sum(u)",
    "tf.sparse_reduce_sum(u, 1, keepdims=True)",
    "tf.sparse_reduce_max(u, [0])",
    "tf.sparse_reduce_sum_sparse(u, 1)",
    "tf.sparse_fill_empty_rows(u, 0.)",
    "tf.sparse_retain(u, tf.greater(u.values, 0.))",
    "tf.sparse_reset_shape(u)",
    "tf.sparse_reset_shape(u, [7, 8])",
    "tf.sparse_slice(u, [0, 1], [2, 2])",
    "tf.sparse_split(sp_input=u, num_split=2, axis=0)",
    "tf.sparse_tensor_to_dense(u)",
    "tf.sparse_tensor_dense_matmul(u, tf.ones([5, 2]))",
    "tf.sparse_tensor_dense_matmul(u, tf.ones([4, 2]), adjoint_a=True)",
    "tf.sparse.expand_dims(u, 0)",
    "tf.sparse.expand_dims(u, -1)",
    "u * tf.ones([4, 1])",
    "u / 2.",
    "u * 2.",
    "tf.cast(u, tf.int32)",
    "tf.shape(u)",
    "tf.size(u)",
    "tf.rank(u)",
    "tf.square(u)",
    "tf.abs(u)",
    "tf.nn.embedding_lookup_sparse(tf.ones([7, 3]), tf.cast(u, tf.int64), None, combiner='mean')",
    "tf.nn.embedding_lookup_sparse(tf.ones([7, 3]), tf.cast(u, tf.int64), u, combiner='sqrtn')",
    "tf.nn.safe_embedding_lookup_sparse([tf.ones([7, 3])], tf.cast(u, tf.int64))",
    "tf.sparse_to_indicator(tf.cast(u, tf.int64), 9)",
]

CASES = [start + call for start in (_U, _H, _P) for call in _CALLS]
