"""Sequence to sequence with attention: trained to reverse words, then decoded by beam search and greedily."""

import numpy as np
import tensorflow as tf
from report import Report

BATCH, LONGEST, SYMBOLS, UNITS, BEAM, STEPS = 16, 6, 9, 16, 3, 40
PAD, START, END = 0, 1, 2


def words(seed):
    """(source, its length, what the decoder reads, what it should say, its length): words, and the same backwards."""
    random = np.random.RandomState(seed)
    lengths = random.randint(1, LONGEST, [BATCH]).astype(np.int32)
    source = np.full([BATCH, LONGEST], PAD, np.int32)
    read = np.full([BATCH, LONGEST], PAD, np.int32)
    said = np.full([BATCH, LONGEST], PAD, np.int32)
    for row, n in enumerate(lengths):
        word = random.randint(3, SYMBOLS, [n])
        source[row, :n] = word
        read[row, 0], read[row, 1 : n + 1] = START, word[::-1]
        said[row, :n], said[row, n] = word[::-1], END
    return source, lengths, read, said, lengths + 1


def attending(memory, lengths, state):
    """A decoder cell that attends to `memory`, and the state it starts from."""
    mechanism = tf.contrib.seq2seq.LuongAttention(UNITS, memory, memory_sequence_length=lengths, scale=True)
    cell = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(UNITS), mechanism, attention_layer_size=UNITS)
    rows = tf.shape(memory)[0]
    return cell, cell.zero_state(rows, tf.float32).clone(cell_state=state)


def main():
    tf.set_random_seed(2)
    source = tf.placeholder(tf.int32, [None, None], name="source")
    source_lengths = tf.placeholder(tf.int32, [None], name="source_lengths")
    read = tf.placeholder(tf.int32, [None, None], name="read")
    said = tf.placeholder(tf.int32, [None, None], name="said")
    said_lengths = tf.placeholder(tf.int32, [None], name="said_lengths")
    embedding = tf.get_variable("embedding", [SYMBOLS, 8], initializer=tf.random_uniform_initializer(-1.0, 1.0))
    with tf.variable_scope("encoder"):
        outputs, states = tf.nn.bidirectional_dynamic_rnn(
            tf.nn.rnn_cell.GRUCell(UNITS),
            tf.nn.rnn_cell.GRUCell(UNITS),
            tf.nn.embedding_lookup(embedding, source),
            sequence_length=source_lengths,
            dtype=tf.float32,
        )
        memory = tf.concat(outputs, 2)
        state = tf.layers.dense(tf.concat(states, 1), UNITS, activation=tf.tanh, name="bridge")
    projection = tf.layers.Dense(SYMBOLS, use_bias=False, name="projection")

    with tf.variable_scope("decoder_side"):
        cell, start = attending(memory, source_lengths, state)
        helper = tf.contrib.seq2seq.TrainingHelper(tf.nn.embedding_lookup(embedding, read), said_lengths)
        decoder = tf.contrib.seq2seq.BasicDecoder(cell, helper, start, output_layer=projection)
        decoded, _, _ = tf.contrib.seq2seq.dynamic_decode(decoder)
    weights = tf.sequence_mask(said_lengths, tf.shape(decoded.rnn_output)[1], dtype=tf.float32)
    targets = said[:, : tf.shape(decoded.rnn_output)[1]]
    loss = tf.contrib.seq2seq.sequence_loss(decoded.rnn_output, targets, weights)

    with tf.variable_scope("decoder_side", reuse=True):
        tiled, tiled_lengths, tiled_state = tf.contrib.seq2seq.tile_batch((memory, source_lengths, state), BEAM)
        cell, start = attending(tiled, tiled_lengths, tiled_state)
        first = tf.fill([tf.shape(source)[0]], START)
        decoder = tf.contrib.seq2seq.BeamSearchDecoder(
            cell, embedding, first, END, start, BEAM, output_layer=projection, length_penalty_weight=0.5
        )
        beams, _, _ = tf.contrib.seq2seq.dynamic_decode(decoder, maximum_iterations=LONGEST + 1)
    with tf.variable_scope("decoder_side", reuse=True):
        cell, start = attending(memory, source_lengths, state)
        helper = tf.contrib.seq2seq.GreedyEmbeddingHelper(embedding, first, END)
        decoder = tf.contrib.seq2seq.BasicDecoder(cell, helper, start, output_layer=projection)
        greedy, _, _ = tf.contrib.seq2seq.dynamic_decode(decoder, maximum_iterations=LONGEST + 1)
    train = tf.train.AdamOptimizer(0.02).minimize(loss)

    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        report = Report(session)
        inputs = (source, source_lengths, read, said, said_lengths)
        for i in range(STEPS):
            _, value = session.run([train, loss], dict(zip(inputs, words(i))))
            report.add(value)
        test = dict(zip(inputs[:2], words(99)[:2]))
        best, best_greedy = session.run([beams.predicted_ids, greedy.sample_id], test)
        report.tell("beams", best.tolist())
        report.tell("greedy", best_greedy.tolist())
        report.print()


if __name__ == "__main__":
    main()
