"""Figures on sessions that a model has not seen."""
import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

BINS = 10


def calibration_error(p, y, bins=BINS):
    """Expected calibration error (Naeini et al. 2015) of P(purchase), bins of equal numbers of sessions."""
    return float(sum(len(b) * abs(p[b].mean() - y[b].mean()) for b in parts(p, bins)) / len(p))


def parts(p, bins=BINS):
    return np.array_split(np.argsort(p, kind="stable"), bins)


def figures(p, y):
    return {
        "n": int(len(y)), "purchases": int(y.sum()), "auc": float(roc_auc_score(y, p)),
        "average_precision": float(average_precision_score(y, p)), "brier": float(np.mean((p - y) ** 2)),
        "log_loss": float(-np.mean(np.where(y == 1, np.log(p), np.log1p(-p)))), "calibration_error": calibration_error(p, y),
        "mean_predicted": float(p.mean()), "rate": float(y.mean()),
    }


def over_splits(each):
    """Mean over held-out parts, and where 19 of 20 such parts fall (normal, from their spread)."""
    summary = {}
    for name in each[0]:
        values = np.array([f[name] for f in each], float)
        summary[name] = {"mean": float(values.mean()), "low": float(values.mean() - 1.96 * values.std(ddof=1)),
                         "high": float(values.mean() + 1.96 * values.std(ddof=1))}
    return summary


def reliability(p, y, bins=BINS):
    """Predicted against seen, with the 95 % Wilson interval of what was seen."""
    rows = []
    for b in parts(p, bins):
        n, rate = len(b), y[b].mean()
        z2 = 1.96 ** 2
        middle, half = (rate + z2 / (2 * n)) / (1 + z2 / n), 1.96 * np.sqrt(rate * (1 - rate) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        rows.append({"n": n, "predicted": float(p[b].mean()), "seen": float(rate),
                     "low": float(max(0, middle - half)), "high": float(min(1, middle + half))})
    return rows
