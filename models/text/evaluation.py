"""Figures: macro-F1 before accuracy, calibration error, and the calibration itself."""
import numpy as np
import torch

import data
import emotions
from common import calibration_error, f1_of, macro_f1, softmax

SARCASM_PRECISION = 0.7


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def where(encoded, source, group=None):
    return np.array([e.source == source and (group is None or e.group == group) for e in encoded.examples])


def quick(outputs, encoded):
    """What training watches on the validation part."""
    polarity, _, labels, irony = outputs
    truth = encoded.polarity.numpy()
    predicted = polarity.argmax(1)
    clothing, xlmt, go = where(encoded, "clothing"), where(encoded, "xlmt"), where(encoded, "goemotions")
    targets = encoded.emotions.numpy()[go].astype(bool)
    figures = {
        "clothing": macro_f1(truth[clothing], predicted[clothing], (0, 1, 2)),
        "xlmt": macro_f1(truth[xlmt], predicted[xlmt], (0, 1, 2)),
        "goemotions": float(np.mean([f1_of(targets[:, k], sigmoid(labels[go][:, k]) > 0.3) for k in range(targets.shape[1])])),
    }
    figures["selection"] = figures["clothing"] + figures["xlmt"] + figures["goemotions"]
    return figures


def calibrate(outputs, encoded):
    """One temperature for polarity (Guo et al. 2017), Platt scaling per emotion and for irony, thresholds for F1."""
    polarity, _, labels, irony = outputs
    truth = encoded.polarity.numpy()
    known = truth != data.MASKED
    # Reviews and tweets only: what the engine reads. GoEmotions' polarity is derived, so it has no say here.
    known &= where(encoded, "clothing") | where(encoded, "xlmt")
    temperature = min(np.linspace(0.5, 3, 126), key=lambda t: nll(softmax(polarity[known] / t), truth[known]))

    go = where(encoded, "goemotions")
    targets = encoded.emotions.numpy()[go].astype(bool)
    scale, shift, chosen, found = [], [], [], []
    candidates = np.linspace(0.02, 0.6, 59)
    for k in range(targets.shape[1]):
        a, b = platt(labels[go][:, k], targets[:, k])
        scale.append(a)
        shift.append(b)
        p = sigmoid(labels[go][:, k] * a + b)
        found.append([f1_of(targets[:, k], p > t) for t in candidates])
        chosen.append(candidates[int(np.argmax(found[-1]))])
    # A rare label has a handful of examples to choose by: it leans on the threshold that suits all labels together.
    common = candidates[int(np.argmax(np.mean(found, 0)))]
    trust = targets.sum(0) / (targets.sum(0) + 25)
    thresholds = [float(t * own + (1 - t) * common) for t, own in zip(trust, chosen)]
    ironic = where(encoded, "irony")
    a, b = platt(irony[ironic], encoded.irony.numpy()[ironic].astype(bool))
    p, target = sigmoid(irony[ironic] * a + b), encoded.irony.numpy()[ironic].astype(bool)
    threshold = max(np.linspace(0.3, 0.7, 41), key=lambda t: f1_of(target, p > t))
    flag = next((float(t) for t in np.linspace(0.5, 0.95, 46) if (p > t).sum() >= 10 and target[p > t].mean() >= SARCASM_PRECISION), 0.9)
    return {
        "served": {"polarity_temperature": float(temperature), "emotion_scale": scale, "emotion_shift": shift,
                   "irony_scale": a, "irony_shift": b},
        "label_thresholds": thresholds,
        "irony_threshold": float(threshold),
        "sarcasm_flag": flag,
    }


def nll(p, truth):
    return float(-np.log(np.clip(p[np.arange(len(truth)), truth], 1e-9, 1)).mean())


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
    figures["clothing_heldout_products"]["valence_pearson"] = round(float(np.corrcoef(valence[clothing], stars)[0, 1]), 4)
    for language in sorted({e.group for e in encoded.examples if e.source == "xlmt"}):
        chosen = where(encoded, "xlmt", language)
        figures["xlmt_val_" + language] = polarity_figures(polarity[chosen], truth[chosen])
    go = where(encoded, "goemotions")
    targets = encoded.emotions.numpy()[go].astype(bool)
    predicted = labels[go] > np.array(calibration["label_thresholds"])
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
        "flag_precision": round(float(target[p > calibration["sarcasm_flag"]].mean()) if (p > calibration["sarcasm_flag"]).any() else 0.0, 4),
        "flag_recall": round(float((p[target] > calibration["sarcasm_flag"]).mean()), 4),
    }
    return figures
