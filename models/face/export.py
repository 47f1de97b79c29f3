"""Writes the ONNX file with all that serving needs in its metadata, and the golden inputs that hold serving to it."""
import base64
import json
import os

import numpy as np
import torch

import card
import common
import data
import emotions
import network
import plot

NAME = "face"
VERSION = "0.1.0"
OPSET = 13


def write(served, figures, train, out):
    path = os.path.join(out, "face.onnx")
    batch = {0: "batch"}
    torch.onnx.export(
        served, (torch.zeros(2, 1, data.SIDE, data.SIDE),), path, opset_version=OPSET, do_constant_folding=True,
        input_names=["faces"], output_names=network.Served.OUTPUTS,
        dynamic_axes={name: batch for name in ["faces", *network.Served.OUTPUTS]})
    digest = common.seal(path, {
        "name": NAME,
        "version": VERSION,
        "side": json.dumps(data.SIDE),
        "labels": json.dumps(data.LABELS),
        "emotions": json.dumps(emotions.EMOTIONS),
        "calibration": json.dumps({"temperature": float(served.temperature)}),
    })
    with open(os.path.join(out, "figures.json"), "w", encoding="utf-8") as file:
        json.dump({"model": f"{NAME}@{VERSION}", "content_sha256": digest, **figures}, file, indent=1)
        file.write("\n")
    golden(served, train, digest, out)
    plot.write(figures, out)
    card.write(out)


def resized(picture, side):
    """By area, as serving does: each pixel is the mean of what it covers."""
    along = shares(len(picture), side)
    return along @ picture.astype(np.float64) @ along.T


def shares(length, side):
    step = length / side
    begins = np.arange(side)[:, None] * step
    pixels = np.arange(length)[None, :]
    return np.clip(np.minimum(begins + step, pixels + 1) - np.maximum(begins, pixels), 0, None) / step


def pictures(train):
    """Faces of nobody (the mean of all that at least eight of ten people call the same), in several sizes, and no faces."""
    agreed = train.votes.max(1) >= 8
    for place, name in enumerate(data.VOTES[:data.UNKNOWN]):
        chosen = train.pictures[(train.majority() == place) & agreed]
        if len(chosen) >= 25:
            yield f"mean of {len(chosen)} faces: {name}", contrasted(chosen.mean(0))
    joy = contrasted(train.pictures[(train.majority() == 1) & agreed].mean(0))
    for side in (49, 64, 77, 96, 112):
        yield f"the mean happy face, {side} pixels a side", enlarged(joy, side)
    at = np.arange(data.SIDE)
    yield "black", np.zeros((data.SIDE, data.SIDE), np.uint8)
    yield "white", np.full((112, 112), 255, np.uint8)
    yield "a slope", np.repeat((at * 5)[:, None], data.SIDE, 1).astype(np.uint8)
    yield "squares", (((at[:, None] // 6 + at[None, :] // 6) % 2) * 255).astype(np.uint8)
    yield "noise", np.random.default_rng(7).integers(0, 256, (64, 64), np.uint8)


def contrasted(mean):
    """A mean of many faces is flat: given the contrast of one face again."""
    return np.clip((mean - mean.mean()) / mean.std() * 50 + 128, 0, 255).round().astype(np.uint8)


def enlarged(picture, side):
    at = (np.arange(side) * len(picture)) // side
    return picture[np.ix_(at, at)]


def golden(served, train, digest, out):
    """Pictures, and what the trainer's own network says of them."""
    served.eval()
    cases = []
    with torch.no_grad():
        for name, picture in pictures(train):
            outputs = served(torch.from_numpy(resized(picture, data.SIDE)).float()[None, None])
            case = {"name": name, "side": len(picture), "pixels": base64.b64encode(picture.tobytes()).decode()}
            case.update({n: np.round(o[0].numpy().astype(float), 6).tolist() for n, o in zip(network.Served.OUTPUTS, outputs)})
            cases.append(case)
    os.makedirs(os.path.join(out, "golden"), exist_ok=True)
    with open(os.path.join(out, "golden", "faces.json"), "w", encoding="utf-8") as file:
        file.write('{"content_sha256": "%s", "cases": [\n' % digest)
        file.write(",\n".join(json.dumps(case) for case in cases))
        file.write("\n]}\n")
