"""Trains the face model and writes face.onnx, its golden inputs and outputs, and the figures of its card.

    models/train face [--data DIR] [--work DIR] [--out DIR] [--epochs N] [--seed N] [--threads N] [--resume | --export-only]
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

import augment
import data
import evaluation
import export
import network

BATCH = 64
RATE, MOMENTUM, DECAY = 0.06, 0.9, 5e-4
# Half of the averaged weights is of the last 350 steps.
AVERAGED = 0.998
# Early epochs look at smaller pictures, which cost half as much: details are learned last.
SMALL_SIDE, SMALL_SHARE = 36, 0.6


def predict(model, pictures, chunk=256):
    """Logits, as the served network makes them."""
    served = network.Served(model, 1.0).eval()
    with torch.no_grad():
        return np.concatenate([served.logits(torch.from_numpy(part).float().unsqueeze(1)).numpy()
                               for part in np.array_split(pictures, max(1, len(pictures) // chunk))])


def has_bfloat16():
    """Whether the processor multiplies in bfloat16: training then takes half the time, and averages the rounding away."""
    try:
        with open("/proc/cpuinfo", encoding="ascii") as file:
            return "avx512_bf16" in file.read()
    except OSError:
        return False


def glance(model, pictures, chunk=256):
    """Logits of the network by itself, in the precision of training: good enough to choose an epoch by."""
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16()):
        parts = [model(network.standardized(torch.from_numpy(part).float().unsqueeze(1)).contiguous(memory_format=torch.channels_last))
                 for part in np.array_split(pictures, max(1, len(pictures) // chunk))]
    return torch.cat(parts).float().numpy()


class Run:
    """A training run that can stop after any epoch and go on later, on the same schedule and with the same batches."""

    def __init__(self, train, epochs, seed):
        self.pictures, self.epochs, self.seed = train.pictures, epochs, seed
        self.targets, self.weights = torch.from_numpy(train.targets()), torch.from_numpy(train.weights()).float()
        self.model = network.Network().to(memory_format=torch.channels_last)
        self.averaged = copy.deepcopy(self.model).eval()
        decayed = [p for p in self.model.parameters() if p.dim() > 1]
        others = [p for p in self.model.parameters() if p.dim() <= 1]
        self.optimizer = torch.optim.SGD([{"params": decayed, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}],
                                         lr=RATE, momentum=MOMENTUM, nesterov=True)
        self.bfloat16 = has_bfloat16()
        self.history, self.minutes = [], 0.0
        self.best, self.best_state = float("inf"), None

    def resume(self, saved):
        self.model.load_state_dict(saved["last"])
        self.averaged.load_state_dict(saved["averaged"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.history, self.minutes = saved["history"], saved["minutes"]
        self.best, self.best_state = saved["best"], saved["state"]

    def save(self, path):
        """Whole or not at all: who is stopped while writing goes on from the epoch before."""
        torch.save({"state": self.best_state, "best": self.best, "last": self.model.state_dict(), "history": self.history,
                    "averaged": self.averaged.state_dict(), "minutes": round(self.minutes, 1),
                    "optimizer": self.optimizer.state_dict()}, path + ".new")
        os.replace(path + ".new", path)

    def epoch(self, selection):
        number = len(self.history)
        order = np.random.default_rng(self.seed + number).permutation(len(self.pictures))
        steps = len(order) // BATCH
        random = torch.Generator().manual_seed(self.seed + number)
        torch.manual_seed(self.seed + number)
        began, busy, running = time.time(), time.process_time(), 0.0
        self.model.train()
        for i in range(steps):
            self._rate((number + i / steps) / self.epochs, number == 0 and (i + 1) / steps)
            running += self._step(order[i * BATCH:(i + 1) * BATCH], random, number * steps + i)
            if i % 20 == 19:
                print(f"\repoch {number + 1}/{self.epochs} {i + 1}/{steps} loss {running / (i + 1):.4f} "
                      f"{(time.time() - began) / 60:.1f} min", end="", file=sys.stderr, flush=True)
        self.minutes += (time.process_time() - busy) / 60
        self.history.append({"epoch": number + 1, "loss": running / steps,
                             **evaluation.quick(glance(self.averaged, selection.pictures), selection)})
        print("\n" + json.dumps(self.history[-1]), file=sys.stderr, flush=True)
        if self.history[-1]["cross_entropy"] < self.best:
            self.best, self.best_state = self.history[-1]["cross_entropy"], copy.deepcopy(self.averaged.state_dict())

    def _rate(self, done, warm):
        """Up over the first epoch, then down to almost nothing along a cosine (Loshchilov and Hutter 2017)."""
        shape = (0.001 + 0.999 * 0.5 * (1 + np.cos(np.pi * done))) * (warm or 1)
        for group in self.optimizer.param_groups:
            group["lr"] = RATE * shape

    def _step(self, ids, random, before):
        pictures = torch.from_numpy(self.pictures[ids]).float().unsqueeze(1)
        pictures, targets = augment.augmented(pictures, self.targets[ids], random)
        x = network.standardized(self._sized(pictures)).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
            logits = self.model(x)
        each = -(targets * torch.log_softmax(logits.float(), 1)).sum(1)
        loss = (each * self.weights[ids]).sum() / self.weights[ids].sum()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self._average(min(AVERAGED, (1 + before) / (10 + before)))
        return float(loss.detach())

    def _sized(self, pictures):
        if len(self.history) >= SMALL_SHARE * self.epochs:
            return pictures
        return F.interpolate(pictures, size=(SMALL_SIDE, SMALL_SIDE), mode="bilinear", align_corners=False, antialias=True)

    def _average(self, kept):
        """Polyak averaging with forgetting: of the weights, and of what normalization measured."""
        with torch.no_grad():
            for mean, value in zip(self.averaged.state_dict().values(), self.model.state_dict().values()):
                if mean.is_floating_point():
                    mean.lerp_(value, 1 - kept)


def fit(train, selection, options, checkpoint):
    """The checkpoint after the last epoch."""
    if not options.export_only:
        run = Run(train, options.epochs, options.seed)
        if options.resume and os.path.exists(checkpoint):
            run.resume(torch.load(checkpoint))
        while len(run.history) < options.epochs:
            run.epoch(selection)
            run.save(checkpoint)
    return torch.load(checkpoint)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=os.path.join(here, "../../../shared/data"), help="folder of the .tar.xz archives")
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/personalization-models"), help="where they are unpacked")
    parser.add_argument("--out", default=here)
    parser.add_argument("--epochs", type=int, default=36)
    parser.add_argument("--seed", type=int, default=20240607)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--export-only", action="store_true", help="calibrate and export the last trained weights again")
    parser.add_argument("--resume", action="store_true", help="go on after the last finished epoch")
    options = parser.parse_args()

    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    train, selection, test = data.load(data.unpack(options.data, options.work))
    print(f"{len(train)} training, {len(selection)} selection, {len(test)} test faces", file=sys.stderr)
    saved = fit(train, selection, options, os.path.join(options.work, "face.pt"))
    trained = network.Network()
    trained.load_state_dict(saved["state"])
    trained.eval()
    temperature = evaluation.temperature(predict(trained, selection.pictures), selection)
    served = network.Served(trained, temperature).eval()
    figures = evaluation.report(served, lambda pictures: predict(trained, pictures), train, selection, test)
    figures.update(temperature=temperature, parameters=sum(p.numel() for p in trained.parameters()),
                   processor_minutes=saved["minutes"], history=saved["history"])
    export.write(served, figures, train, options.out)
    print(json.dumps({k: v for k, v in figures.items() if k != "history"}, indent=1))


if __name__ == "__main__":
    main()
