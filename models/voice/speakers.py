"""Training and judging so that nothing is ever fitted to, or chosen on, the speaker that is judged."""
import numpy as np

import data
import kernel
from calibration import Calibration, log_loss

# Kernel widths (over the number of features) and ridges to choose among.
SETTINGS = [(width, ridge) for width in (0.3, 0.6) for ridge in (0.03, 0.1)]
INNER = 3


def targets(part):
    """Columns: low/high arousal, three valences, seven emotions; the emotions only help to find what speech has in common."""
    one = [np.eye(2)[part.arousal], np.eye(3)[part.valence], np.eye(7)[part.emotions]]
    return np.concatenate([o - o.shape[1] ** -1.0 for o in one], 1)


AROUSAL, VALENCE, EMOTION = slice(0, 2), slice(2, 5), slice(5, 12)


class Expert:
    """A machine and its calibrations."""

    def __init__(self, machine, arousal, valence, setting):
        self.machine, self.arousal, self.valence, self.setting = machine, arousal, valence, setting

    def __call__(self, features):
        scores = self.machine(features)
        return self.arousal(scores[:, AROUSAL]), self.valence(scores[:, VALENCE]), scores[:, EMOTION]


def problem(part):
    return kernel.Problem(part.features, targets(part), part.variants == data.CLEAN)


def train(part, groups):
    """Chooses the setting and calibrates on held-out groups of speakers, then trains on all of them."""
    scores = {setting: np.zeros((len(part.names), 12)) for setting in SETTINGS}
    for group in groups:
        out = np.isin(part.speakers, group)
        fold = problem(part.where(~out))
        for setting in SETTINGS:
            scores[setting][out] = fold.solve(*setting)(part.features[out])
    fitted = {s: (Calibration(o[:, AROUSAL], part.arousal), Calibration(o[:, VALENCE], part.valence)) for s, o in scores.items()}
    losses = {s: log_loss(a(scores[s][:, AROUSAL]), part.arousal) + log_loss(v(scores[s][:, VALENCE]), part.valence)
              for s, (a, v) in fitted.items()}
    best = min(losses, key=losses.get)
    return Expert(problem(part).solve(*best), *fitted[best], best)


def inner_groups(speakers):
    return np.array_split(np.unique(speakers), INNER)


def normalised(part, baseline=None):
    """The features over each speaker's own mean, per variant (each is another microphone)."""
    features = part.features.copy()
    for speaker in np.unique(part.speakers):
        for variant in np.unique(part.variants):
            rows = (part.speakers == speaker) & (part.variants == variant)
            features[rows] -= part.features[rows].mean(0) if baseline is None else baseline(part.features[rows])
    return data.Set(part.names, part.variants, part.extra, features)


def judge(recordings, trained):
    """Each speaker through an expert that never met that speaker: probabilities, emotion scores, settings."""
    arousal, valence, emotion = (np.zeros((len(recordings.names), n)) for n in (2, 3, 7))
    experts = {}
    for speaker in np.unique(recordings.speakers):
        part = trained.where(trained.speakers != speaker)
        experts[speaker] = train(part, inner_groups(part.speakers))
        held = recordings.speakers == speaker
        arousal[held], valence[held], emotion[held] = experts[speaker](recordings.features[held])
    return arousal, valence, emotion, experts
