"""The card's two plots, as SVG."""
import os

WIDTH, HEIGHT, EDGE = 360, 260, 44
COLOURS = ["#1f6feb", "#d1495b"]


def axes(title, x_label, y_label, x_ticks, y_ticks, place):
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="11">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             f'<text x="{WIDTH / 2}" y="16" text-anchor="middle" font-size="13">{title}</text>',
             f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle">{x_label}</text>',
             f'<text x="12" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 12 {HEIGHT / 2})">{y_label}</text>']
    for value in x_ticks:
        x, y = place(value, y_ticks[0])
        parts.append(f'<text x="{x:.1f}" y="{y + 14:.1f}" text-anchor="middle">{value:g}</text>')
    for value in y_ticks:
        x, y = place(x_ticks[0], value)
        parts.append(f'<text x="{x - 4:.1f}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
        parts.append(f'<line x1="{x:.1f}" x2="{WIDTH - EDGE / 2}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
    return parts


def line(points, colour, dash=""):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'


def legend(names):
    return [f'<text x="{WIDTH - 110}" y="{HEIGHT - EDGE - 26 + 14 * i}" fill="{COLOURS[i]}">{name}</text>' for i, name in enumerate(names)]


def place_in(x0, x1, y0, y1):
    return lambda x, y: (EDGE + (x - x0) / (x1 - x0) * (WIDTH - 1.5 * EDGE), HEIGHT - EDGE - (y - y0) / (y1 - y0) * (HEIGHT - 1.7 * EDGE))


def reliability(figures):
    ticks = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    place = place_in(0.3, 1, 0.3, 1)
    parts = axes("Calibration, held-out speakers", "confidence", "accuracy", ticks, ticks, place)
    parts.append(line([place(0.3, 0.3), place(1, 1)], "#999", ' stroke-dasharray="4 4"'))
    for colour, name in zip(COLOURS, ("arousal", "valence")):
        for share, sure, right in figures["reliability"][name]:
            x, y = place(sure, max(0.3, right))
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2 + 14 * share ** 0.5:.1f}" fill="{colour}" fill-opacity="0.5"/>')
    return parts + legend(("arousal", "valence"))


def learning(figures):
    curve = figures["learning_curve"]
    ticks = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    place = place_in(curve[0][0], curve[-1][0], 0.5, 1)
    parts = axes("Accuracy on a new speaker", "speakers trained on", "accuracy", [c[0] for c in curve], ticks, place)
    for i, colour in enumerate(COLOURS):
        parts.append(line([place(c[0], c[1 + i]) for c in curve], colour))
    return parts + legend(("arousal", "valence"))


def write(figures, out):
    for name, draw in (("calibration", reliability), ("learning", learning)):
        with open(os.path.join(out, name + ".svg"), "w", encoding="utf-8") as file:
            file.write("\n".join([*draw(figures), "</svg>"]) + "\n")
