"""Reuse: tf.get_variable finds the variable that is there, so that one set of weights serves two inputs."""

import tensorflow as tf

init = tf.random_uniform([10, 10], -0.01, 0.01)


def network(x):
    with tf.variable_scope("variable_scope", reuse=tf.AUTO_REUSE):
        w = tf.get_variable("w", initializer=init)
    return tf.matmul(x, w), w


first, w_first = network(tf.ones([1, 10]))
second, w_second = network(tf.ones([1, 10]))

print(w_first.name)
print(w_second.name)
print("the same variable:", w_first is w_second)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    a, b = sess.run([first, second])
    print("the same result:", (a == b).all())
