"""Variable scopes: they prefix the names of tf.Variable and of tf.get_variable."""

import tensorflow as tf

init = tf.random_uniform([10, 10], -0.01, 0.01)

with tf.variable_scope("variable_scope"):
    w3 = tf.Variable(init, name="w3")
    w6 = tf.get_variable("w6", initializer=init)

print(w3.name)
print(w6.name)
