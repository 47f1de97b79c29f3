"""What the models share: the seal of an ONNX file, their cards, and figures of classifiers."""
import hashlib
import json
import os

import numpy as np
import onnx

# The hash is of the whole file with these zeros in its place.
NO_HASH = "0" * 64


def seal(path, metadata):
    """Writes metadata and the content's hash into an ONNX file, checks it, and returns the hash.

    The hash stands where metadata has its place, else last: the order is part of the content."""
    model = onnx.load(path)
    model.producer_name = "personalization"
    for key, value in {**metadata, "content_sha256": NO_HASH}.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(model)
    content = model.SerializeToString()
    assert content.count(NO_HASH.encode()) == 1
    digest = hashlib.sha256(content).hexdigest()
    with open(path, "wb") as file:
        file.write(content.replace(NO_HASH.encode(), digest.encode()))
    return digest


def write_card(code, out, values_of):
    """Writes MODEL_CARD.md from card.md.in of the model's code and the figures that were measured."""
    with open(os.path.join(out, "figures.json"), encoding="utf-8") as file:
        values = values_of(json.load(file))
    with open(os.path.join(code, "card.md.in"), encoding="utf-8") as file:
        text = file.read()
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    with open(os.path.join(out, "MODEL_CARD.md"), "w", encoding="utf-8") as file:
        file.write(text)


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def f1_of(truth, predicted):
    hit = float(np.sum(truth & predicted))
    total = float(np.sum(truth) + np.sum(predicted))
    return 2 * hit / total if total else 0.0


def macro_f1(truth, predicted, classes):
    return float(np.mean([f1_of(truth == c, predicted == c) for c in classes]))


def bins_of(confidence, right, bins=15):
    """Share, mean confidence and mean of what was right, for each equal-width bin of confidence that is not empty."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return [((place == b).mean(), confidence[place == b].mean(), right[place == b].mean())
            for b in range(bins) if (place == b).any()]


def calibration_error(confidence, right, bins=15):
    """Expected calibration error (Naeini et al. 2015), equal-width bins."""
    return float(sum(share * abs(said - was) for share, said, was in bins_of(confidence, right, bins)))
