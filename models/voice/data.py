"""EmoDB as features: unpacked outside the repository, measured by the engine's own extractor, labelled."""
import os
import subprocess
import tarfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")

# Anger, happiness, fear, disgust, boredom, neutral, sadness: the sixth character of a recording's name.
EMOTIONS = "WFAELNT"
# The mapping of the benchmark of Schuller et al. 2009, "Acoustic emotion recognition: a benchmark comparison of
# performances", for arousal: disgust counts as low.
HIGH_AROUSAL = "WFA"
AROUSAL = ["low", "high"]
VALENCE = ["negative", "neutral", "positive"]
CLEAN = "clean"
# What training sees; the others only test it.
TRAINED = (CLEAN, "fast", "slow", "bright", "dull", "noise15", "room", "telephone")
FIRST_FEATURE = 6


class Set:
    """Recordings and their variants, a row each."""

    def __init__(self, names, variants, extra, features):
        self.names, self.variants, self.extra, self.features = names, variants, extra, features
        self.speakers = np.array([n[:2] for n in names])
        self.emotions = np.array([EMOTIONS.index(n[5]) for n in names])
        self.arousal = np.array([int(n[5] in HIGH_AROUSAL) for n in names])
        self.valence = np.array([2 if n[5] == "F" else 1 if n[5] == "N" else 0 for n in names])

    def where(self, keep):
        return Set(self.names[keep], self.variants[keep], self.extra[keep], self.features[keep])


def unpack(archives, work):
    folder = os.path.join(work, "voice", "emodb")
    if not os.path.isdir(folder):
        os.makedirs(work, exist_ok=True)
        with tarfile.open(os.path.join(archives, "voice.tar.xz")) as archive:
            archive.extractall(work)
    return folder


def measure(wavs, out):
    """Runs the engine's extractor over all recordings and their variants."""
    mode = os.environ.get("PackageMode") or subprocess.run(
        [os.path.join(ROOT, "eng", "setup")], check=True, capture_output=True, text=True).stdout.split()[-1]
    project = os.path.join(HERE, "features")
    subprocess.run(["dotnet", "run", "-c", "Release", "--project", project, "--", wavs, out], check=True, env={**os.environ, "PackageMode": mode})


def load(path):
    """The recordings, the probes (sound that is no speech) with their names, the names of the features and their layout."""
    with open(path, encoding="utf-8") as file:
        layout = int(file.readline().split()[-1])
        head = file.readline().strip().split(",")
        rows = [line.strip().split(",") for line in file]
    names, variants = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    numbers = np.array([[float(x) for x in r[2:]] for r in rows], np.float64)
    extra, features = numbers[:, :FIRST_FEATURE - 2], numbers[:, FIRST_FEATURE - 2:]
    probe = np.array([n.startswith("!") for n in names])
    recordings = Set(names[~probe], variants[~probe], extra[~probe], features[~probe])
    return recordings, [n[1:] for n in names[probe]], features[probe], head[FIRST_FEATURE:], layout
