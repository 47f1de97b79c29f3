"""The text model: word and subword vectors read by convolutions and by a recurrent network, and one head per task.

Convolutions of several widths with maximum pooling (Kim 2014, "Convolutional Neural Networks for Sentence Classification")
find telling phrases wherever they stand; a bidirectional GRU (Cho et al. 2014), pooled by its maximum and by attention
(Yang et al. 2016), reads what negation and contrast do to them. Hashed subwords (after Bojanowski et al. 2017) stand in for
words that GloVe lacks and for other languages. Beside all this, added to the same logits, a linear model over words and
word pairs learns rare but telling ones at once (Cheng et al. 2016, "Wide & Deep Learning").
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

import emotions
import tokenizer
from rows import Rows

WIDTHS = (2, 3, 4)
LABELS = len(emotions.LABELS)
# Logits: polarity, valence, labels, irony; each task has a head of its own.
TASKS = (3, 1, LABELS, 1)
LOGITS = sum(TASKS)
SUBWORD_WIDTH = 32
PAIR_BUCKETS = 1 << 17
# Large enough that the gate is shut to the last bit of a float.
SHUT = 30.0


class Encoder(nn.Module):
    """Everything above the vectors: [B, T, inputs] and a mask [B, T] to logits."""

    def __init__(self, inputs, filters, units, hidden, dropout, attentions=4):
        super().__init__()
        self.attentions = attentions
        self.convolutions = nn.ModuleList(nn.Conv1d(inputs, filters, w) for w in WIDTHS)
        self.recurrent = nn.GRU(inputs + 1, units, batch_first=True, bidirectional=True)
        with torch.no_grad():
            for name, weight in self.recurrent.named_parameters():
                if name.startswith("weight_ih"):
                    weight[:, -1] = 0
                    weight[units:2 * units, -1] = SHUT
        self.word_attention = nn.Linear(inputs, 1)
        self.state_attention = nn.Linear(2 * units, attentions)
        self.dropout = nn.Dropout(dropout)
        pooled = filters * len(WIDTHS) + inputs + 2 * 2 * units
        self.heads = nn.ModuleList(
            nn.Sequential(nn.Linear(pooled, hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, n)) for n in TASKS)

    def forward(self, x, mask):
        hidden_pad = (mask - 1) * 1e4
        pooled = self.phrases(x, mask)
        pooled.append((torch.softmax(self.word_attention(x).squeeze(2) + hidden_pad, 1).unsqueeze(2) * x).sum(1))
        # The last input says "padding" and shuts the update gate, so that the state passes padding unchanged: a padded row
        # and the same row alone read the same in both directions, without a length input.
        states, _ = self.recurrent(torch.cat([x, 1 - mask.unsqueeze(2)], 2))
        pooled.append((states + hidden_pad.unsqueeze(2)).amax(1))
        pooled.append(self.attend(states, hidden_pad))
        features = self.dropout(torch.cat(pooled, 1))
        return torch.cat([head(features) for head in self.heads], 1)

    def phrases(self, x, mask):
        channels, seen = x.transpose(1, 2), mask.unsqueeze(1)
        pooled = []
        for convolution, width in zip(self.convolutions, WIDTHS):
            # One more word of context on the left of an even width: negation stands before what it negates.
            y = F.relu(convolution(F.pad(channels, (width // 2, (width - 1) // 2))))
            pooled.append((y * seen).amax(2))
        return pooled

    def attend(self, states, hidden_pad):
        """Each attention weighs the words for its own part of the states."""
        share = torch.softmax(self.state_attention(states) + hidden_pad.unsqueeze(2), 1)
        width = states.shape[2] // self.attentions
        return torch.cat([(share[:, :, i:i + 1] * states[:, :, i * width:(i + 1) * width]).sum(1)
                          for i in range(self.attentions)], 1)


def wide_ids(words, subwords, vocabulary):
    """Rows of the linear model: a word's own, or its bucket when it has none; and the bucket of the word and the one before."""
    own = torch.where(words == tokenizer.UNKNOWN, subwords[:, :, 0] + vocabulary, words)
    before = F.pad(own, (1, 0))[:, :-1]
    return own, (before * 1000003 + own * 7919) % PAIR_BUCKETS


