"""Name scopes: they prefix the names of tf.Variable and of ops, and leave tf.get_variable alone."""

import tensorflow as tf

init = tf.random_uniform([10, 10], -0.01, 0.01)

with tf.name_scope("name_scope"):
    w1 = tf.Variable(init, name="w1")
    w5 = tf.get_variable("w5", initializer=init)

print(w1.name)
print(w5.name)
