"""Deep Q-learning with a target network, on a corridor that is simulated here."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from report import Report

CELLS, ACTIONS, DISCOUNT = 7, 2, 0.9


class Corridor:
    """Left and right along a row of cells; the right end pays 1, the left end nothing, each step costs 0.01."""

    def __init__(self, data):
        self.data = data
        self.reset()

    def reset(self):
        self.cell = self.data.randint(1, CELLS - 1)
        return self.observe()

    def observe(self):
        return np.eye(CELLS, dtype=np.float32)[self.cell]

    def step(self, action):
        self.cell += 1 if action else -1
        done = self.cell in (0, CELLS - 1)
        reward = 1.0 if self.cell == CELLS - 1 else -0.01
        return self.observe(), reward, done


def q_network(state, scope):
    with tf.variable_scope(scope, initializer=tf.random_uniform_initializer(-0.4, 0.4)):
        w1 = tf.get_variable("w1", [CELLS, 16])
        b1 = tf.get_variable("b1", [16], initializer=tf.constant_initializer(0.1))
        hidden = tf.nn.relu(tf.nn.xw_plus_b(state, w1, b1))
        value = tf.layers.dense(hidden, 1, name="value")
        advantage = tf.layers.dense(hidden, ACTIONS, name="advantage")
        return value + advantage - tf.reduce_mean(advantage, axis=1, keepdims=True)


def huber(x, delta=1.0):
    return tf.where(tf.abs(x) < delta, tf.square(x) * 0.5, delta * (tf.abs(x) - 0.5 * delta))


def main():
    tf.set_random_seed(31)
    state = tf.placeholder(tf.float32, [None, CELLS], name="state")
    following = tf.placeholder(tf.float32, [None, CELLS], name="following")
    action = tf.placeholder(tf.int32, [None], name="action")
    reward = tf.placeholder(tf.float32, [None], name="reward")
    ended = tf.placeholder(tf.float32, [None], name="ended")
    online = q_network(state, "online")
    target = q_network(following, "target")
    copies = [
        tf.assign(t, o)
        for t, o in zip(
            tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope="target"), tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, "online")
        )
    ]
    update_target = tf.group(*copies, name="update_target")

    chosen = tf.reduce_sum(online * tf.one_hot(action, ACTIONS), axis=1)
    wanted = tf.stop_gradient(reward + DISCOUNT * (1.0 - ended) * tf.reduce_max(target, axis=1))
    loss = tf.reduce_mean(huber(wanted - chosen))
    optimizer = tf.train.RMSPropOptimizer(0.01, decay=0.95, epsilon=0.01, centered=True)
    pairs = optimizer.compute_gradients(loss, var_list=tf.trainable_variables("online"))
    train = optimizer.apply_gradients([(tf.clip_by_norm(g, 1.0), v) for g, v in pairs if g is not None])
    greedy = tf.argmax(online, axis=1)

    data = np.random.RandomState(5)
    world, memory = Corridor(data), []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        report = Report(session)
        session.run(update_target)
        observed = world.reset()
        for step in range(40):
            explore = data.rand() < 0.3
            act = data.randint(ACTIONS) if explore else session.run(greedy, {state: observed[None]})[0]
            then, paid, done = world.step(act)
            memory.append((observed, act, paid, then, float(done)))
            observed = world.reset() if done else then
            if step % 4 == 3:
                batch = [memory[i] for i in data.randint(len(memory), size=8)]
                s, a, r, f, e = (np.array(column) for column in zip(*batch))
                value, _ = session.run([loss, train], {state: s, action: a, reward: r, following: f, ended: e})
                report.add(value, float(np.sum(a)))
            if step % 12 == 11:
                session.run(update_target)
    report.print()


if __name__ == "__main__":
    main()
