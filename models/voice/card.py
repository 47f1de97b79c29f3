"""Writes MODEL_CARD.md from figures.json and card.md.in: the card's figures are never typed."""
import os

import common

HERE = os.path.dirname(os.path.abspath(__file__))


def row(name, f):
    classes = " / ".join(f"{x:.2f}" for x in f["per_class_f1"])
    return f"| {name} | {f['n']} | {f['accuracy']:.3f} | {f['macro_f1']:.3f} | {classes} | {f['calibration_error']:.3f} |"


def tables(figures):
    clean, familiarity = figures["clean"], figures["familiarity"]
    rows = ["| | n | accuracy | macro-F1 | F1 per class | calibration error |", "|---|---|---|---|---|---|"]
    rows.append(row("arousal (low / high)", clean["arousal"]))
    rows.append(row("valence (negative / neutral / positive)", clean["valence"]))
    rows.append(row("valence as served: even priors", figures["valence_even_priors"]))
    for name, key in (("all", "over_baseline_of_all"), ("10 other", "over_baseline_of_10")):
        rows.append(row(f"arousal over a baseline of {name} recordings", figures[key]["arousal"]))
        rows.append(row(f"valence over a baseline of {name} recordings", figures[key]["valence"]))
    variants = ["| recording | arousal | valence | calibration error, arousal / valence |", "|---|---|---|---|"]
    for name, f in {"clean": clean, **figures["variants"]}.items():
        variants.append(f"| {name} | {f['arousal']['accuracy']:.3f} | {f['valence']['accuracy']:.3f} | "
                        f"{f['arousal']['calibration_error']:.3f} / {f['valence']['calibration_error']:.3f} |")
    rules, speech = figures["rules"], familiarity["held_out_speech"]
    return {
        "model": f"{figures['model']}+{figures['content_sha256'][:8]}",
        "features": str(figures["features"]), "layout": str(figures["layout"]), "minutes": f"{figures['training_minutes']:.0f}",
        "figures": "\n".join(rows), "variants": "\n".join(variants),
        "arousal": f"{clean['arousal']['accuracy']:.3f}", "valence": f"{clean['valence']['accuracy']:.3f}",
        "served": f"{figures['valence_even_priors']['accuracy']:.3f}", "served_f1": f"{figures['valence_even_priors']['macro_f1']:.3f}",
        "valence_f1": f"{clean['valence']['macro_f1']:.3f}",
        "emotions": f"{clean['emotions_accuracy']:.3f}", "emotions_over": f"{figures['over_baseline_of_all']['emotions_accuracy']:.3f}",
        "majority": f"{figures['majority']['valence']:.3f}",
        "recalls": " / ".join(f"{x:.2f}" for x in clean["valence"]["per_class_recall"]),
        "even_recalls": " / ".join(f"{x:.2f}" for x in figures["valence_even_priors"]["per_class_recall"]),
        "rules_accuracy": f"{rules['arousal_accuracy']:.3f}", "rules_auc": f"{rules['arousal_auc']:.3f}", "rules_positive": f"{rules['positive_auc']:.3f}",
        "speaker": f"{figures['speaker_identification']:.2f}", "cap": f"{figures['confidence_cap']:.2f}",
        "near": f"{familiarity['near']:.2f}", "far": f"{familiarity['far']:.2f}",
        "speech_50": f"{speech['50']:.2f}", "speech_100": f"{speech['100']:.2f}",
        "strange_min": f"{min(familiarity['no_speech'].values()):.2f}", "strange_max": f"{max(familiarity['no_speech'].values()):.2f}",
    }


def write(out=HERE):
    common.write_card(HERE, out, tables)


if __name__ == "__main__":
    write()
