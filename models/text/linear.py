"""Linear models over words, word pairs and subwords for the emotions and irony, added to the networks' logits.

Labels with few examples are where networks of this size fall behind a linear model (Wang and Manning 2012, "Baselines and
Bigrams", find the same of short texts), and the two err on different texts. The networks' own linear part does not stand in
for it: it is fitted together with them, so it learns what they leave over. This one is fitted alone, to its own optimum.
"""
import sys
import time
from dataclasses import dataclass

import numpy as np
import scipy.sparse
import torch
from sklearn.linear_model import LogisticRegression

import evaluation
import network
import tokenizer

# Which logits it speaks of: the labels, then irony.
FIRST = 4
COLUMNS = network.LOGITS - FIRST
# A feature of one text alone says nothing of others.
FEWEST_TEXTS = 2
STRENGTH = 1.5
SHARES = np.linspace(0, 1.5, 13)


@dataclass
class Tables:
    """A row of weights for each word (or bucket, where it has none), pair and subword, float32 [rows, COLUMNS]."""

    words: torch.Tensor
    pairs: torch.Tensor
    subwords: torch.Tensor
    shift: torch.Tensor

    def times(self, shares):
        return Tables(*(t * shares for t in (self.words, self.pairs, self.subwords, self.shift)))


def features(encoded, ids, vocabulary):
    """How often each feature occurs, over the root of the text's length: as `network.pool_wide` sums them when serving."""
    columns, lengths, counts = [], [], []
    for i in ids:
        words, subwords = (torch.from_numpy(encoded.tokens[i].astype(np.int64))[None, :, part] for part in (0, slice(1, None)))
        own, pairs = network.wide_ids(words, subwords, vocabulary)
        # A word's whole bucket is its own row where it has no vector, and says nothing new where it has one.
        parts = subwords[0, :, 1:].flatten()
        pair_rows = vocabulary + tokenizer.BUCKETS
        part_rows = pair_rows + network.PAIR_BUCKETS
        columns.append(torch.cat([own[0], pairs[0] + pair_rows, parts[parts > 0] + part_rows]).numpy())
        lengths.append(words.shape[1])
        counts.append(len(columns[-1]))
    values = np.repeat(1 / np.sqrt(lengths), counts)
    rows = np.repeat(np.arange(len(ids)), counts)
    width = vocabulary + tokenizer.BUCKETS + network.PAIR_BUCKETS + tokenizer.BUCKETS
    return scipy.sparse.csr_matrix((values, (rows, np.concatenate(columns))), shape=(len(ids), width))


def fit(encoded, vocabulary):
    """Fits one model per label and one for irony on what the data say of each."""
    began = time.process_time()
    weights = np.zeros((vocabulary + 2 * tokenizer.BUCKETS + network.PAIR_BUCKETS, COLUMNS), np.float32)
    shift = np.zeros(COLUMNS, np.float32)
    for source, columns, targets in (
            ("goemotions", range(COLUMNS - 1), encoded.emotions.numpy()), ("irony", [COLUMNS - 1], encoded.irony.numpy()[:, None])):
        ids = np.flatnonzero(evaluation.where(encoded, source))
        x = features(encoded, ids, vocabulary)
        used = np.flatnonzero(np.diff((x > 0).tocsc().indptr) >= FEWEST_TEXTS)
        x = x[:, used]
        for k, column in enumerate(columns):
            model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=100).fit(x, targets[ids, k] == 1)
            weights[used, column] = model.coef_[0]
            shift[column] = model.intercept_[0]
    print(f"linear models: {(time.process_time() - began) / 60:.1f} processor minutes", file=sys.stderr, flush=True)
    cuts = np.cumsum([vocabulary + tokenizer.BUCKETS, network.PAIR_BUCKETS])
    return Tables(*map(torch.from_numpy, np.split(weights, cuts)), torch.from_numpy(shift))


def predict(tables, encoded, vocabulary):
    """Their logits, in the networks' layout: zero for what they do not speak of."""
    x = features(encoded, range(len(encoded.tokens)), vocabulary)
    weights = torch.cat([tables.words, tables.pairs, tables.subwords]).numpy()
    said = np.zeros((len(encoded.tokens), network.LOGITS), np.float32)
    said[:, FIRST:] = x @ weights + tables.shift.numpy()
    return said


def shares(deep, said, encoded):
    """How much of the linear models' logits to add, one share for all labels and one for irony: the least negative
    log-likelihood on the validation part, each logit calibrated by Platt scaling."""
    go, ironic = evaluation.where(encoded, "goemotions"), evaluation.where(encoded, "irony")
    labels = best(deep[go, FIRST:-1], said[go, FIRST:-1], encoded.emotions.numpy()[go])
    irony = best(deep[ironic, -1:], said[ironic, -1:], encoded.irony.numpy()[ironic][:, None])
    return torch.tensor([labels] * (COLUMNS - 1) + [irony])


def best(deep, said, targets):
    def loss(share):
        total = 0.0
        for z, t in zip((deep + share * said).T, targets.T):
            scale, shift = evaluation.platt(z, t)
            total += np.logaddexp(0, -(2 * t - 1) * (z * scale + shift)).sum()
        return total
    return float(min(SHARES, key=loss))
