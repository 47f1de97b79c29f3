"""Reads the training data and says what each set teaches. A target that a set does not have is masked."""
import csv
import hashlib
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass

import numpy as np

import emotions
import tokenizer

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2
MASKED = -1
TWEET_EMOTIONS = ["anger", "joy", "optimism", "sadness"]
# From how many words on a row of SST-2 that is part of no other row counts as a sentence, and how much more than a phrase:
# whole sentences are what is read later.
SENTENCE, SENTENCE_WEIGHT = 8, 2.0


@dataclass
class Example:
    source: str
    text: str
    polarity: int = MASKED
    valence: float = np.nan
    emotions: np.ndarray = None   # 28 values: 1, 0, or -1 where the set says nothing
    irony: int = MASKED
    weight: float = 1.0
    group: str = ""


def unpack(archives, into):
    """The folder of the unpacked archives, unpacking what is not there yet."""
    os.makedirs(into, exist_ok=True)
    for name in ("text", "pretrained"):
        if not os.path.isdir(os.path.join(into, name)):
            subprocess.check_call(["tar", "xJf", os.path.join(archives, name + ".tar.xz"), "-C", into])
    return into


def rows(path):
    with open(path, encoding="utf-8") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        header = next(reader)
        for row in reader:
            yield dict(zip(header, row))


def part(key):
    """A number in 0..99 that depends on the key alone."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % 100


def sst2(folder, name):
    for row in rows(f"{folder}/text/sst2_{name}.tsv"):
        positive = row["label"] == "1"
        yield Example("sst2", row["text"], POSITIVE if positive else NEGATIVE, 0.7 if positive else -0.7)


def goemotions(folder, name):
    with open(f"{folder}/text/goemotions_labels.txt", encoding="utf-8") as file:
        labels = file.read().split()
    assert labels == list(emotions.LABELS), "emotions.py is not in the order of the data's labels"
    for row in rows(f"{folder}/text/goemotions_{name}.tsv"):
        ids = [int(i) for i in row["label_ids"].split(",")]
        names = {labels[i] for i in ids}
        target = np.zeros(len(labels), np.float32)
        target[ids] = 1
        valence = float(np.mean([emotions.LABELS[n][1] for n in names]))
        yield Example("goemotions", row["text"], emotion_polarity(names), valence, target)


def emotion_polarity(names):
    if names <= emotions.POSITIVE:
        return POSITIVE
    if names <= emotions.NEGATIVE:
        return NEGATIVE
    return NEUTRAL if names == {"neutral"} else MASKED


def clothing(folder):
    for row in rows(f"{folder}/text/womens_clothing_train.tsv"):
        stars = int(row["stars"])
        polarity = NEGATIVE if stars <= 2 else NEUTRAL if stars == 3 else POSITIVE
        text = f"{row['title']} . {row['text']}" if row["title"] else row["text"]
        yield Example("clothing", text, polarity, (stars - 3) / 2, group=row["product_id"])


def tweet_emotion(folder, name):
    labels = list(emotions.LABELS)
    for row in rows(f"{folder}/text/tweet_emotion_{name}.tsv"):
        emotion = TWEET_EMOTIONS[int(row["label"])]
        target = np.full(len(labels), -1, np.float32)
        for other in TWEET_EMOTIONS:
            target[labels.index(other)] = float(other == emotion)
        positive = emotion in ("joy", "optimism")
        yield Example("tweet_emotion", row["text"], POSITIVE if positive else NEGATIVE, emotions.LABELS[emotion][1], target)


def irony(folder, name):
    for row in rows(f"{folder}/text/tweet_irony_{name}.tsv"):
        yield Example("irony", row["text"], irony=int(row["label"]))


def multilingual(folder, name):
    for row in rows(f"{folder}/text/xlmt_sentiment_{name}.tsv"):
        label = int(row["label"])
        yield Example("xlmt", row["text"], label, (label - 1) * 0.7, group=row["lang"])


def hold_sentences_out(examples, percent):
    """(training, validation). SST-2's rows are phrases of sentences: a sentence is held out with every phrase of it, else
    validation would ask for what training was told. A sentence is a row that is part of no other row."""
    words = [e.text.split() for e in examples]
    inner = set()
    for w in words:
        inner.update(spans(w))
    whole = [len(w) >= SENTENCE and tuple(w) not in inner for w in words]
    held, parts = [], set()
    for e, w, sentence in zip(examples, words, whole):
        if sentence and part("sst " + e.text) < percent:
            held.append(e)
            parts.add(tuple(w))
            parts.update(spans(w))
    train = []
    for e, w, sentence in zip(examples, words, whole):
        e.weight = SENTENCE_WEIGHT if sentence else 1.0
        # A phrase of three words or fewer belongs to the language, not to one sentence.
        if len(w) <= 3 or tuple(w) not in parts:
            train.append(e)
    return train, held


def spans(words):
    """All runs of words but the whole."""
    n = len(words)
    return (tuple(words[i:j]) for i in range(n) for j in range(i + 1, n + 1) if j - i < n)


def load(folder):
    """(training, validation, test): validation selects and calibrates, test is only ever reported."""
    train, validation, test = [], [], []
    for e in clothing(folder):
        where = part("product " + e.group)
        (test if where < 20 else validation if where < 30 else train).append(e)
    for e in goemotions(folder, "train"):
        (validation if part("go " + e.text) < 8 else train).append(e)
    for e in irony(folder, "train"):
        (validation if part("irony " + e.text) < 12 else train).append(e)
    for e in multilingual(folder, "train"):
        (validation if part("xlmt " + e.text) < 10 else train).append(e)
    phrases, sentences = hold_sentences_out(list(sst2(folder, "train")), 8)
    train += phrases
    validation += sentences
    for e in tweet_emotion(folder, "train"):
        train.append(e)
    test += sst2(folder, "dev")
    test += goemotions(folder, "dev")
    test += irony(folder, "val")
    test += multilingual(folder, "val")
    test += tweet_emotion(folder, "val")
    return train, validation, test


def vocabulary(folder, train, most=60_000, minimum=12, limit=4000):
    """GloVe's most frequent words, then the training words that it lacks (single letters, numbers, brands)."""
    with open(f"{folder}/pretrained/glove100_words.txt", encoding="utf-8") as file:
        words = file.read().rstrip("\n").split("\n")[:most]
    recorder = Recorder(words)
    for e in train:
        recorder.encode(e.text)
    added = [w for w, n in recorder.missing.most_common(limit) if n >= minimum]
    print(f"vocabulary: {len(words)} GloVe words, {len(added)} added", file=sys.stderr)
    return words, added


class Recorder:
    """Counts the words that a vocabulary lacks."""

    def __init__(self, words):
        self.tokenizer = tokenizer.Tokenizer(words)
        self.missing = Counter()
        original = self.tokenizer._token

        def counting(codes):
            token = original(codes)
            if token[0] == tokenizer.UNKNOWN:
                self.missing["".join(map(chr, codes[:tokenizer.MAX_WORD]))] += 1
            return token

        self.tokenizer._token = counting

    def encode(self, text):
        self.tokenizer.encode(text)


def glove(folder, words):
    """The vectors of the first so many words, float32 [words, 100]."""
    raw = np.fromfile(f"{folder}/pretrained/glove100_int8.bin", np.int8).reshape(-1, 100)[:words]
    scale = np.fromfile(f"{folder}/pretrained/glove100_rowscale_f32.bin", np.float32)[:words]
    return raw.astype(np.float32) * scale[:, None]
