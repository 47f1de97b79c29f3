"""The card's figures: every recording judged by an expert that never met its speaker."""
import numpy as np

import data
import kernel
import speakers

BINS = 10
BASELINE_OF = 10


def f1_of(truth, predicted):
    hit, total = float(np.sum(truth & predicted)), float(np.sum(truth) + np.sum(predicted))
    return 2 * hit / total if total else 0.0


def reliability(p, truth):
    """Per bin of confidence: share of all, mean confidence, accuracy."""
    confidence, correct = p.max(1), p.argmax(1) == truth
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [[round(float(x), 4) for x in (inside.mean(), confidence[inside].mean(), correct[inside].mean())]
            for inside in (place == b for b in range(BINS)) if inside.any()]


def figures_of(p, truth):
    classes, predicted = range(p.shape[1]), p.argmax(1)
    f1 = [f1_of(truth == c, predicted == c) for c in classes]
    return {
        "n": int(len(truth)),
        "accuracy": round(float((predicted == truth).mean()), 4),
        "macro_f1": round(float(np.mean(f1)), 4),
        "per_class_f1": [round(x, 4) for x in f1],
        "per_class_recall": [round(float((predicted == c)[truth == c].mean()), 4) for c in classes],
        "calibration_error": round(float(sum(share * abs(sure - right) for share, sure, right in reliability(p, truth))), 4),
    }


def even(valence, prior):
    p = valence / prior
    return p / p.sum(1, keepdims=True)


def both(part, judged, rows):
    arousal, valence, emotion = (j[rows] for j in judged)
    return {"arousal": figures_of(arousal, part.arousal[rows]), "valence": figures_of(valence, part.valence[rows]),
            "emotions_accuracy": round(float((emotion.argmax(1) == part.emotions[rows]).mean()), 4)}


def area_under_curve(score, truth):
    """The share of pairs in the right order."""
    high, low = score[truth == 1][:, None], score[truth == 0][None]
    return float((high > low).mean() + 0.5 * (high == low).mean())


def rules(recordings):
    """What the hand-set rules say of the same recordings: columns 1 and 2 are their arousal and valence."""
    clean = recordings.where(recordings.variants == data.CLEAN)
    arousal = clean.extra[:, 1]
    return {"arousal_accuracy": round(float(((arousal > 0) == clean.arousal).mean()), 4),
            "arousal_auc": round(area_under_curve(arousal, clean.arousal), 4),
            "positive_auc": round(area_under_curve(clean.extra[:, 2], (clean.valence == 2).astype(int)), 4)}


def who_is_it(recordings):
    """How well the vector tells the ten speakers apart, every fifth recording held out: how much of a voice it keeps."""
    clean = recordings.where(recordings.variants == data.CLEAN)
    names = np.unique(clean.speakers)
    label = np.searchsorted(names, clean.speakers)
    held = np.arange(len(label)) % 5 == 0
    rows = np.flatnonzero(~held)
    problem = kernel.Problem(clean.features[rows], np.eye(len(names))[label[rows]] - 1 / len(names), np.ones(len(rows), bool))
    return round(float((problem.solve(0.6, 0.03)(clean.features[held]).argmax(1) == label[held]).mean()), 4)


def learning_curve(recordings, trained, counts=(2, 4, 6, 9)):
    """Accuracy with fewer speakers to learn from, at one fixed setting."""
    clean = recordings.where(recordings.variants == data.CLEAN)
    curve = []
    for count in counts:
        right = np.zeros((2, len(clean.names)))
        for at, speaker in enumerate(np.unique(clean.speakers)):
            others = np.roll(np.unique(clean.speakers), -at)[1:1 + count]
            scores = speakers.problem(trained.where(np.isin(trained.speakers, others))).solve(0.6, 0.03)(clean.features)
            held = clean.speakers == speaker
            right[0, held] = (scores[:, speakers.AROUSAL].argmax(1) == clean.arousal)[held]
            right[1, held] = (scores[:, speakers.VALENCE].argmax(1) == clean.valence)[held]
        curve.append([count, *(round(float(x), 4) for x in right.mean(1))])
    return curve


def distances(recordings, trained, probes):
    """Familiarity's distance of each recording to the other speakers, and of what is no speech."""
    away, strange = np.zeros(len(recordings.names)), []
    for speaker in np.unique(recordings.speakers):
        measure = kernel.Familiarity(trained.features[trained.speakers != speaker])
        held = recordings.speakers == speaker
        away[held] = measure(recordings.features[held])
        strange.append(measure(probes))
    return away, np.mean(strange, 0)


def over_some(recordings, trained, experts, seed):
    """The experts over a baseline of ten other recordings of the speaker instead of all of them."""
    clean = recordings.where(recordings.variants == data.CLEAN)
    random = np.random.default_rng(seed)
    out = [np.zeros((len(clean.names), n)) for n in (2, 3, 7)]
    for i in range(len(clean.names)):
        others = np.flatnonzero((clean.speakers == clean.speakers[i]) & (np.arange(len(clean.names)) != i))
        baseline = clean.features[random.choice(others, BASELINE_OF, replace=False)].mean(0)
        for o, said in zip(out, experts[clean.speakers[i]](clean.features[i:i + 1] - baseline)):
            o[i] = said[0]
    return both(clean, out, np.arange(len(clean.names)))


def report(recordings, trained, probes, judged, over, near_far, away, strange, seed):
    clean = recordings.variants == data.CLEAN
    prior = np.bincount(trained.valence) / len(trained.valence)
    return {
        "clean": both(recordings, judged[:3], clean),
        "valence_even_priors": figures_of(even(judged[1][clean], prior), recordings.valence[clean]),
        "variants": {v: both(recordings, judged[:3], recordings.variants == v) for v in np.unique(recordings.variants) if v != data.CLEAN},
        "over_baseline_of_all": both(recordings, over[:3], clean),
        "over_baseline_of_10": over_some(recordings, trained, over[3], seed),
        "rules": rules(recordings),
        "majority": {"arousal": round(float(max(np.bincount(recordings.arousal[clean])) / clean.sum()), 4),
                     "valence": round(float(max(np.bincount(recordings.valence[clean])) / clean.sum()), 4)},
        "reliability": {"arousal": reliability(judged[0][clean], recordings.arousal[clean]),
                        "valence": reliability(judged[1][clean], recordings.valence[clean])},
        "learning_curve": learning_curve(recordings, trained),
        "speaker_identification": who_is_it(recordings),
        "familiarity": {"near": round(near_far[0], 4), "far": round(near_far[1], 4),
                        "held_out_speech": {str(q): round(float(np.percentile(away, q)), 3) for q in (50, 95, 99, 100)},
                        "no_speech": {name: round(float(d), 3) for name, d in strange}},
        "settings": {speaker: list(expert.setting) for speaker, expert in judged[3].items()},
    }