def pool_wide(wide, mask):
    """The sum, tamed by length: neither a long text's small change nor a short one's single word decides alone."""
    return (wide * mask.unsqueeze(2)).sum(1) / mask.sum(1, keepdim=True).clamp_min(1).sqrt()


def circumstances(words):
    """What tells how far a polarity can be trusted beside its own logits: a constant, the text's length, and how many of its
    words have no vector, [B, 3]."""
    seen = (words != tokenizer.PAD).float()
    length = seen.sum(1).clamp_min(1)
    unknown = (words == tokenizer.UNKNOWN).float().sum(1) / length
    return torch.stack([torch.ones_like(length), torch.log(length) - 3, unknown], 1)


def valence_parts(valence, polarity, around):
    """What a valence is calibrated from, [B, 4]: the mean of the regression and of the calibrated polarity's balance, by what
    surrounds them, and how far the two lie apart."""
    balance = polarity[:, 2] - polarity[:, 0]
    mean = ((valence + balance) / 2).unsqueeze(1)
    # A text of four words or fewer is like any other: nothing was measured by which to tell them apart.
    return torch.cat([mean * around.clamp_min(-1.5), (valence - balance).unsqueeze(1)], 1)


def outputs(logits):
    """Polarity logits, valence, label logits, irony logit."""
    return logits[:, :3], torch.tanh(logits[:, 3]), logits[:, 4:4 + LABELS], logits[:, 4 + LABELS]


class Trainable(nn.Module):
    """Float vectors, for training. Gives logits."""

    def __init__(self, vectors, filters=64, units=96, hidden=96, dropout=0.35, input_dropout=0.25, word_dropout=0.05):
        super().__init__()
        self.vocabulary = vectors.shape[0]
        subwords = torch.randn(tokenizer.BUCKETS, SUBWORD_WIDTH) * 0.05
        self.words = Rows(vectors.clone(), 1.5e-3)
        self.subwords = Rows(subwords, 1.5e-3)
        self.wide_words = Rows(torch.zeros(self.vocabulary + tokenizer.BUCKETS, LOGITS), 6e-3)
        self.wide_pairs = Rows(torch.zeros(PAIR_BUCKETS, LOGITS), 6e-3)
        self.encoder = Encoder(vectors.shape[1] + SUBWORD_WIDTH, filters, units, hidden, dropout)
        self.input_dropout = nn.Dropout(input_dropout)
        self.word_dropout = word_dropout

    def forward(self, words, subwords):
        mask = (words != tokenizer.PAD).float()
        own, pairs = wide_ids(words, subwords, self.vocabulary)
        if self.training and self.word_dropout:
            drop = (torch.rand_like(mask) < self.word_dropout) & (words >= tokenizer.FIRST_WORD)
            words = torch.where(drop, torch.full_like(words, tokenizer.UNKNOWN), words)
        shown = (subwords != 0).float().unsqueeze(3)
        x = torch.cat([self.words(words), (self.subwords(subwords) * shown).sum(2)], 2)
        wide = self.wide_words(own) + self.wide_pairs(pairs)
        return self.encoder(self.input_dropout(x) * mask.unsqueeze(2), mask) + pool_wide(wide, mask)

    def tables(self):
        return [self.words, self.subwords, self.wide_words, self.wide_pairs]


