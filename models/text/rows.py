"""Tables of vectors of which a step changes only the rows that it read.

Adam (Kingma and Ba 2015) done lazily: a row's moments move when the row is read. A step then costs what its batch holds,
not what the vocabulary holds, which a dense gradient over tens of thousands of rows would.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

MOMENTUM, DECAY, TINY = 0.9, 0.999, 1e-8


class Rows(nn.Module):
    """Looks rows up; while training, keeps what `step` needs."""

    def __init__(self, weight, rate):
        super().__init__()
        self.rate = rate
        self.register_buffer("weight", weight)
        self.register_buffer("first", torch.zeros_like(weight))
        self.register_buffer("second", torch.zeros_like(weight))
        self.register_buffer("steps", torch.zeros((), dtype=torch.long))
        self._read = self._leaf = None

    def forward(self, ids):
        if not self.training:
            return F.embedding(ids, self.weight)
        self._read, place = torch.unique(ids, return_inverse=True)
        self._leaf = self.weight[self._read].requires_grad_()
        return F.embedding(place, self._leaf)

    @torch.no_grad()
    def step(self, scale):
        """One step on the rows last read, at `scale` times the table's rate."""
        gradient = self._leaf.grad
        self.steps += 1
        first = MOMENTUM * self.first[self._read] + (1 - MOMENTUM) * gradient
        second = DECAY * self.second[self._read] + (1 - DECAY) * gradient * gradient
        self.first[self._read], self.second[self._read] = first, second
        n = int(self.steps)
        move = (first / (1 - MOMENTUM ** n)) / ((second / (1 - DECAY ** n)).sqrt() + TINY)
        self.weight[self._read] = self._leaf - self.rate * scale * move
        self._leaf = None
