"""Writes the ONNX file with all that serving needs in its metadata, and the golden inputs that hold serving to it."""
import json
import os

import numpy as np
import torch

import card
import common
import emotions
import network
import tokenizer

NAME = "text"
VERSION = "0.3.0"
OPSET = 13

GOLDEN_TEXTS = [
    "I love this cream",
    "terrible, broke out",
    "not good",
    "not bad at all",
    "It arrived on Tuesday.",
    "The texture is lovely but the scent is awful and it was far too expensive.",
    "I wouldn't buy this again!!!",
    "BEST serum EVER 😍😍",
    "meh 😒",
    "soooo goooood",
    "can't believe how fast delivery was :)",
    "My skin has never felt better, thank you so much",
    "Customer service was rude and useless.",
    "Great, another product that makes my face burn. Just what I needed.",
    "me encanta este producto",
    "das Produkt ist leider schlecht",
    "produit nul, je suis très déçue",
    "questo profumo è bellissimo",
    "मुझे यह बहुत पसंद है",
    "هذا المنتج سيء جدا",
    "o creme é ótimo",
    "I'm confused, how do I use this?",
    "wow, did not expect that",
    "I am scared it will irritate my skin",
    "ok",
    "?",
    "👍",
    "the colour is nothing like the picture and it looks cheap; returned it the same day",
    "runs small, but the quality is excellent and i get compliments every time i wear it",
]


def write(served, words, calibration, figures, out, tok):
    path = os.path.join(out, "text.onnx")
    longest = 16
    example = (torch.ones(2, longest, dtype=torch.int32), torch.zeros(2, longest, tokenizer.SUBWORDS, dtype=torch.int32))
    batch = {0: "batch"}
    torch.onnx.export(
        Int32Inputs(served).eval(), example, path, opset_version=OPSET, do_constant_folding=True,
        input_names=["words", "subwords"], output_names=network.Served.OUTPUTS,
        dynamic_axes={"words": {0: "batch", 1: "tokens"}, "subwords": {0: "batch", 1: "tokens"},
                      **{name: batch for name in network.Served.OUTPUTS}})
    digest = common.seal(path, {
        "name": NAME,
        "version": VERSION,
        "polarity": json.dumps(["negative", "neutral", "positive"]),
        "labels": json.dumps(list(emotions.LABELS)),
        "label_thresholds": json.dumps(calibration["label_thresholds"]),
        "emotions": json.dumps(emotions.EMOTIONS),
        "irony_threshold": json.dumps(calibration["irony_threshold"]),
        "sarcasm_flag": json.dumps(calibration["sarcasm_flag"]),
        "calibration": json.dumps({k: calibration["served"][k] for k in ("polarity_scale", "valence_scale", "irony_scale", "irony_shift")}),
        "window": json.dumps(128),
        "tokenizer": json.dumps({
            "version": 1, "first_word": tokenizer.FIRST_WORD, "buckets": tokenizer.BUCKETS, "subwords": tokenizer.SUBWORDS,
            "max_word": tokenizer.MAX_WORD, "endings": tokenizer.ENDINGS, "pairs": tokenizer.PAIRS,
            "emoji": tokenizer.EMOJI_WORDS, "emoticons": tokenizer.EMOTICONS}, ensure_ascii=True),
        "words": "\n".join(words),
    })
    with open(os.path.join(out, "figures.json"), "w", encoding="utf-8") as file:
        json.dump({"model": f"{NAME}@{VERSION}", "content_sha256": digest, "file_bytes": os.path.getsize(path), **figures}, file, indent=1)
        file.write("\n")
    golden(served, tok, digest, out)
    card.write(out)


class Int32Inputs(torch.nn.Module):
    """Half the bytes per token at the door; indices are widened inside."""

    def __init__(self, served):
        super().__init__()
        self.served = served

    def forward(self, words, subwords):
        return self.served(words.long(), subwords.long())


def golden(served, tok, digest, out):
    """Texts, their tokens, and what the trainer's own network says of them."""
    served.eval()
    cases = []
    with torch.no_grad():
        for text in GOLDEN_TEXTS:
            tokens = np.array(tok.encode(text), np.int64)[None]
            outputs = served(torch.from_numpy(tokens[:, :, 0]), torch.from_numpy(tokens[:, :, 1:]))
            case = {"text": text, "tokens": tokens[0].tolist()}
            case.update({n: np.round(o[0].numpy().astype(float), 6).tolist() for n, o in zip(network.Served.OUTPUTS, outputs)})
            cases.append(case)
    os.makedirs(os.path.join(out, "golden"), exist_ok=True)
    with open(os.path.join(out, "golden", "texts.json"), "w", encoding="utf-8") as file:
        file.write('{"content_sha256": "%s", "cases": [\n' % digest)
        file.write(",\n".join(json.dumps(case, ensure_ascii=True) for case in cases))
        file.write("\n]}\n")
    import golden_tokenizer
    golden_tokenizer.write(tok, os.path.join(out, "golden", "tokenizer.json"))