class Served(nn.Module):
    """What is exported: the mean of the members' logits (Hansen and Salamon 1990) from int8 vectors, calibrated, and the
    engine's own emotions, valence and arousal.

    Members begin with the same vectors, so a word that training never read has one vector for all of them; and sums and means
    of linear models are one linear model, so what `linear.py` fits costs no table of its own but that of the subwords.
    """

    OUTPUTS = ["polarity", "valence", "arousal", "labels", "emotions", "irony"]

    def __init__(self, members, read, linear, polarity_scale, valence_scale, emotion_scale, emotion_shift, irony_scale, irony_shift):
        super().__init__()
        self.vocabulary = members[0].vocabulary
        self.encoders = nn.ModuleList(m.encoder for m in members)
        # Where a word's vector is: among those of the members, or, after these, among those that all share.
        self.own = int(read.sum())
        place = torch.empty(self.vocabulary, dtype=torch.long)
        place[read] = torch.arange(self.own)
        place[~read] = self.own + torch.arange(self.vocabulary - self.own)
        self.register_buffer("place", place.int())
        self._quantize("shared", members[0].words.weight[~read])
        for i, member in enumerate(members):
            self._quantize(f"word{i}", member.words.weight[read])
            subwords = member.subwords.weight.clone()
            subwords[0] = 0
            self._quantize(f"subword{i}", subwords)
        silent = LOGITS - linear.shift.shape[0]
        wide_words = sum(m.wide_words.weight for m in members) / len(members) + F.pad(linear.words, (silent, 0))
        self._quantize("wide_words", torch.cat([wide_words[:self.vocabulary][read], wide_words[self.vocabulary:]]))
        self._quantize("wide_pairs", sum(m.wide_pairs.weight for m in members) / len(members) + F.pad(linear.pairs, (silent, 0)))
        self._quantize("wide_subwords", linear.subwords)
        self.register_buffer("wide_shift", F.pad(linear.shift, (silent, 0)))
        self.register_buffer("mapping", torch.tensor(emotions.matrix()))
        self.register_buffer("circumplex_arousal", torch.tensor(emotions.arousals()))
        self.register_buffer("polarity_scale", torch.as_tensor(polarity_scale, dtype=torch.float32))
        self.register_buffer("valence_scale", torch.as_tensor(valence_scale, dtype=torch.float32))
        self.register_buffer("emotion_scale", torch.as_tensor(emotion_scale, dtype=torch.float32))
        self.register_buffer("emotion_shift", torch.as_tensor(emotion_shift, dtype=torch.float32))
        self.register_buffer("irony_scale", torch.tensor(float(irony_scale)))
        self.register_buffer("irony_shift", torch.tensor(float(irony_shift)))

    def _quantize(self, name, weight):
        # Half precision keeps three digits of a scale, which is more than its eight-bit row has.
        scale = (weight.abs().amax(1, keepdim=True).clamp_min(1e-5) / 127).half()
        self.register_buffer(name + "_int8", torch.round(weight / scale.float()).clamp(-127, 127).to(torch.int8))
        self.register_buffer(name + "_scale", scale)

    def _vectors(self, name, ids):
        return getattr(self, name + "_int8")[ids].float() * getattr(self, name + "_scale")[ids].float()

    def forward(self, words, subwords):
        mask = (words != tokenizer.PAD).float()
        place = self.place[words].long()
        trained = place < self.own
        own = torch.where(trained, place, torch.zeros_like(place))
        shared = self._vectors("shared", torch.where(trained, torch.zeros_like(place), place - self.own))
        logits = self._wide(words, subwords, own, mask)
        for i, encoder in enumerate(self.encoders):
            vectors = torch.where(trained.unsqueeze(2), self._vectors(f"word{i}", own), shared)
            x = torch.cat([vectors, self._vectors(f"subword{i}", subwords).sum(2)], 2) * mask.unsqueeze(2)
            logits = logits + encoder(x, mask) / len(self.encoders)
        polarity, valence, labels, irony = outputs(logits)
        labels = torch.sigmoid(labels * self.emotion_scale + self.emotion_shift)
        total = labels.sum(1, keepdim=True).clamp_min(1e-6)
        around = circumstances(words)
        polarity = torch.softmax(polarity * torch.exp(around @ self.polarity_scale).unsqueeze(1), 1)
        return (
            polarity,
            (valence_parts(valence, polarity, around) @ self.valence_scale).clamp(-1, 1),
            (labels / total) @ self.circumplex_arousal,
            labels,
            (labels / total) @ self.mapping,
            torch.sigmoid(irony * self.irony_scale + self.irony_shift),
        )

    def _wide(self, words, subwords, own, mask):
        """A word that training never read has no weight: it takes the row of padding, which is zero."""
        row = torch.where(words == tokenizer.UNKNOWN, subwords[:, :, 0].long() + self.own, own)
        _, pairs = wide_ids(words, subwords, self.vocabulary)
        parts = self._vectors("wide_subwords", subwords[:, :, 1:]).sum(2)
        wide = self._vectors("wide_words", row) + self._vectors("wide_pairs", pairs) + F.pad(parts, (LOGITS - parts.shape[2], 0))
        return pool_wide(wide, mask) + self.wide_shift
