"""Reads the FER+ faces and their votes, and keeps apart what training may not see."""
import hashlib
import os
import subprocess

import numpy as np

SIDE = 48
VOTES = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "not-a-face"]
# What the network tells apart: the eight emotions, and what is no face.
LABELS = VOTES[:8] + ["not-a-face"]
UNKNOWN, NO_FACE = 8, 9
HELD_APART_PERCENT = 10
# From this correlation of two 16x16 miniatures on, two pictures are taken for copies of one photograph.
SAME_PHOTOGRAPH = 0.97


class Faces:
    """Pictures [N, 48, 48] of bytes, and their votes [N, 10]."""

    def __init__(self, pictures, votes):
        self.pictures, self.votes = pictures, votes

    def __len__(self):
        return len(self.pictures)

    def where(self, chosen):
        return Faces(self.pictures[chosen], self.votes[chosen])

    def targets(self):
        """The votes as a distribution over LABELS. Who could not tell says nothing of what the face shows."""
        counted = np.concatenate([self.votes[:, :UNKNOWN], self.votes[:, NO_FACE:]], 1).astype(np.float32)
        return counted / np.maximum(counted.sum(1, keepdims=True), 1)

    def weights(self):
        """The share of voters who could tell."""
        return 1 - self.votes[:, UNKNOWN] / np.maximum(self.votes.sum(1), 1).astype(np.float32)

    def majority(self):
        """The place of the most voted of all ten, the first of them on a tie."""
        return self.votes.argmax(1)


def unpack(archives, into):
    """The folder of the unpacked faces, unpacking them when they are not there yet."""
    os.makedirs(into, exist_ok=True)
    if not os.path.isdir(os.path.join(into, "face")):
        subprocess.check_call(["tar", "xJf", os.path.join(archives, "face.tar.xz"), "-C", into])
    return os.path.join(into, "face")


def read(folder, name):
    pictures = np.fromfile(os.path.join(folder, f"ferplus_{name}_48x48_u8.bin"), np.uint8).reshape(-1, SIDE, SIDE)
    votes = np.fromfile(os.path.join(folder, f"ferplus_{name}_votes10_u8.bin"), np.uint8).reshape(-1, len(VOTES))
    return Faces(pictures, votes.astype(np.int64))


def load(folder):
    """Training faces, those that select and calibrate (PublicTest), and those kept apart for the figures.

    What is kept apart is a tenth of Training by the hash of the picture, so that equal pictures fall together. Copies of
    what is kept apart or selects, the mirrored among them, do not train: FER2013 holds some photographs several times.
    """
    training, selection = read(folder, "Training"), read(folder, "PublicTest")
    apart = np.array([part(picture) < HELD_APART_PERCENT for picture in training.pictures])
    test = training.where(apart)
    train = training.where(~apart)
    copies = remembered(os.path.join(folder, f"copies-{HELD_APART_PERCENT}-{SAME_PHOTOGRAPH}.npz"), lambda: {
        "train": copies_of(train.pictures, np.concatenate([test.pictures, selection.pictures])),
        "test": copies_of(test.pictures, selection.pictures)})
    return train.where(~copies["train"]), selection, test.where(~copies["test"])


def part(picture):
    """A number in 0..99 that depends on the picture alone."""
    return int(hashlib.sha256(picture.tobytes()).hexdigest()[:8], 16) % 100


def miniatures(pictures):
    """16x16, of mean 0 and length 1: the product of two is their correlation."""
    small = pictures.reshape(-1, 16, 3, 16, 3).mean((2, 4), dtype=np.float32).reshape(len(pictures), -1)
    small -= small.mean(1, keepdims=True)
    return small / np.maximum(np.linalg.norm(small, axis=1, keepdims=True), 1e-6)


def copies_of(pictures, others):
    """Which pictures are a copy of one of the others, or of its mirror image."""
    originals = np.concatenate([miniatures(others), miniatures(others[:, :, ::-1])]).T
    return np.concatenate([(miniatures(chunk) @ originals).max(1) > SAME_PHOTOGRAPH
                           for chunk in np.array_split(pictures, max(1, len(pictures) // 2048))])


def remembered(path, compute):
    """What was computed once: a run that goes on should not wait for it again."""
    if not os.path.exists(path):
        np.savez(path, **compute())
    return np.load(path)
