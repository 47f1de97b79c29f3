"""From scores to probabilities: a scale and shifts (Platt 1999), fitted on speakers that the scores' machine never heard."""
import numpy as np
import torch

# Pulls the shifts towards none: there are few speakers to fit them on.
PULL = 2.0


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


class Calibration:
    """softmax(scale * scores + shift), by maximum likelihood."""

    def __init__(self, scores, truth):
        x, y = torch.tensor(scores), torch.tensor(truth)
        scale = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
        shift = torch.zeros(scores.shape[1], dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.LBFGS([scale, shift], max_iter=80)

        def closure():
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(x * scale + shift, y, reduction="sum") + PULL * (shift ** 2).sum()
            loss.backward()
            return loss

        optimizer.step(closure)
        self.scale, self.shift = float(scale.detach()), shift.detach().numpy()

    def __call__(self, scores):
        return softmax(self.scale * scores + self.shift)


def log_loss(p, truth):
    return float(-np.log(np.clip(p[np.arange(len(truth)), truth], 1e-9, 1)).mean())
