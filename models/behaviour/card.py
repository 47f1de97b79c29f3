"""Writes MODEL_CARD.md and its plot from figures.json and card.md.in: the card's figures are never typed."""
import json
import math
import os

import numpy as np

import common
import export

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = {
    "whole": "served, everything known",
    "without month": "served, month unknown",
    "without purchase_path": "served, purchase path unknown",
    "without either": "served, both unknown",
    "analytics": "all that the shop's analytics knew, PageValues as it is (not served)",
    "analytics without PageValues": "the same without PageValues (not served)",
}
SIZE, EDGE = 320, 40


def span(figure):
    return f"{figure['mean']:.3f} ({figure['low']:.3f}–{figure['high']:.3f})"


def floor(bins):
    """What the calibration error of a fifth of the sessions is when every probability is right: chance alone, E|N(0, s)| = s * sqrt(2/pi)."""
    return sum(math.sqrt(2 / math.pi * b["predicted"] * (1 - b["predicted"]) / (b["n"] / 5)) for b in bins) / len(bins)


def hasty(out):
    """What the file says of one product page, forty seconds long, and a step of the checkout."""
    window = np.array([[1, 0.66, 1, np.nan, 1, np.nan, 0, 0]], np.float32)
    return float(export.Reader(os.path.join(out, export.NAME + ".onnx")).predict(window)[0])


def tables(figures):
    rows = ["| input | AUC | average precision | Brier | calibration error |", "|---|---|---|---|---|"]
    for name, title in ROWS.items():
        f = figures["splits"][name]
        rows.append(f"| {title} | {span(f['auc'])} | {f['average_precision']['mean']:.3f} | {f['brier']['mean']:.4f} | {span(f['calibration_error'])} |")
    bins = ["| predicted | seen, 95 % interval | sessions |", "|---|---|---|"]
    bins += [f"| {b['predicted']:.3f} | {b['seen']:.3f} ({b['low']:.3f}–{b['high']:.3f}) | {b['n']} |" for b in figures["reliability"]["whole"]]
    served, blind, later, path = (figures[k] for k in (
        "served_heldout", "served_heldout_without_purchase_path", "later_months", "purchase_path"))
    pooled = figures["pooled"]
    return {
        "model": f"{figures['model']}+{figures['content_sha256'][:8]}", "trees": str(figures["trees"]),
        "sessions": f"{figures['sessions']:,}", "purchases": f"{figures['purchases']:,}", "repeats": str(figures["repeats"]),
        "parts": str(5 * figures["repeats"]), "splits": "\n".join(rows), "bins": "\n".join(bins),
        "served_n": f"{served['n']:,}", "served_auc": f"{served['auc']:.3f}", "served_ece": f"{served['calibration_error']:.3f}",
        "blind_auc": f"{blind['auc']:.3f}", "blind_ece": f"{blind['calibration_error']:.3f}",
        "pooled_ece": f"{pooled['whole']['calibration_error']:.4f}", "pooled_blind_ece": f"{pooled['without purchase_path']['calibration_error']:.4f}",
        "later_n": f"{later['n']:,}", "later_auc": f"{later['auc']:.3f}", "later_ece": f"{later['calibration_error']:.3f}",
        "later_rate": f"{later['rate']:.3f}", "later_predicted": f"{later['mean_predicted']:.3f}",
        "floor": f"{floor(figures['reliability']['whole']):.3f}",
        "path_share": f"{100 * path['share']:.0f}", "path_with": f"{100 * path['rate_with']:.0f}", "path_without": f"{100 * path['rate_without']:.0f}",
        "apart": f"{figures['largest_difference_of_file_and_trees']:.1g}",
    }


def plot(series):
    """Predicted against seen, as an SVG: one colour per series, a bar for each interval."""
    def at(p, q):
        return EDGE + SIZE * p, EDGE + SIZE * (1 - q)

    whole = SIZE + 2 * EDGE
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" font-family="sans-serif" font-size="11">',
             f'<rect width="{whole}" height="{whole}" fill="white"/>',
             f'<path d="M{EDGE} {EDGE}V{EDGE + SIZE}H{EDGE + SIZE}" fill="none" stroke="black"/>',
             f'<path d="M{EDGE} {EDGE + SIZE}L{EDGE + SIZE} {EDGE}" stroke="gray" stroke-dasharray="4"/>']
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        (x, y), (left, height) = at(tick, 0), at(0, tick)
        parts.append(f'<text x="{x:.0f}" y="{y + 15:.0f}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{left - 5:.0f}" y="{height + 4:.0f}" text-anchor="end">{tick:g}</text>')
    parts.append(f'<text x="{EDGE + SIZE / 2:.0f}" y="{whole - 8}" text-anchor="middle">predicted probability of a purchase</text>')
    parts.append(f'<text x="12" y="{EDGE + SIZE / 2:.0f}" text-anchor="middle" transform="rotate(-90 12 {EDGE + SIZE / 2:.0f})">share that bought</text>')
    for i, (name, colour) in enumerate(zip(series, ("#1f5fa8", "#c2571a"))):
        parts.append(f'<text x="{EDGE + 12}" y="{EDGE + 14 + 15 * i}" fill="{colour}">{ROWS[name]}</text>')
        for b in series[name]:
            (x, y), (_, low), (_, high) = at(b["predicted"], b["seen"]), at(0, b["low"]), at(0, b["high"])
            parts.append(f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="{colour}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
    return "\n".join([*parts, "</svg>", ""])


def write(out=HERE):
    common.write_card(HERE, out, lambda figures: {**tables(figures), "hasty": f"{hasty(out):.2f}"})
    with open(os.path.join(out, "figures.json"), encoding="utf-8") as file:
        figures = json.load(file)
    with open(os.path.join(out, "reliability.svg"), "w", encoding="utf-8") as file:
        file.write(plot(figures["reliability"]))


if __name__ == "__main__":
    write()
