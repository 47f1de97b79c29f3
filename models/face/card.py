"""Writes MODEL_CARD.md from figures.json and card.md.in: the card's figures are never typed."""
import os

import common

HERE = os.path.dirname(os.path.abspath(__file__))


def set_row(name, f):
    return (f"| {name} | {f['n']} | {f['accuracy']:.3f} | {f['macro_f1']:.3f} | {f['accuracy_most_agree']:.3f} ({f['n_most_agree']}) "
            f"| {f['calibration_error_votes']:.3f} | {f['calibration_error_majority']:.3f} |")


def class_row(name, f):
    return f"| {name} | {f['n']} | {f['f1']:.2f} | {f['precision']:.2f} | {f['recall']:.2f} |"


def values_of(figures):
    held, faces = figures["held_apart"], figures["faces"]
    return {
        "model": f"{figures['model']}+{figures['content_sha256'][:8]}",
        "parameters": f"{figures['parameters']:,}",
        "epochs": str(len(figures["history"])),
        "minutes": f"{figures['processor_minutes']:.0f}",
        "training": f"{faces['training']:,}", "selection": f"{faces['public_test_selection']:,}", "held": f"{faces['held_apart']:,}",
        "temperature": f"{figures['temperature']:.2f}",
        "sets": "\n".join([set_row("held apart from Training", held), set_row("PublicTest (selected and calibrated by)", figures["public_test_selection"])]),
        "classes": "\n".join(class_row(name, f) for name, f in held["per_class"].items()),
        "one_voter": f"{held['one_voter_agrees_with_majority']:.3f}", "always_neutral": f"{held['always_neutral']:.3f}",
        "no_faces_found": f"{figures['no_faces']['found']:.2f}", "faces_lost": f"{figures['no_faces']['faces_taken_for_none']:.3f}",
    }


def write(out=HERE):
    common.write_card(HERE, out, values_of)


if __name__ == "__main__":
    write()
