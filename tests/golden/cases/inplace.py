"""Rows updated as if in place; buckets."""

CASES = (
    ["x = P([[1., 2.], [3., 4.], [5., 6.]]); i = P(%s); v = P(%s); out = tf.stop_gradient(tf.raw_ops.Inplace%s(x=tf.identity(x) * 1., i=i, v=v))" % (i, v, f)
        for f in ("Update", "Add", "Sub") for i, v in (("[1]", "[[7., 8.]]"), ("[0, 2]", "[[7., 8.], [9., 10.]]"))]
    + ["x = P(np.array([[1, 2], [3, 4]])); out = tf.raw_ops.InplaceUpdate(x=x + 0, i=[0], v=np.array([[5, 6]]))"]
    + ["x = P([-5., 0., 1., 9.99, 10., 150.]); out = tf.raw_ops.Bucketize(input=x, boundaries=[0., 10., 100.])"]
    + ["x = P(np.array([[-5, 0], [10, 150]], np.%s)); out = tf.raw_ops.Bucketize(input=x, boundaries=[0., 10., 100.])" % t for t in ("int32", "int64", "float64")]
)  # fmt: skip
