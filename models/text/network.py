"""The text model: word and subword vectors, convolutions of several widths, and one head per task.

Kim (2014), "Convolutional Neural Networks for Sentence Classification", with hashed subwords (after Bojanowski et al.
2017) for words that GloVe lacks and for other languages, and an attention pool beside the maximum.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

import emotions
import tokenizer

WIDTHS = (2, 3, 4, 5)


class Encoder(nn.Module):
    """Everything above the vectors: [B, T, inputs] and a mask [B, T] to logits."""

    def __init__(self, inputs, filters=112, hidden=192, dropout=0.4):
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv1d(inputs, filters, w) for w in WIDTHS)
        self.attention = nn.Linear(inputs, 1)
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(filters * len(WIDTHS) + inputs, hidden)
        self.polarity = nn.Linear(hidden, 3)
        self.valence = nn.Linear(hidden, 1)
        self.emotions = nn.Linear(hidden, len(emotions.LABELS))
        self.irony = nn.Linear(hidden, 1)

    def forward(self, x, mask):
        channels = x.transpose(1, 2)
        seen = mask.unsqueeze(1)
        pooled = []
        for convolution, width in zip(self.convolutions, WIDTHS):
            # One more word of context on the left of an even width: negation stands before what it negates.
            y = F.relu(convolution(F.pad(channels, (width // 2, (width - 1) // 2))))
            pooled.append((y * seen).amax(2))
        score = self.attention(x).squeeze(2) + (mask - 1) * 1e4
        pooled.append((torch.softmax(score, 1).unsqueeze(2) * x).sum(1))
        h = self.dropout(F.relu(self.hidden(self.dropout(torch.cat(pooled, 1)))))
        return self.polarity(h), torch.tanh(self.valence(h)).squeeze(1), self.emotions(h), self.irony(h).squeeze(1)


class Trainable(nn.Module):
    """Float vectors with sparse gradients, for training."""

    def __init__(self, vectors, subword_width=32):
        super().__init__()
        self.words = nn.Embedding.from_pretrained(vectors, freeze=False, sparse=True)
        self.subwords = nn.Embedding(tokenizer.BUCKETS, subword_width, sparse=True)
        nn.init.normal_(self.subwords.weight, std=0.05)
        self.subwords.weight.data[0] = 0
        self.encoder = Encoder(vectors.shape[1] + subword_width)
        self.word_dropout = 0.08
        self.input_dropout = nn.Dropout(0.25)

    def forward(self, words, subwords):
        mask = (words != tokenizer.PAD).float()
        if self.training and self.word_dropout:
            drop = (torch.rand_like(mask) < self.word_dropout) & (words >= tokenizer.FIRST_WORD)
            words = torch.where(drop, torch.full_like(words, tokenizer.UNKNOWN), words)
        shown = (subwords != 0).float().unsqueeze(3)
        x = torch.cat([self.words(words), (self.subwords(subwords) * shown).sum(2)], 2) * mask.unsqueeze(2)
        return self.encoder(self.input_dropout(x), mask)

    def sparse_parameters(self):
        return [self.words.weight, self.subwords.weight]


class Served(nn.Module):
    """What is exported: int8 vectors, calibrated probabilities, and the engine's own emotions, valence and arousal."""

    OUTPUTS = ["polarity", "valence", "arousal", "labels", "emotions", "irony"]

    def __init__(self, trained, polarity_temperature, emotion_scale, emotion_shift, irony_scale, irony_shift):
        super().__init__()
        self.encoder = trained.encoder
        self._quantize("word", trained.words.weight.data)
        subwords = trained.subwords.weight.data.clone()
        subwords[0] = 0
        self._quantize("subword", subwords)
        self.register_buffer("mapping", torch.tensor(emotions.matrix()))
        self.register_buffer("circumplex_arousal", torch.tensor(emotions.arousals()))
        self.register_buffer("temperature", torch.tensor(float(polarity_temperature)))
        self.register_buffer("emotion_scale", torch.as_tensor(emotion_scale, dtype=torch.float32))
        self.register_buffer("emotion_shift", torch.as_tensor(emotion_shift, dtype=torch.float32))
        self.register_buffer("irony_scale", torch.tensor(float(irony_scale)))
        self.register_buffer("irony_shift", torch.tensor(float(irony_shift)))

    def _quantize(self, name, weight):
        scale = weight.abs().amax(1, keepdim=True).clamp_min(1e-8) / 127
        self.register_buffer(name + "_int8", torch.round(weight / scale).to(torch.int8))
        self.register_buffer(name + "_scale", scale)

    def forward(self, words, subwords):
        mask = (words != tokenizer.PAD).float()
        w = self.word_int8[words].float() * self.word_scale[words]
        s = (self.subword_int8[subwords].float() * self.subword_scale[subwords]).sum(2)
        polarity, valence, labels, irony = self.encoder(torch.cat([w, s], 2) * mask.unsqueeze(2), mask)
        labels = torch.sigmoid(labels * self.emotion_scale + self.emotion_shift)
        total = labels.sum(1, keepdim=True).clamp_min(1e-6)
        return (
            torch.softmax(polarity / self.temperature, 1),
            valence,
            (labels / total) @ self.circumplex_arousal,
            labels,
            (labels / total) @ self.mapping,
            torch.sigmoid(irony * self.irony_scale + self.irony_shift),
        )
