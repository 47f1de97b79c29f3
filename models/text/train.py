"""Trains the text model and writes text.onnx, its golden inputs and outputs, and the figures of its card.

    models/train text [--data DIR] [--work DIR] [--out DIR] [--epochs N] [--members N] [--seed N] [--threads N]
                      [--start FILE] [--rate SHARE] [--resume] [--only MEMBER | --export-only]

The file that is served holds several networks that differ by seed, and says the mean of what they say.
"""
import argparse
import json
import os
import pickle
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

import data
import evaluation
import export
import linear
import network
import plots
import tokenizer
import warm

WINDOW = 128
# How much each set counts, and how often an epoch sees it.
WEIGHTS = {"sst2": 1.0, "goemotions": 1.0, "clothing": 1.2, "tweet_emotion": 0.7, "irony": 1.0, "xlmt": 0.8}
REPEATS = {"irony": 3}
# Three stars are rare: counted more, else the model never says "neutral" of a review. Of the many praising reviews, the
# longest texts of all, an epoch reads half.
CLOTHING_CLASS_WEIGHTS = np.array([1.3, 1.5, 1.2], np.float32)
PRAISE_READ = 0.5
# From where on in a training the weights are averaged (Izmailov et al. 2018).
AVERAGED_FROM, AVERAGED_EVERY = 0.6, 40
DENSE_RATE = 2e-3
WARM_STEPS = 200
TOKENS = 3072


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
        self.praise = np.array([e.source == "clothing" and e.polarity == data.POSITIVE for e in examples])
        self.weight = torch.tensor([WEIGHTS[e.source] * e.weight * class_weight(e) for e in examples], dtype=torch.float32)

    def read(self, vocabulary):
        """Which words of the vocabulary occur; padding and the marks always do."""
        occurs = torch.zeros(vocabulary, dtype=torch.bool)
        occurs[:tokenizer.FIRST_WORD] = True
        for tokens in self.tokens:
            occurs[torch.from_numpy(tokens[:, 0]).long()] = True
        return occurs

    def circumstances(self):
        """What calibration may look at beside the logits."""
        rows = []
        for tokens in self.tokens:
            rows.append(network.circumstances(torch.from_numpy(tokens[None, :, 0]))[0].numpy())
        return np.stack(rows)

    def batch(self, ids):
        longest = int(self.lengths[ids].max())
        block = np.zeros((len(ids), longest, 1 + tokenizer.SUBWORDS), np.int64)
        for row, i in enumerate(ids):
            block[row, : self.lengths[i]] = self.tokens[i]
        block = torch.from_numpy(block)
        return block[:, :, 0], block[:, :, 1:]

    def epoch(self, random, tokens_per_batch):
        """Batches of about equal cost: shuffled, then sorted by length within big chunks."""
        repeats = np.array([REPEATS.get(e.source, 1) for e in self.examples])
        repeats[self.praise & (random.random(len(repeats)) >= PRAISE_READ)] = 0
        order = np.repeat(np.arange(len(repeats)), repeats)
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


def loss_of(logits, encoded, ids):
    polarity, valence, labels, irony = network.outputs(logits)
    weight = encoded.weight[ids]
    total = logits.new_zeros(())
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
    """Raw outputs for all examples, in order: a list of arrays."""
    model.eval()
    order = np.argsort(encoded.lengths, kind="stable")
    parts, ids = [], []
    with torch.no_grad():
        for batch in cut(order, encoded.lengths, tokens_per_batch):
            out = model(*encoded.batch(batch))
            parts.append([o.numpy() for o in (out if isinstance(out, tuple) else (out,))])
            ids.append(batch)
    inverse = np.argsort(np.concatenate(ids))
    return [np.concatenate(column)[inverse] for column in zip(*parts)]


