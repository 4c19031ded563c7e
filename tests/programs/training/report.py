"""What a training program tells at its end: its variables with their initial values, and its losses."""

from __future__ import annotations

import json

import numpy as np
import tensorflow as tf


class Report:
    """Takes down initial values now, losses as they come, and prints everything as one line of JSON."""

    def __init__(self, session):
        self.variables = []
        for v, value in zip(tf.global_variables(), session.run(tf.global_variables())):
            value = np.asarray(value, np.float64)
            start = [round(float(x), 6) for x in value.ravel()[:2]]
            self.variables.append([v.name, list(value.shape), start, round(float(np.abs(value).sum()), 3)])
        self.losses = []
        self.results = {}

    def add(self, *losses):
        """Takes down the losses of a step."""
        self.losses.append([float(loss) for loss in losses])

    def tell(self, what, result):
        """Takes down a result that must be exactly the same, such as decoded ids."""
        self.results[what] = result

    def print(self):
        """Prints the report."""
        print("REPORT " + json.dumps({"variables": self.variables, "losses": self.losses, "results": self.results}))
