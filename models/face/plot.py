"""Two small drawings for the card, as SVG: the course of training, and what confidence is worth."""
import os

WIDTH, HEIGHT, EDGE = 480, 260, 40


def write(figures, out):
    history = figures["history"]
    # The first epochs of an average say how it started, not how training went.
    shown = history[2:] if len(history) > 4 else history
    save(out, "training.svg", "Cross-entropy against the votes, by epoch", [
        ("training faces, changed", "#1f77b4", [(h["epoch"], h["loss"]) for h in shown]),
        ("PublicTest, averaged weights", "#d62728", [(h["epoch"], h["cross_entropy"]) for h in shown]),
    ])
    save(out, "calibration.svg", "Share of people who agree, by what the model says, faces held apart", [
        ("as it should be", "#999999", [(0.2, 0.2), (1.0, 1.0)]),
        ("as it is", "#1f77b4", [(said, was) for _, said, was in figures["held_apart"]["reliability_votes"]]),
    ])


def save(out, name, title, lines):
    points = [point for _, _, line in lines for point in line]
    low = [min(p[axis] for p in points) for axis in (0, 1)]
    high = [max(p[axis] for p in points) for axis in (0, 1)]

    def place(x, y):
        across = EDGE + (x - low[0]) / max(high[0] - low[0], 1e-9) * (WIDTH - 2 * EDGE)
        down = HEIGHT - EDGE - (y - low[1]) / max(high[1] - low[1], 1e-9) * (HEIGHT - 2 * EDGE)
        return f"{across:.1f},{down:.1f}"

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="11">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             f'<text x="{EDGE}" y="16" font-size="12">{title}</text>',
             f'<path d="M{EDGE},{EDGE} V{HEIGHT - EDGE} H{WIDTH - EDGE}" fill="none" stroke="black"/>',
             f'<text x="{EDGE}" y="{HEIGHT - 22}">{low[0]:.3g}</text>',
             f'<text x="{WIDTH - EDGE}" y="{HEIGHT - 22}" text-anchor="end">{high[0]:.3g}</text>',
             f'<text x="{EDGE - 4}" y="{HEIGHT - EDGE}" text-anchor="end">{low[1]:.2f}</text>',
             f'<text x="{EDGE - 4}" y="{EDGE + 8}" text-anchor="end">{high[1]:.2f}</text>']
    for number, (label, colour, line) in enumerate(lines):
        parts.append(f'<polyline points="{" ".join(place(*point) for point in line)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{EDGE + 200 * number}" y="{HEIGHT - 6}" fill="{colour}">{label}</text>')
    with open(os.path.join(out, name), "w", encoding="utf-8") as file:
        file.write("\n".join([*parts, "</svg>", ""]))
