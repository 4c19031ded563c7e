"""Saving and restoring 256 MB: 64 variables of [1024, 1024] float32, and 2,000 small ones."""

import shutil
import tempfile

import tensorflow as tf
from clock import report, timed

folder = tempfile.mkdtemp()
try:
    big = [tf.get_variable("big%d" % i, [1024, 1024], initializer=tf.random_normal_initializer()) for i in range(64)]
    saver = tf.train.Saver(big)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        paths = []
        save = [timed(lambda n=n: paths.append(saver.save(sess, folder + "/big", n, write_meta_graph=False))) for n in range(6)]
        restore = [timed(lambda: saver.restore(sess, paths[-1])) for _ in range(6)]
    tf.reset_default_graph()
    small = [tf.get_variable("scope%d/small%d" % (i % 50, i), [10], initializer=tf.zeros_initializer()) for i in range(2000)]
    made = []
    build = timed(lambda: made.append(tf.train.Saver(small)))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        save_small = [timed(lambda n=n: paths.append(made[0].save(sess, folder + "/small", n, write_meta_graph=False))) for n in range(4)]
        restore_small = [timed(lambda: made[0].restore(sess, paths[-1])) for _ in range(4)]
    report(
        save_256_MB=save[1:],
        restore_256_MB=restore[1:],
        build_saver_of_2000=build,
        save_2000_small=save_small[1:],
        restore_2000_small=restore_small[1:],
    )
finally:
    shutil.rmtree(folder)
