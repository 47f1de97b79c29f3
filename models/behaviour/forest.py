"""Gradient-boosted trees that welcome missing inputs, and the Platt scaling after them."""
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

import data

# Fixed beforehand: small trees, slowly added, for a few thousand sessions. Nothing was tuned.
PARAMETERS = {"learning_rate": 0.05, "max_iter": 120, "max_leaf_nodes": 12, "min_samples_leaf": 120, "l2_regularization": 3.0,
              "early_stopping": False}
# Each session is seen once whole and three times with features blanked at these rates.
BLANKED = [0.0, 0.15, 0.3, 0.5]
PATH_BLANKED = 0.5


def blanked(x, y, random):
    """The sessions, over and over, with features missing at random; the tell-tale one more often than the others."""
    copies = []
    for rate in BLANKED:
        copy = x.copy()
        missing = random.random(x.shape) < rate
        if rate > 0:
            missing[:, data.PURCHASE_PATH] = random.random(len(x)) < PATH_BLANKED
        copy[missing] = np.nan
        copies.append(copy)
    return np.concatenate(copies), np.tile(y, len(BLANKED))


def grow(x, y, seed):
    """Trees over sessions with features missing."""
    xs, ys = blanked(x, y, np.random.default_rng(seed))
    return HistGradientBoostingClassifier(random_state=seed, **PARAMETERS).fit(xs, ys)


def platt(x, y, keys, seed):
    """Scale and shift of the log-odds (Platt 1999), from predictions of sessions by trees that have not seen them."""
    odds, truth = [], []
    for k in range(5):
        inside = keys == k
        xs, ys = blanked(x[inside], y[inside], np.random.default_rng(seed + 1 + k))
        odds.append(grow(x[~inside], y[~inside], seed).decision_function(xs))
        truth.append(ys)
    fit = LogisticRegression(C=1e6).fit(np.concatenate(odds)[:, None], np.concatenate(truth))
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])


class Calibrated:
    """What is served."""

    def __init__(self, trees, scale, shift):
        self.trees, self.scale, self.shift = trees, scale, shift

    def predict(self, x):
        return 1 / (1 + np.exp(-(self.trees.decision_function(x) * self.scale + self.shift)))


def train(x, y, keys, seed):
    return Calibrated(grow(x, y, seed), *platt(x, y, keys, seed))


def plain(x, y, seed):
    """The same trees without blanking and calibration: for comparisons over other features."""
    return HistGradientBoostingClassifier(random_state=seed, **{**PARAMETERS, "min_samples_leaf": 30}).fit(x, y)
