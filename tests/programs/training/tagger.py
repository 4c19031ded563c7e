"""A bidirectional LSTM with a conditional random field on top, which tags words by themselves and what stands beside them."""

import numpy as np
import tensorflow as tf
from report import Report

BATCH, TIME, WORDS, TAGS, STEPS = 16, 7, 20, 5, 30


def sentences(seed):
    """(words, tags, lengths): a word's tag depends on the word, and on whether the one before it is odd."""
    random = np.random.RandomState(seed)
    words = random.randint(1, WORDS, [BATCH, TIME]).astype(np.int32)
    lengths = random.randint(1, TIME + 1, [BATCH]).astype(np.int32)
    tags = np.zeros([BATCH, TIME], np.int32)
    for t in range(TIME):
        tags[:, t] = (words[:, t] + (words[:, t - 1] % 2 if t else 0)) % TAGS
    inside = np.arange(TIME) < lengths[:, None]
    return words * inside, tags * inside, lengths


def main():
    tf.set_random_seed(1)
    words = tf.placeholder(tf.int32, [None, None], name="words")
    tags = tf.placeholder(tf.int32, [None, None], name="tags")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    with tf.variable_scope("tagger", initializer=tf.glorot_uniform_initializer()):
        embedding = tf.get_variable("embedding", [WORDS, 8], initializer=tf.random_uniform_initializer(-0.5, 0.5))
        embedded = tf.nn.embedding_lookup(embedding, words)
        forward, backward = (tf.nn.rnn_cell.LSTMCell(10, name=name) for name in ("forward", "backward"))
        (out_fw, out_bw), _ = tf.nn.bidirectional_dynamic_rnn(forward, backward, embedded, sequence_length=lengths, dtype=tf.float32)
        scores = tf.layers.dense(tf.concat([out_fw, out_bw], -1), TAGS, name="scores")
        likelihood, transitions = tf.contrib.crf.crf_log_likelihood(scores, tags, lengths)
        decoded, best = tf.contrib.crf.crf_decode(scores, transitions, lengths)
    loss = tf.reduce_mean(-likelihood)
    optimizer = tf.train.AdamOptimizer(0.05)
    gradients, variables = zip(*optimizer.compute_gradients(loss))
    gradients, norm = tf.clip_by_global_norm(gradients, 5.0)
    train = optimizer.apply_gradients(list(zip(gradients, variables)))

    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        report = Report(session)
        for i in range(STEPS):
            batch = dict(zip((words, tags, lengths), sentences(i)))
            _, value, length = session.run([train, loss, norm], batch)
            report.add(value, length)
        test = sentences(99)
        found, weights, scored = session.run([decoded, transitions, scores], dict(zip((words, tags, lengths), test)))
        report.tell("decoded", found.tolist())
        by_viterbi = [[int(tag) for tag in tf.contrib.crf.viterbi_decode(s[:n], weights)[0]] for s, n in zip(scored, test[2])]
        report.tell("the same by Viterbi", all(list(f[:n]) == v for f, n, v in zip(found.tolist(), test[2], by_viterbi)))
        report.print()


if __name__ == "__main__":
    main()
