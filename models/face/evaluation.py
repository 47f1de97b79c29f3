"""Figures: accuracy on the majority label and macro-F1, per class, against the votes, and calibration."""
import numpy as np
import torch

import augment
import data
from common import bins_of, calibration_error, f1_of, softmax

SHOWN = data.VOTES[:data.UNKNOWN]
AGREED = 5


def quick(logits, faces):
    """What training watches on the selection faces."""
    p = softmax(logits)
    known = faces.majority() < data.UNKNOWN
    right = p[known][:, :data.UNKNOWN].argmax(1) == faces.majority()[known]
    return {"cross_entropy": cross_entropy(p, faces), "accuracy": float(right.mean())}


def cross_entropy(p, faces):
    """Against the votes, each face counted by how many could tell."""
    each = -(faces.targets() * np.log(np.clip(p, 1e-9, 1))).sum(1)
    return float((each * faces.weights()).sum() / faces.weights().sum())


def temperature(logits, faces):
    """Guo et al. (2017), fitted to the votes: what is said to be 70 % likely, seven of ten people say."""
    return float(min(np.linspace(0.5, 2, 151), key=lambda t: cross_entropy(softmax(logits / t), faces)))


def report(served, logits_of, train, selection, test):
    """All figures of the card, by set. Only `held_apart` is of faces that nothing was chosen by."""
    figures = {name: figures_of(probabilities(logits_of(faces.pictures), served), faces)
               for name, faces in (("held_apart", test), ("public_test_selection", selection))}
    figures["faces"] = {"training": len(train), "public_test_selection": len(selection), "held_apart": len(test)}
    figures["no_faces"] = no_faces(served, test)
    return figures


def probabilities(logits, served):
    return softmax(logits / float(served.temperature))


def figures_of(p, faces):
    truth = faces.majority()
    known = truth < data.UNKNOWN
    p, truth, votes = p[known][:, :data.UNKNOWN], truth[known], faces.votes[known]
    p = p / p.sum(1, keepdims=True)
    predicted = p.argmax(1)
    right = predicted == truth
    agreed = votes.max(1) > AGREED
    told = np.maximum(votes[:, :data.UNKNOWN].sum(1), 1)
    share = votes[np.arange(len(votes)), predicted] / told
    f1 = [f1_of(truth == c, predicted == c) for c in range(len(SHOWN))]
    return {
        "n": int(known.sum()),
        "accuracy": rounded(right.mean()),
        "macro_f1": rounded(np.mean(f1)),
        "n_most_agree": int(agreed.sum()),
        "accuracy_most_agree": rounded(right[agreed].mean()),
        "one_voter_agrees_with_majority": rounded((votes.max(1) / votes.sum(1)).mean()),
        "always_neutral": rounded((truth == 0).mean()),
        "per_class": {name: {"n": int((truth == c).sum()), "f1": rounded(f1[c]), "recall": rounded(right[truth == c].mean()),
                             "precision": rounded(right[predicted == c].mean() if (predicted == c).any() else 0)}
                      for c, name in enumerate(SHOWN)},
        "confusion": [[int(((truth == a) & (predicted == b)).sum()) for b in range(len(SHOWN))] for a in range(len(SHOWN))],
        "calibration_error_votes": rounded(calibration_error(p.max(1), share)),
        "calibration_error_majority": rounded(calibration_error(p.max(1), right.astype(float))),
        "reliability_votes": [[rounded(x) for x in row] for row in bins_of(p.max(1), share)],
    }


def no_faces(served, faces):
    """How well pictures made of no face are told from faces. They are made as in training: no claim about real scenes."""
    random = torch.Generator().manual_seed(1)
    pictures = torch.from_numpy(faces.pictures[:400]).float().unsqueeze(1)
    with torch.no_grad():
        said = [served(x)[0][:, augment.NO_FACE].numpy() for x in (augment.no_faces(pictures, random), pictures)]
    return {"n": 400, "found": rounded((said[0] > 0.5).mean()), "faces_taken_for_none": rounded((said[1] > 0.5).mean())}


def rounded(x):
    return round(float(x), 4)
