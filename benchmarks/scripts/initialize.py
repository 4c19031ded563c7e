"""Truncated normals for a large embedding and a stack of layers: 113 million in all."""

import tensorflow as tf
from clock import report, timed

draw = tf.truncated_normal_initializer(stddev=0.02)
tf.get_variable("embedding", [30000, 768], initializer=draw)
for i in range(12):
    for j in range(8):
        tf.get_variable("layer_%d/w%d" % (i, j), [1224, 768], initializer=draw)
elements = sum(int(v.shape.num_elements()) for v in tf.global_variables())
assert 113e6 < elements < 114e6, elements
init = tf.global_variables_initializer()
with tf.Session() as sess:
    report(initialize_113m_truncated_normals=timed(lambda: sess.run(init)))
