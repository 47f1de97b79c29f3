"""Figures: macro-F1 before accuracy, calibration error, and the calibration itself."""
import numpy as np
import torch

import data
import emotions
import network
from common import calibration_error, f1_of, macro_f1, softmax

# What the sarcasm flag must be: so often right among tweets, of which every other one is ironic, and so rare among reviews,
# of which hardly any is.
SARCASM_PRECISION = 0.7
REVIEWS_FLAGGED = 0.02
# A label with so many examples trusts its own threshold half.
THRESHOLD_PRIOR = 10
THRESHOLDS = np.linspace(0.02, 0.6, 59)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def where(encoded, source, group=None):
    return np.array([e.source == source and (group is None or e.group == group) for e in encoded.examples])


def quick(logits, encoded):
    """What training watches on the validation part, before calibration."""
    polarity, _, labels, irony = network.outputs(torch.from_numpy(logits))
    polarity, labels, irony = polarity.numpy(), torch.sigmoid(labels).numpy(), irony.numpy()
    truth = encoded.polarity.numpy()
    predicted = polarity.argmax(1)
    sst, clothing, xlmt, go, ironic = (where(encoded, s) for s in ("sst2", "clothing", "xlmt", "goemotions", "irony"))
    targets = encoded.emotions.numpy()[go].astype(bool)
    figures = {
        "sst2": ((polarity[sst, 2] > polarity[sst, 0]) == (truth[sst] == 2)).mean(),
        "clothing": macro_f1(truth[clothing], predicted[clothing], (0, 1, 2)),
        "xlmt": macro_f1(truth[xlmt], predicted[xlmt], (0, 1, 2)),
        "goemotions": np.mean([f1_of(targets[:, k], labels[go][:, k] > 0.25) for k in range(targets.shape[1])]),
        "irony": f1_of(encoded.irony.numpy()[ironic] == 1, irony[ironic] > 0),
    }
    return {name: round(float(value), 4) for name, value in figures.items()}


def calibrate(logits, encoded):
    """Polarity: temperature scaling (Guo et al. 2017) whose temperature depends on what surrounds the logits; valence: least
    squares; Platt scaling per emotion and for irony; thresholds for F1. All on the validation part."""
    polarity, valence, labels, irony = network.outputs(torch.from_numpy(logits))
    polarity, labels, irony = polarity.numpy(), labels.numpy(), irony.numpy()
    truth = encoded.polarity.numpy()
    # GoEmotions' polarity is derived, so it has no say here.
    known = where(encoded, "clothing") | where(encoded, "xlmt") | where(encoded, "sst2")
    around = encoded.circumstances()[known]
    polarity_scale = temperature(polarity[known], truth[known], around)
    sources = np.array([e.source for e in encoded.examples])[known]
    valence_scale = least_squares(polarity[known], valence.numpy()[known], around, polarity_scale, encoded.valence.numpy()[known], sources)

    go = where(encoded, "goemotions")
    targets = encoded.emotions.numpy()[go].astype(bool)
    scale, shift = zip(*(platt(labels[go][:, k], targets[:, k]) for k in range(targets.shape[1])))
    probabilities = sigmoid(labels[go] * np.array(scale) + np.array(shift))
    ironic = where(encoded, "irony")
    target = encoded.irony.numpy()[ironic].astype(bool)
    a, b = platt(irony[ironic], target)
    p = sigmoid(irony[ironic] * a + b)
    # A few hundred tweets choose badly: what their probabilities expect chooses better.
    threshold = expected_threshold(p)
    reviews = sigmoid(irony[where(encoded, "clothing")] * a + b)
    flag = next((float(t) for t in np.linspace(0.5, 0.95, 46) if (p > t).sum() >= 10
                 and target[p > t].mean() >= SARCASM_PRECISION and (reviews > t).mean() <= REVIEWS_FLAGGED), 0.95)
    return {
        "served": {"polarity_scale": polarity_scale, "valence_scale": valence_scale, "emotion_scale": scale, "emotion_shift": shift,
                   "irony_scale": a, "irony_shift": b},
        "label_thresholds": label_thresholds(probabilities, targets),
        "irony_threshold": threshold,
        "sarcasm_flag": flag,
    }


def label_thresholds(probabilities, targets):
    """One threshold per label, for F1. A rare label has a handful of examples to choose by: it leans on the threshold whose
    F1 the calibrated probabilities themselves expect."""
    chosen = []
    for p, target in zip(probabilities.T, targets.T):
        own = THRESHOLDS[np.argmax([f1_of(target, p > t) for t in THRESHOLDS])]
        trust = target.sum() / (target.sum() + THRESHOLD_PRIOR)
        chosen.append(float(trust * own + (1 - trust) * expected_threshold(p)))
    return chosen


def expected_threshold(p):
    """The threshold whose F1 calibrated probabilities expect to be best (after Lipton et al. 2014); no label is needed."""
    over = p[:, None] > THRESHOLDS
    return float(THRESHOLDS[np.argmax(2 * (p[:, None] * over).sum(0) / (over.sum(0) + p.sum()))])


