"""Reads the networks back out of a served file, so that a training can go on where only the file is left.

What the file keeps is rounded (vectors and linear weights to int8) and the optimizers' memory is gone: a start, not a resume.
"""
import numpy as np
import onnx
import torch
from onnx import numpy_helper

import network
import tokenizer


def members(path, words):
    """The networks of a file, as trainable ones. Its vocabulary must be the one that is trained with.

    The linear part in the file is one for all of them, with what `linear.py` fitted in it, so each starts with all of it: the
    share of the linear models that are added later is chosen with that in sight."""
    model = onnx.load(path)
    vocabulary = next(p.value for p in model.metadata_props if p.key == "words").split("\n")
    if vocabulary != words:
        raise ValueError(f"{path} has another vocabulary than the training data")
    weights = {i.name: torch.from_numpy(np.array(numpy_helper.to_array(i))) for i in model.graph.initializer}
    count = sum(name.endswith(".word_attention.bias") for name in weights)
    return [member(model, weights, number) for number in range(count)]


def member(model, weights, number):
    place = weights["served.place"].long()
    own = weights[f"served.word{number}_int8"].shape[0]
    read = place < own
    vectors = torch.empty(len(place), weights["served.shared_int8"].shape[1])
    vectors[read], vectors[~read] = table(weights, f"word{number}"), table(weights, "shared")
    trainable = network.Trainable(vectors)
    state = trainable.state_dict()
    state["subwords.weight"] = table(weights, f"subword{number}")
    wide = table(weights, "wide_words")
    state["wide_words.weight"][:len(place)][read] = wide[:own]
    state["wide_words.weight"][len(place):] = wide[own:]
    state["wide_pairs.weight"] = table(weights, "wide_pairs")
    prefix = f"served.encoders.{number}."
    state.update({"encoder." + name[len(prefix):]: w for name, w in weights.items() if name.startswith(prefix)})
    state.update({"encoder." + name: w for name, w in unnamed(model, weights, number)})
    trainable.load_state_dict(state)
    return trainable


def table(weights, name):
    return weights[f"served.{name}_int8"].float() * weights[f"served.{name}_scale"]


def unnamed(model, weights, number):
    """What the exporter rewrites and renames: matrices that multiply from the right, and the GRU's."""
    mine = [n for n in model.graph.node if f"/encoders.{number}/" in n.name]
    for layer in ("word_attention", "state_attention"):
        node = next(n for n in mine if n.op_type == "MatMul" and f"/{layer}/" in n.name)
        yield f"{layer}.weight", weights[node.input[1]].t()
    node = next(n for n in mine if n.op_type == "GRU")
    inputs, states, biases = (weights[name] for name in node.input[1:4])
    for direction, suffix in enumerate(("", "_reverse")):
        half = biases.shape[1] // 2
        yield "recurrent.weight_ih_l0" + suffix, gates(inputs[direction])
        yield "recurrent.weight_hh_l0" + suffix, gates(states[direction])
        yield "recurrent.bias_ih_l0" + suffix, gates(biases[direction][:half])
        yield "recurrent.bias_hh_l0" + suffix, gates(biases[direction][half:])


def gates(weight):
    """ONNX keeps update, reset, new; torch reset, update, new."""
    update, reset, new = weight.chunk(3)
    return torch.cat([reset, update, new])
