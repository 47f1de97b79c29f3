"""Trains the text model and writes text.onnx, its golden inputs and outputs, and the figures of its card.

    models/train text [--data DIR] [--work DIR] [--out DIR] [--epochs N] [--seed N] [--resume | --export-only]
"""
import argparse
import copy
import json
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

import data
import evaluation
import export
import network
import tokenizer

WINDOW = 128
# How much each set counts, and how often an epoch sees it.
WEIGHTS = {"sst2": 1.0, "goemotions": 1.0, "clothing": 1.2, "tweet_emotion": 0.7, "irony": 1.0, "xlmt": 0.8}
REPEATS = {"sst2": 1, "goemotions": 1, "clothing": 1, "tweet_emotion": 1, "irony": 3, "xlmt": 1}
# Three stars are rare: counted more, else the model never says "neutral" of a review.
CLOTHING_CLASS_WEIGHTS = np.array([1.3, 1.5, 0.8], np.float32)


class Encoded:
    """Examples as arrays, with length-bucketed batches."""

    def __init__(self, examples, tok):
        self.examples = examples
        self.tokens = [np.array(tok.encode(e.text)[:WINDOW] or [(tokenizer.UNKNOWN, 0, 0, 0, 0)], np.int32) for e in examples]
        self.lengths = np.array([len(t) for t in self.tokens])
        labels = len(data.emotions.LABELS)
        nothing = np.full(labels, -1, np.float32)
        self.polarity = torch.tensor([e.polarity for e in examples])
        self.valence = torch.tensor([e.valence for e in examples], dtype=torch.float32)
        self.emotions = torch.tensor(np.stack([nothing if e.emotions is None else e.emotions for e in examples]))
        self.irony = torch.tensor([e.irony for e in examples])
        self.weight = torch.tensor([WEIGHTS[e.source] * class_weight(e) for e in examples], dtype=torch.float32)

    def batch(self, ids):
        longest = int(self.lengths[ids].max())
        block = np.zeros((len(ids), longest, 1 + tokenizer.SUBWORDS), np.int64)
        for row, i in enumerate(ids):
            block[row, : self.lengths[i]] = self.tokens[i]
        block = torch.from_numpy(block)
        return block[:, :, 0], block[:, :, 1:]

    def epoch(self, random, tokens_per_batch):
        """Batches of about equal cost: shuffled, then sorted by length within big chunks."""
        order = np.concatenate([np.repeat(i, REPEATS[e.source]) for i, e in enumerate(self.examples)])
        random.shuffle(order)
        batches = []
        for chunk in np.array_split(order, max(1, len(order) // 8192)):
            chunk = chunk[np.argsort(self.lengths[chunk], kind="stable")]
            batches += cut(chunk, self.lengths, tokens_per_batch)
        random.shuffle(batches)
        return batches


def class_weight(example):
    if example.source == "clothing":
        return float(CLOTHING_CLASS_WEIGHTS[example.polarity])
    return 1.0


def cut(ids, lengths, tokens_per_batch):
    """Cuts ids, ascending by length, so that padded tokens per batch stay below the bound."""
    batches, start = [], 0
    for end in range(1, len(ids) + 1):
        if end == len(ids) or lengths[ids[end]] * (end + 1 - start) > tokens_per_batch or end - start >= 256:
            batches.append(ids[start:end])
            start = end
    return batches


def loss_of(outputs, encoded, ids):
    polarity, valence, labels, irony = outputs
    weight = encoded.weight[ids]
    total = polarity.new_zeros(())
    target = encoded.polarity[ids]
    known = target != data.MASKED
    if known.any():
        each = F.cross_entropy(polarity[known], target[known], reduction="none", label_smoothing=0.03)
        total = total + (each * weight[known]).sum() / len(ids)
    target = encoded.valence[ids]
    known = ~torch.isnan(target)
    if known.any():
        each = F.smooth_l1_loss(valence[known], target[known], reduction="none", beta=0.3)
        total = total + 0.7 * (each * weight[known]).sum() / len(ids)
    target = encoded.emotions[ids]
    known = (target >= 0).float()
    if known.any():
        each = F.binary_cross_entropy_with_logits(labels, target.clamp_min(0), reduction="none")
        total = total + 0.35 * (each * known).sum() / len(ids)
    target = encoded.irony[ids]
    known = target != data.MASKED
    if known.any():
        total = total + 0.5 * F.binary_cross_entropy_with_logits(irony[known], target[known].float(), reduction="sum") / len(ids)
    return total


def predict(model, encoded, tokens_per_batch=4096):
    """Raw outputs for all examples, in order."""
    model.eval()
    order = np.argsort(encoded.lengths, kind="stable")
    parts, ids = [], []
    with torch.no_grad():
        for batch in cut(order, encoded.lengths, tokens_per_batch):
            parts.append([o.numpy() for o in model(*encoded.batch(batch))])
            ids.append(batch)
    inverse = np.argsort(np.concatenate(ids))
    return [np.concatenate(column)[inverse] for column in zip(*parts)]


class Run:
    """A training run that can stop after any epoch and go on later, on the same schedule and with the same batches."""

    def __init__(self, model, train, epochs, seed):
        self.model, self.train, self.epochs, self.seed = model, train, epochs, seed
        self.dense = [p for n, p in model.named_parameters() if n.startswith("encoder")]
        self.optimizers = [
            torch.optim.AdamW(self.dense, lr=2e-3, weight_decay=1e-3),
            torch.optim.SparseAdam(model.sparse_parameters(), lr=1.5e-3),
            torch.optim.SparseAdam(model.wide_parameters(), lr=4e-3),
        ]
        self.rates = [o.param_groups[0]["lr"] for o in self.optimizers]
        self.history, self.minutes = [], 0.0
        self.best, self.best_state = -1.0, None

    def resume(self, saved):
        self.model.load_state_dict(saved["last"])
        for optimizer, state in zip(self.optimizers, saved["optimizers"]):
            optimizer.load_state_dict(state)
        self.history, self.minutes = saved["history"], saved["minutes"]
        self.best, self.best_state = saved["best"], saved["state"]

    def save(self, path):
        torch.save({"state": self.best_state, "best": self.best, "last": self.model.state_dict(), "history": self.history,
                    "minutes": round(self.minutes, 1), "optimizers": [o.state_dict() for o in self.optimizers]}, path)

    def epoch(self, validation):
        number = len(self.history)
        batches = self.train.epoch(np.random.default_rng(self.seed + number), 2048)
        torch.manual_seed(self.seed + number)
        began, running = time.time(), 0.0
        self.model.train()
        for i, ids in enumerate(batches):
            self._rate((number + i / len(batches)) / self.epochs, number == 0 and (i + 1) / 300)
            running += self._step(ids)
            if i % 200 == 199:
                print(f"\repoch {number + 1}/{self.epochs} {i + 1}/{len(batches)} loss {running / (i + 1):.4f} "
                      f"{(time.time() - began) / 60:.1f} min", end="", file=sys.stderr, flush=True)
        self.minutes += (time.time() - began) / 60
        figures = evaluation.quick(predict(self.model, validation), validation)
        self.history.append({"epoch": number + 1, "loss": running / len(batches), **figures})
        print("\n" + json.dumps(self.history[-1]), file=sys.stderr, flush=True)
        if figures["selection"] > self.best:
            self.best, self.best_state = figures["selection"], copy.deepcopy(self.model.state_dict())

    def _rate(self, done, warm):
        """Up over the first 300 steps, then down to almost nothing along a cosine."""
        shape = (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * done))) * (min(1, warm) if warm else 1)
        for optimizer, rate in zip(self.optimizers, self.rates):
            optimizer.param_groups[0]["lr"] = rate * shape

    def _step(self, ids):
        loss = loss_of(self.model(*self.train.batch(ids)), self.train, torch.from_numpy(ids))
        for optimizer in self.optimizers:
            optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.dense, 2.0)
        for optimizer in self.optimizers:
            optimizer.step()
        return float(loss.detach())