def temperature(polarity, truth, circumstances):
    """Weights w such that logits times exp(circumstances · w) have the least negative log-likelihood."""
    z, y, c = torch.tensor(polarity, dtype=torch.float64), torch.tensor(truth), torch.tensor(circumstances, dtype=torch.float64)
    w = torch.zeros(c.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([w], max_iter=100)

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(z * torch.exp(c @ w).unsqueeze(1), y, reduction="sum") + (w ** 2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return [float(v) for v in w.detach()]


def least_squares(polarity, valence, around, polarity_scale, truth, sources):
    """Weights of `network.valence_parts` with the least squared error, each set counting alike: so a text that says little,
    as short ones in unknown words do, reads near neutral. A regression that is sure by chance would else shout."""
    said = softmax(polarity * np.exp(around @ np.array(polarity_scale))[:, None])
    x = network.valence_parts(*(torch.tensor(np.asarray(a), dtype=torch.float64) for a in (valence, said, around))).numpy()
    each = np.sqrt(1 / np.array([(sources == s).sum() for s in sources]))[:, None]
    # Drawn a little to the mean of both as they are, where the sets do not tell.
    pull, start = np.eye(x.shape[1]) * 0.1, np.array([1.0, 0, 0, 0])
    weights = np.linalg.lstsq(np.concatenate([x * each, pull]), np.concatenate([truth * each[:, 0], pull @ start]), rcond=None)[0]
    return [float(w) for w in weights]


def platt(logits, truth):
    """Scale and shift by a few Newton-like steps (LBFGS), with a pull towards (1, 0) for rare labels."""
    x, y = torch.tensor(logits, dtype=torch.float64), torch.tensor(truth, dtype=torch.float64)
    w = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([w], max_iter=60)

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x * w[0] + w[1], y, reduction="sum")
        loss = loss + 5 * ((w[0] - 1) ** 2 + w[1] ** 2)
        loss.backward()
        return loss

    optimizer.step(closure)
    return float(w[0].detach()), float(w[1].detach())


def polarity_figures(polarity, truth, classes=(0, 1, 2)):
    predicted = polarity.argmax(1)
    return {
        "n": int(len(truth)),
        "accuracy": round(float((predicted == truth).mean()), 4),
        "macro_f1": round(macro_f1(truth, predicted, classes), 4),
        "per_class_f1": [round(f1_of(truth == c, predicted == c), 4) for c in classes],
        "calibration_error": round(calibration_error(polarity.max(1), predicted == truth), 4),
    }


def report(outputs, encoded, calibration):
    """The card's figures, on the test part, through the quantized and calibrated network."""
    polarity, valence, _, labels, _, irony = outputs
    truth = encoded.polarity.numpy()
    figures = {}
    sst = where(encoded, "sst2")
    two = polarity[sst][:, [0, 2]] / polarity[sst][:, [0, 2]].sum(1, keepdims=True)
    sst_truth = (truth[sst] == 2).astype(int)
    figures["sst2_dev"] = polarity_figures(two, sst_truth, (0, 1))
    clothing = where(encoded, "clothing")
    figures["clothing_heldout_products"] = polarity_figures(polarity[clothing], truth[clothing])
    stars = encoded.valence.numpy()[clothing]
    figures["clothing_heldout_products"]["flagged_sarcastic"] = round(float((irony[clothing] > calibration["sarcasm_flag"]).mean()), 4)
    figures["clothing_heldout_products"]["valence_pearson"] = round(float(np.corrcoef(valence[clothing], stars)[0, 1]), 4)
    for language in sorted({e.group for e in encoded.examples if e.source == "xlmt"}):
        chosen = where(encoded, "xlmt", language)
        figures["xlmt_val_" + language] = polarity_figures(polarity[chosen], truth[chosen])
    go = where(encoded, "goemotions")
    targets = encoded.emotions.numpy()[go].astype(bool)
    predicted = labels[go] > np.array(calibration["label_thresholds"])
    tweets = where(encoded, "xlmt")
    figures["xlmt_val"] = polarity_figures(polarity[tweets], truth[tweets])
    figures["goemotions_dev"] = {
        "n": int(go.sum()),
        "macro_f1": round(float(np.mean([f1_of(targets[:, k], predicted[:, k]) for k in range(targets.shape[1])])), 4),
        "micro_f1": round(f1_of(targets, predicted), 4),
        "per_label_f1": {name: round(f1_of(targets[:, k], predicted[:, k]), 3) for k, name in enumerate(emotions.LABELS)},
    }
    ironic = where(encoded, "irony")
    target = encoded.irony.numpy()[ironic].astype(bool)
    p = irony[ironic]
    figures["irony_val"] = {
        "n": int(ironic.sum()),
        "f1_of_irony": round(f1_of(target, p > calibration["irony_threshold"]), 4),
        "macro_f1": round(macro_f1(target, p > calibration["irony_threshold"], (False, True)), 4),
        "calibration_error": round(calibration_error(np.maximum(p, 1 - p), (p > 0.5) == target), 4),
        "flag_precision": round(float(target[p > calibration["sarcasm_flag"]].mean()) if (p > calibration["sarcasm_flag"]).any() else 0.0, 4),
        "flag_recall": round(float((p[target] > calibration["sarcasm_flag"]).mean()), 4),
    }
    return figures
