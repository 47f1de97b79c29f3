"""Trains the model of purchase intent and writes behaviour.onnx, its golden inputs and outputs, its figures and its card.

    models/train behaviour [--data DIR] [--work DIR] [--out DIR] [--seed N] [--repeats N]
"""
import argparse
import json
import os
import sys

import numpy as np

import card
import data
import evaluation
import export
import forest


def without(x, *features):
    y = x.copy()
    y[:, list(features)] = np.nan
    return y


def held_out(sessions, seed, repeats):
    """Each fold in turn held out, several times over. The first fold of the first time is the one that the served model never sees."""
    served, results = None, {}
    seen = {name: np.full(len(sessions.y), np.nan) for name in ("whole", "without purchase_path")}
    for repeat in range(repeats):
        keys = data.folds(sessions, repeat)
        for k in range(5):
            test, train = keys == k, keys != k
            model = forest.train(sessions.x[train], sessions.y[train], inner(sessions, train, repeat), seed + 100 * repeat + k)
            predicted = {"whole": model.predict(sessions.x[test]),
                         "without purchase_path": model.predict(without(sessions.x[test], data.PURCHASE_PATH)),
                         "without month": model.predict(without(sessions.x[test], data.MONTH)),
                         "without either": model.predict(without(sessions.x[test], data.PURCHASE_PATH, data.MONTH)),
                         **analytics(sessions, train, test, seed)}
            for name, p in predicted.items():
                results.setdefault(name, []).append(evaluation.figures(p, sessions.y[test]))
                if repeat == 0 and name in seen:
                    seen[name][test] = p
            served = served or (model, test)
            print(f"repeat {repeat + 1}/{repeats} fold {k + 1}/5: " +
                  ", ".join(f"{name} {fs[-1]['auc']:.4f}" for name, fs in results.items()), file=sys.stderr, flush=True)
    return served, {name: evaluation.over_splits(fs) for name, fs in results.items()}, seen


def inner(sessions, train, repeat):
    """Folds within the training part, for the calibration."""
    return data.folds(sessions, f"inner {repeat}")[train]


def analytics(sessions, train, test, seed):
    """The same trees over all that the shop's analytics knew, the tell-tale PageValues as it is, and without."""
    column = data.RAW.index("PageValues")
    rest = [i for i in range(sessions.raw.shape[1]) if i != column]
    y = sessions.y[train]
    return {"analytics": forest.plain(sessions.raw[train], y, seed).predict_proba(sessions.raw[test])[:, 1],
            "analytics without PageValues": forest.plain(sessions.raw[train][:, rest], y, seed).predict_proba(sessions.raw[test][:, rest])[:, 1]}


def later_months(sessions, seed):
    """Trained on February to October, tried on November and December, whose months it does not know."""
    test = sessions.month >= 11
    x = without(sessions.x, data.MONTH)
    model = forest.train(x[~test], sessions.y[~test], inner(sessions, ~test, 0), seed)
    return evaluation.figures(model.predict(x[test]), sessions.y[test])


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=os.path.join(here, "../../../shared/data"), help="folder of the .tar.xz archives")
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/personalization-models"), help="where they are unpacked")
    parser.add_argument("--out", default=here)
    parser.add_argument("--seed", type=int, default=20240607)
    parser.add_argument("--repeats", type=int, default=2)
    options = parser.parse_args()
    os.makedirs(os.path.join(options.out, "golden"), exist_ok=True)

    sessions = data.load(options.data, options.work)
    (model, test), splits, seen = held_out(sessions, options.seed, options.repeats)
    digest = export.write(model, float(sessions.y[~test].mean()), options.out)
    windows = sessions.x[test]
    read = export.Reader(os.path.join(options.out, export.NAME + ".onnx"))
    everything = np.concatenate([windows, without(windows, data.PURCHASE_PATH), without(windows, 0, 1, 2, 3)])
    apart = float(np.abs(read.predict(everything) - model.predict(everything)).max())
    assert apart < 1e-5, apart

    y, path = sessions.y, sessions.page_values > 0
    figures = {
        "model": f"{export.NAME}@{export.VERSION}", "content_sha256": digest,
        "sessions": int(len(y)), "purchases": int(y.sum()), "repeats": options.repeats,
        "served_heldout": evaluation.figures(model.predict(windows), y[test]),
        "served_heldout_without_purchase_path": evaluation.figures(model.predict(without(windows, data.PURCHASE_PATH)), y[test]),
        "splits": splits,
        "later_months": later_months(sessions, options.seed),
        "pooled": {name: evaluation.figures(p, y) for name, p in seen.items()},
        "reliability": {name: evaluation.reliability(p, y) for name, p in seen.items()},
        "purchase_path": {"share": float(path.mean()), "rate_with": float(y[path].mean()), "rate_without": float(y[~path].mean())},
        "largest_difference_of_file_and_trees": apart, "trees": len(model.trees._predictors),
        "calibration": {"scale": model.scale, "shift": model.shift},
    }
    with open(os.path.join(options.out, "figures.json"), "w", encoding="utf-8") as file:
        json.dump(rounded(figures), file, indent=1)
        file.write("\n")
    export.golden(model, windows, digest, options.out, np.random.default_rng(options.seed))
    card.write(options.out)


def rounded(value):
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


if __name__ == "__main__":
    main()