class Run:
    """A training that can stop after any epoch and go on later, on the same schedule and with the same batches."""

    def __init__(self, name, model, train, epochs, rate, seed, folder):
        self.name, self.model, self.train, self.epochs, self.rate, self.seed = name, model, train, epochs, rate, seed
        self.path = os.path.join(folder, f"text-{name}.pt")
        recurrent = list(model.encoder.recurrent.parameters())
        others = [p for n, p in model.encoder.named_parameters() if not n.startswith("recurrent")]
        # Decay would open the gate that padding shuts.
        self.optimizer = torch.optim.AdamW(
            [{"params": others, "weight_decay": 1e-3}, {"params": recurrent, "weight_decay": 0.0}], lr=DENSE_RATE)
        self.history, self.minutes = [], 0.0
        self.average, self.averaged = None, 0

    def resume(self):
        if not os.path.exists(self.path):
            return
        saved = torch.load(self.path)
        self.model.load_state_dict(saved["last"])
        self.optimizer.load_state_dict(saved["optimizer"])
        for key in ("history", "minutes", "average", "averaged"):
            setattr(self, key, saved[key])

    def save(self):
        torch.save({"last": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "history": self.history,
                    "minutes": self.minutes, "average": self.average, "averaged": self.averaged}, self.path + ".new")
        os.replace(self.path + ".new", self.path)

    def fit(self, validation):
        """Trains what is left to train."""
        while len(self.history) < self.epochs:
            self.epoch(validation)
            self.save()

    def finish(self):
        """Leaves the averaged weights in the model; the last ones when it stopped before averaging began."""
        if not self.history:
            sys.exit(f"{self.path}: not trained; run with --resume")
        self.model.load_state_dict({**self.model.state_dict(), **(self.average or {})})

    def epoch(self, validation):
        number = len(self.history)
        batches = self.train.epoch(np.random.default_rng(self.seed + number), TOKENS)
        torch.manual_seed(self.seed + number)
        began, running = time.process_time(), 0.0
        self.model.train()
        for i, ids in enumerate(batches):
            done = (number + i / len(batches)) / self.epochs
            running += self._step(ids, done, min(1, (number * len(batches) + i + 1) / WARM_STEPS))
            if done >= AVERAGED_FROM and i % AVERAGED_EVERY == 0:
                self._average()
            if i % 100 == 99:
                print(f"\r{self.name} epoch {number + 1}/{self.epochs} {i + 1}/{len(batches)} loss {running / (i + 1):.4f} "
                      f"{(time.process_time() - began) / 60:.1f} processor min", end="", file=sys.stderr, flush=True)
        self.minutes += (time.process_time() - began) / 60
        figures = evaluation.quick(predict(self.model, validation)[0], validation)
        self.history.append({"epoch": number + 1, "loss": round(running / len(batches), 4), **figures})
        print(f"\n{self.name} {json.dumps(self.history[-1])}", file=sys.stderr, flush=True)

    def _step(self, ids, done, warm):
        """Up over the first steps, then down to almost nothing along a cosine."""
        scale = (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * done))) * warm * self.rate
        for group in self.optimizer.param_groups:
            group["lr"] = DENSE_RATE * scale
        loss = loss_of(self.model(*self.train.batch(ids)), self.train, torch.from_numpy(ids))
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.encoder.parameters(), 2.0)
        self.optimizer.step()
        for table in self.model.tables():
            table.step(scale)
        return float(loss.detach())

    def _average(self):
        """The running mean of the weights (not of the optimizers' memory)."""
        weights = {k: v for k, v in self.model.state_dict().items() if k.startswith("encoder") or k.endswith("weight")}
        if self.average is None:
            self.average = {k: v.clone() for k, v in weights.items()}
        else:
            for key, mean in self.average.items():
                mean += (weights[key] - mean) / (self.averaged + 1)
        self.averaged += 1


def learn(number, options, vectors, words, train, validation):
    """The run of one member, with its final weights in it."""
    seed = options.seed + 1000 * number
    torch.manual_seed(seed)
    start = warm.members(options.start, words)[number - 1] if options.start else network.Trainable(vectors)
    run = Run(f"member{number}", start, train, options.epochs, options.rate, seed, options.work)
    if options.resume or options.export_only:
        run.resume()
    if not options.export_only:
        run.fit(validation)
    run.finish()
    return run


