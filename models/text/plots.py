"""Draws the course of training and the calibration of what is served, as pictures for the card."""
import os

import matplotlib
import numpy as np

matplotlib.use("svg")
# The same figures give the same file.
matplotlib.rcParams["svg.hashsalt"] = "text"

import matplotlib.pyplot as plt  # noqa: E402

import evaluation  # noqa: E402

BINS = 10


def write(figures, outputs, encoded, out):
    losses(figures["history"], os.path.join(out, "loss.svg"))
    calibration(outputs[0], encoded, os.path.join(out, "calibration.svg"))


def losses(history, path):
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    for name, epochs in history.items():
        at = [e["epoch"] for e in epochs]
        first = epochs[0]["loss"]
        left.plot(at, [e["loss"] / first for e in epochs], marker="o", label=name)
    longest = range(1, max(map(len, history.values())) + 1)
    left.set(title="training loss, first epoch = 1", xlabel="epoch", xticks=longest)
    left.legend()
    for score in [k for k in epochs[0] if k not in ("epoch", "loss")]:
        right.plot(at, [e[score] for e in epochs], marker="o", label=score)
    right.set(title=f"{name}: validation", xlabel="epoch", xticks=longest)
    right.legend(fontsize=7)
    save(figure, path)


def calibration(polarity, encoded, path):
    """Reliability: how often the likeliest class is right, by how likely the network says it is."""
    figure, axes = plt.subplots(figsize=(4.2, 3.8))
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    for source, name in (("sst2", "SST-2 dev"), ("clothing", "clothing, held-out products"), ("xlmt", "tweets, 8 languages")):
        chosen = evaluation.where(encoded, source)
        p, truth = polarity[chosen], encoded.polarity.numpy()[chosen]
        if source == "sst2":
            p, truth = p[:, [0, 2]] / p[:, [0, 2]].sum(1, keepdims=True), truth // 2
        sure, right = p.max(1), p.argmax(1) == truth
        bins = np.minimum((sure * BINS).astype(int), BINS - 1)
        shown = [b for b in range(BINS) if (bins == b).sum() >= 10]
        axes.plot([sure[bins == b].mean() for b in shown], [right[bins == b].mean() for b in shown], marker="o", label=name)
    axes.set(title="calibration of polarity", xlabel="stated probability", ylabel="share right", xlim=(0.3, 1), ylim=(0.3, 1))
    axes.legend(fontsize=7)
    save(figure, path)


def save(figure, path):
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
