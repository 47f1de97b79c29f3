"""The text model: word and subword vectors, convolutions of several widths, and one head per task.

Deep: Kim (2014), "Convolutional Neural Networks for Sentence Classification", with hashed subwords (after Bojanowski et
al. 2017) for words that GloVe lacks and for other languages, and an attention pool beside the maximum. Wide: beside it,
added to the same logits, a linear model over hashed words and word pairs, which learns rare but telling ones at once
(Cheng et al. 2016, "Wide & Deep Learning").
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

import emotions
import tokenizer

WIDTHS = (2, 3, 4, 5)
LABELS = len(emotions.LABELS)
# Logits: polarity, valence, labels, irony.
LOGITS = 3 + 1 + LABELS + 1


class Encoder(nn.Module):
    """Everything above the vectors: [B, T, inputs] and a mask [B, T] to logits."""

    def __init__(self, inputs, filters=96, hidden=192, dropout=0.3):
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv1d(inputs, filters, w) for w in WIDTHS)
        self.attention = nn.Linear(inputs, 1)
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(filters * len(WIDTHS) + inputs, hidden)
        self.heads = nn.Linear(hidden, LOGITS)

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
        return self.heads(h)


def pairs(subwords):
    """The bucket of each word with the one before it, from the buckets of whole words: [B, T]."""
    whole = subwords[:, :, 0]
    before = F.pad(whole, (1, 0))[:, :-1]
    return (before * 1000003 + whole * 7919) % (tokenizer.BUCKETS - 1) + 1


def outputs(logits):
    """Polarity logits, valence, label logits, irony logit."""
    return logits[:, :3], torch.tanh(logits[:, 3]), logits[:, 4:4 + LABELS], logits[:, 4 + LABELS]


class Trainable(nn.Module):
    """Float vectors with sparse gradients, for training."""

    def __init__(self, vectors, subword_width=32):
        super().__init__()
        self.words = nn.Embedding.from_pretrained(vectors, freeze=False, sparse=True)
        self.subwords = nn.Embedding(tokenizer.BUCKETS, subword_width, sparse=True)
        nn.init.normal_(self.subwords.weight, std=0.05)
        self.subwords.weight.data[0] = 0
        self.wide_words = nn.Embedding(tokenizer.BUCKETS, LOGITS, sparse=True)
        self.wide_pairs = nn.Embedding(tokenizer.BUCKETS, LOGITS, sparse=True)
        nn.init.zeros_(self.wide_words.weight)
        nn.init.zeros_(self.wide_pairs.weight)
        self.encoder = Encoder(vectors.shape[1] + subword_width)
        self.word_dropout = 0.05
        self.input_dropout = nn.Dropout(0.1)

    def forward(self, words, subwords):
        mask = (words != tokenizer.PAD).float()
        if self.training and self.word_dropout:
            drop = (torch.rand_like(mask) < self.word_dropout) & (words >= tokenizer.FIRST_WORD)
            words = torch.where(drop, torch.full_like(words, tokenizer.UNKNOWN), words)
        shown = (subwords != 0).float().unsqueeze(3)
        x = torch.cat([self.words(words), (self.subwords(subwords) * shown).sum(2)], 2) * mask.unsqueeze(2)
        wide = self.wide_words(subwords[:, :, 0]) + self.wide_pairs(pairs(subwords))
        return outputs(self.encoder(self.input_dropout(x), mask) + pool_wide(wide, mask))

    def sparse_parameters(self):
        return [self.words.weight, self.subwords.weight]

    def wide_parameters(self):
        return [self.wide_words.weight, self.wide_pairs.weight]


def pool_wide(wide, mask):
    """The sum, tamed by length: neither a long text's small change nor a short one's single word decides alone."""
    return (wide * mask.unsqueeze(2)).sum(1) / mask.sum(1, keepdim=True).clamp_min(1).sqrt()


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
        self._quantize("wide_words", trained.wide_words.weight.data)
        self._quantize("wide_pairs", trained.wide_pairs.weight.data)
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

    def _vectors(self, name, ids):
        return getattr(self, name + "_int8")[ids].float() * getattr(self, name + "_scale")[ids]

    def forward(self, words, subwords):
        mask = (words != tokenizer.PAD).float()
        x = torch.cat([self._vectors("word", words), self._vectors("subword", subwords).sum(2)], 2) * mask.unsqueeze(2)
        wide = self._vectors("wide_words", subwords[:, :, 0]) + self._vectors("wide_pairs", pairs(subwords))
        polarity, valence, labels, irony = outputs(self.encoder(x, mask) + pool_wide(wide, mask))
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