def cut_texts(folder, options):
    """(words of GloVe, all words, the three parts encoded); kept for going on, as cutting takes as long as half an epoch."""
    path = os.path.join(options.work, "text-encoded.pkl")
    if (options.resume or options.export_only) and os.path.exists(path):
        with open(path, "rb") as file:
            return pickle.load(file)
    parts = data.load(folder)
    glove_words, added = data.vocabulary(folder, parts[0])
    words = glove_words + added
    tok = tokenizer.Tokenizer(words)
    encoded = [Encoded(part, tok) for part in parts]
    print(f"{', '.join(str(len(part)) for part in parts)} training, validation and test examples; "
          f"{int(encoded[0].lengths.sum())} training tokens", file=sys.stderr)
    with open(path, "wb") as file:
        pickle.dump((glove_words, words, encoded), file)
    return glove_words, words, encoded


def write(runs, words, encoded, options):
    """Adds the linear models to the networks, calibrates, measures and writes the file and its figures."""
    train, validation, test = encoded
    vocabulary = tokenizer.FIRST_WORD + len(words)
    said = {run.name: predict(run.model, validation)[0] for run in runs}
    together = np.mean(list(said.values()), 0)
    tables = linear.fit(train, vocabulary)
    beside = linear.predict(tables, validation, vocabulary)
    shares = linear.shares(together, beside, validation)
    beside[:, linear.FIRST:] *= shares.numpy()
    calibration = evaluation.calibrate(together + beside, validation)
    served = network.Served([run.model for run in runs], train.read(vocabulary), tables.times(shares), **calibration["served"]).eval()
    outputs = predict(served, test)
    figures = evaluation.report(outputs, test, calibration)
    figures["validation"] = {name: evaluation.quick(logits, validation) for name, logits in {**said, "together": together}.items()}
    figures["linear_shares"] = {"labels": round(float(shares[0]), 3), "irony": round(float(shares[-1]), 3)}
    figures["training_minutes"] = round(sum(run.minutes for run in runs), 1)
    figures["history"] = {run.name: run.history for run in runs}
    export.write(served, words, calibration, figures, options.out, tokenizer.Tokenizer(words))
    plots.write(figures, outputs, test, options.out)
    print(json.dumps({k: v for k, v in figures.items() if k != "history"}, indent=1))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=os.path.join(here, "../../../shared/data"), help="folder of the .tar.xz archives")
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/personalization-models"), help="where they are unpacked")
    parser.add_argument("--out", default=here)
    parser.add_argument("--epochs", type=int, default=4, help="of each network")
    parser.add_argument("--members", type=int, default=2)
    parser.add_argument("--start", help="a served file whose networks training starts with, in place of chance")
    parser.add_argument("--rate", type=float, default=1.0, help="share of the usual learning rates: less after a --start")
    parser.add_argument("--seed", type=int, default=20240607)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", type=int, help="train this member alone: members can be trained side by side")
    parser.add_argument("--export-only", action="store_true", help="calibrate and export what has been trained")
    parser.add_argument("--resume", action="store_true", help="go on after each network's last finished epoch")
    options = parser.parse_args()

    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    folder = data.unpack(options.data, options.work)
    glove_words, words, encoded = cut_texts(folder, options)
    vectors = torch.zeros(tokenizer.FIRST_WORD + len(words), 100)
    vectors[tokenizer.FIRST_WORD:tokenizer.FIRST_WORD + len(glove_words)] = torch.from_numpy(data.glove(folder, len(glove_words)))
    vectors[tokenizer.URL:tokenizer.FIRST_WORD].normal_(std=0.3)
    vectors[tokenizer.FIRST_WORD + len(glove_words):].normal_(std=0.1)

    numbers = [options.only] if options.only else range(1, options.members + 1)
    runs = [learn(number, options, vectors, words, encoded[0], encoded[1]) for number in numbers]
    if options.only:
        return
    write(runs, words, encoded, options)


if __name__ == "__main__":
    main()
