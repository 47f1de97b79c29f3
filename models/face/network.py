"""The face model: a small residual network (He et al. 2016) over grey 48x48 pictures.

Barsoum et al. (2016), "Training Deep Networks for Facial Expression Recognition with Crowd-Sourced Label Distribution",
for what it is trained on: the distribution of ten people's votes, not their majority.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

import data
import emotions

STEM, FIRST = 16, 32
STAGES = ((32, 1), (64, 2), (160, 2))
# Contrast below this, in grey levels of 255, is noise of the sensor and not stretched any further.
FLAT = 8.0


def standardized(pictures):
    """Grey levels to mean 0 and deviation 1 per picture: how bright the room was is no expression."""
    centred = pictures - pictures.mean((1, 2, 3), keepdim=True)
    return centred / (centred.square().mean((1, 2, 3), keepdim=True) + FLAT * FLAT).sqrt()


def convolution(inputs, outputs, stride=1, width=3):
    return nn.Sequential(nn.Conv2d(inputs, outputs, width, stride, width // 2, bias=False), nn.BatchNorm2d(outputs))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first, self.second = convolution(inputs, outputs, stride), convolution(outputs, outputs)
        self.around = convolution(inputs, outputs, stride, width=1) if stride > 1 or inputs != outputs else nn.Identity()

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.around(x))


class Network(nn.Module):
    """Standardized pictures [B, 1, 48, 48] to logits over data.LABELS."""

    def __init__(self, dropout=0.3):
        super().__init__()
        layers = [convolution(1, STEM), nn.ReLU(), convolution(STEM, FIRST, stride=2), nn.ReLU()]
        width = FIRST
        for place, (outputs, blocks) in enumerate(STAGES):
            for number in range(blocks):
                layers.append(Block(width, outputs, stride=2 if place > 0 and number == 0 else 1))
                width = outputs
        self.layers = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, len(data.LABELS))

    def forward(self, x):
        return self.head(self.dropout(self.layers(x).mean((2, 3))))


class Served(nn.Module):
    """What is exported: grey levels in, calibrated probabilities over data.LABELS and over the engine's own emotions out."""

    OUTPUTS = ["labels", "emotions"]

    def __init__(self, trained, temperature):
        super().__init__()
        self.network = trained
        self.register_buffer("temperature", torch.tensor(float(temperature)))
        self.register_buffer("mapping", torch.tensor(emotions.matrix()))

    def logits(self, faces):
        # A face and its mirror image feel the same: the mean of both errs less than either.
        x = standardized(faces)
        return self.network(torch.cat([x, x.flip(3)])).view(2, -1, len(data.LABELS)).mean(0)

    def forward(self, faces):
        labels = torch.softmax(self.logits(faces) / self.temperature, 1)
        shown = labels[:, :-1]
        return labels, (shown / shown.sum(1, keepdim=True).clamp_min(1e-6)) @ self.mapping