def fit(model, encoded, options, checkpoint):
    """The checkpoint after the last epoch."""
    if not options.export_only:
        run = Run(model, encoded[0], options.epochs, options.seed)
        if options.resume:
            run.resume(torch.load(checkpoint))
        while len(run.history) < options.epochs:
            run.epoch(encoded[1])
            run.save(checkpoint)
    return torch.load(checkpoint)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=os.path.join(here, "../../../shared/data"), help="folder of the .tar.xz archives")
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/personalization-models"), help="where they are unpacked")
    parser.add_argument("--out", default=here)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=20240607)
    parser.add_argument("--export-only", action="store_true", help="calibrate and export the last trained weights again")
    parser.add_argument("--resume", action="store_true", help="go on after the last finished epoch")
    options = parser.parse_args()

    torch.manual_seed(options.seed)
    torch.set_num_threads(max(1, (os.cpu_count() or 2)))
    torch.set_flush_denormal(True)
    folder = data.unpack(options.data, options.work)
    train, validation, test = data.load(folder)
    glove_words, added = data.vocabulary(folder, train)
    words = glove_words + added
    tok = tokenizer.Tokenizer(words)
    encoded = [Encoded(part, tok) for part in (train, validation, test)]
    print(f"{len(train)} training, {len(validation)} validation, {len(test)} test examples; "
          f"{int(encoded[0].lengths.sum())} training tokens", file=sys.stderr)

    vectors = torch.zeros(tokenizer.FIRST_WORD + len(words), 100)
    vectors[tokenizer.FIRST_WORD:tokenizer.FIRST_WORD + len(glove_words)] = torch.from_numpy(data.glove(folder, len(glove_words)))
    vectors[tokenizer.URL:tokenizer.FIRST_WORD].normal_(std=0.3)
    vectors[tokenizer.FIRST_WORD + len(glove_words):].normal_(std=0.1)
    model = network.Trainable(vectors)

    checkpoint = os.path.join(options.work, "text.pt")
    saved = fit(model, encoded, options, checkpoint)
    model.load_state_dict(saved["state"])
    calibration = evaluation.calibrate(predict(model, encoded[1]), encoded[1])
    served = network.Served(model, **calibration["served"]).eval()
    figures = evaluation.report(predict(served, encoded[2]), encoded[2], calibration)
    figures["training_minutes"] = saved["minutes"]
    figures["planned_epochs"] = options.epochs
    figures["history"] = saved["history"]
    export.write(served, words, calibration, figures, options.out, tok)
    print(json.dumps({k: v for k, v in figures.items() if k != "history"}, indent=1))


if __name__ == "__main__":
    main()
