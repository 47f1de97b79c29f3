"""Writes MODEL_CARD.md from figures.json and card.md.in: the card's figures are never typed."""
import os

import common

HERE = os.path.dirname(os.path.abspath(__file__))
LANGUAGES = ["arabic", "english", "french", "german", "hindi", "italian", "portuguese", "spanish"]


def polarity_row(name, f):
    classes = " / ".join(f"{x:.2f}" for x in f["per_class_f1"])
    return f"| {name} | {f['n']} | {f['macro_f1']:.3f} | {f['accuracy']:.3f} | {classes} | {f['calibration_error']:.3f} |"


def tables(figures):
    rows = ["| set | n | macro-F1 | accuracy | F1 per class | calibration error |", "|---|---|---|---|---|---|"]
    rows.append(polarity_row("SST-2 dev (negative / positive)", figures["sst2_dev"]))
    rows.append(polarity_row("Women's Clothing, held-out products (1–2 / 3 / 4–5 stars)", figures["clothing_heldout_products"]))
    rows.append(polarity_row("tweets, all eight languages", figures["xlmt_val"]))
    rows += [polarity_row(f"tweets, {language}", figures["xlmt_val_" + language]) for language in LANGUAGES]
    go, irony = figures["goemotions_dev"], figures["irony_val"]
    labels = ", ".join(f"{name} {value:.2f}" for name, value in sorted(go["per_label_f1"].items(), key=lambda item: -item[1]))
    return {
        "model": f"{figures['model']}+{figures['content_sha256'][:8]}",
        "minutes": f"{figures['training_minutes']:.0f}",
        "epochs": " and ".join(str(len(epochs)) for epochs in figures["history"].values()),
        "members": str(len(figures["history"])),
        "linear_shares": f"{figures['linear_shares']['labels']:.2f} for emotions, {figures['linear_shares']['irony']:.2f} for irony",
        "flagged": f"{100 * figures['clothing_heldout_products']['flagged_sarcastic']:.1f}",
        "megabytes": f"{figures['file_bytes'] / 1e6:.1f}",
        "polarity": "\n".join(rows),
        "validation": validation(figures["validation"]),
        "valence_pearson": f"{figures['clothing_heldout_products']['valence_pearson']:.3f}",
        "go_macro": f"{go['macro_f1']:.3f}", "go_micro": f"{go['micro_f1']:.3f}", "go_labels": labels,
        "irony_f1": f"{irony['f1_of_irony']:.3f}", "irony_macro": f"{irony['macro_f1']:.3f}",
        "irony_calibration": f"{irony['calibration_error']:.3f}",
        "flag_precision": f"{irony['flag_precision']:.2f}", "flag_recall": f"{irony['flag_recall']:.2f}",
        "sst": f"{figures['sst2_dev']['accuracy']:.3f}", "clothing": f"{figures['clothing_heldout_products']['macro_f1']:.3f}",
    }


def validation(networks):
    """What each network scores on the validation part."""
    scores = list(next(iter(networks.values())))
    rows = ["| network | " + " | ".join(scores) + " |", "|---" * (len(scores) + 1) + "|"]
    rows += [f"| {name} | " + " | ".join(f"{figures[s]:.3f}" for s in scores) + " |" for name, figures in networks.items()]
    return "\n".join(rows)


def write(out=HERE):
    common.write_card(HERE, out, tables)


if __name__ == "__main__":
    write()
