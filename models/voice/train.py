"""Trains the voice model and writes voice.onnx, its golden inputs and outputs, and the figures of its card.

    models/train voice [--data DIR] [--work DIR] [--out DIR] [--seed N] [--measured FILE]
"""
import argparse
import json
import os
import sys
import time

# Threads in small matrices only wait for each other; read before the libraries are loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch

import data
import evaluation
import export
import kernel
import network
import plots
import speakers

# Familiarity falls from 1 to 0 between what all but one in a hundred held-out recordings stay below and half as far again.
NEAR_PERCENTILE = 99
FAR_OVER_NEAR = 1.5
GOLDEN_EVERY = 67


def say(text):
    print(text, file=sys.stderr, flush=True)


def golden_cases(recordings, probes):
    """Recordings with and without a baseline, and all probes."""
    clean = recordings.where(recordings.variants == data.CLEAN)
    nothing = np.zeros(clean.features.shape[1])
    cases = [(p, nothing, 0.0) for p in probes]
    for i in range(0, len(clean.names), GOLDEN_EVERY):
        # In half precision, as all that serving passes in.
        baseline = clean.features[clean.speakers == clean.speakers[i]].mean(0).astype(np.float16).astype(float)
        cases += [(clean.features[i], nothing, 0.0), (clean.features[i], baseline, 1.0), (clean.features[i], baseline, 0.3)]
    return cases


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=os.path.join(here, "../../../shared/data"), help="folder of the .tar.xz archives")
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/personalization-models"), help="where they are unpacked")
    parser.add_argument("--out", default=here)
    parser.add_argument("--seed", type=int, default=20240607)
    parser.add_argument("--measured", help="features that were measured before, to leave that step out")
    options = parser.parse_args()
    torch.set_num_threads(1)
    began = time.time()

    measured = options.measured or os.path.join(options.work, "voice.csv")
    if not options.measured:
        data.measure(data.unpack(options.data, options.work), measured)
    recordings, probe_names, probes, names, layout = data.load(measured)
    trained = recordings.where(np.isin(recordings.variants, data.TRAINED))
    say(f"{len(recordings.names)} rows of {len(names)} features, {len(trained.names)} of them to train on")

    judged = speakers.judge(recordings, trained)
    say("judged speaker by speaker")
    over, trained_over = speakers.normalised(recordings), speakers.normalised(trained)
    judged_over = speakers.judge(over, trained_over)
    say("judged over the speakers' baselines")
    away, strange = evaluation.distances(recordings, trained, probes)
    near = float(np.percentile(away, NEAR_PERCENTILE))
    figures = evaluation.report(
        recordings, trained, probes, judged, judged_over, (near, FAR_OVER_NEAR * near), away, list(zip(probe_names, strange)), options.seed)

    everyone = [[s] for s in np.unique(trained.speakers)]
    absolute, relative = speakers.train(trained, everyone), speakers.train(trained_over, everyone)
    prior = np.bincount(trained.valence) / len(trained.valence)
    served = network.Served(absolute, relative, kernel.Familiarity(trained.features), near, FAR_OVER_NEAR * near, prior)
    calibration = {name: {"setting": expert.setting, "arousal_scale": expert.arousal.scale, "arousal_shift": expert.arousal.shift.tolist(),
                          "valence_scale": expert.valence.scale, "valence_shift": expert.valence.shift.tolist()}
                   for name, expert in (("absolute", absolute), ("over_baseline", relative))}
    calibration.update({"near": near, "far": FAR_OVER_NEAR * near, "valence_prior": prior.tolist()})
    figures.update({"features": len(names), "layout": layout, "training_minutes": round((time.time() - began) / 60, 1)})
    export.write(served, names, layout, calibration, figures, golden_cases(recordings, probes), list(zip(probe_names, probes)), options.out)
    plots.write(figures, options.out)
    say(json.dumps({k: figures[k] for k in ("clean", "over_baseline_of_all", "over_baseline_of_10", "rules")}, indent=1))


if __name__ == "__main__":
    main()
