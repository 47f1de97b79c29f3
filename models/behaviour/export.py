"""Writes the trees as an ONNX file with all that serving needs in its metadata, and proves that it says what the trees say."""
import json
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import common
import data

NAME = "behaviour"
VERSION = "0.1.0"


def below(threshold):
    """The largest 32-bit number that is not above a 64-bit one: for 32-bit inputs the same question."""
    with np.errstate(over="ignore"):
        near = np.float32(threshold)
    return near if np.isinf(threshold) or float(near) <= threshold else np.nextafter(near, np.float32(-np.inf))


def attributes(trees):
    """Attributes of a TreeEnsembleRegressor: one target, the sum of all trees."""
    a = {k: [] for k in (
        "nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_modes", "nodes_values", "nodes_truenodeids",
        "nodes_falsenodeids", "nodes_missing_value_tracks_true", "target_treeids", "target_nodeids", "target_ids", "target_weights")}
    for tree, (predictor,) in enumerate(trees._predictors):
        for number, node in enumerate(predictor.nodes):
            leaf = bool(node["is_leaf"])
            assert not node["is_categorical"]
            a["nodes_treeids"].append(tree)
            a["nodes_nodeids"].append(number)
            a["nodes_featureids"].append(0 if leaf else int(node["feature_idx"]))
            a["nodes_modes"].append("LEAF" if leaf else "BRANCH_LEQ")
            a["nodes_values"].append(0.0 if leaf else float(below(node["num_threshold"])))
            a["nodes_truenodeids"].append(0 if leaf else int(node["left"]))
            a["nodes_falsenodeids"].append(0 if leaf else int(node["right"]))
            a["nodes_missing_value_tracks_true"].append(0 if leaf else int(node["missing_go_to_left"]))
            if leaf:
                a["target_treeids"].append(tree)
                a["target_nodeids"].append(number)
                a["target_ids"].append(0)
                a["target_weights"].append(float(np.float32(node["value"])))
    return a


def graph(model):
    nodes = [
        helper.make_node("TreeEnsembleRegressor", ["window"], ["raw"], domain="ai.onnx.ml", n_targets=1, aggregate_function="SUM",
                         post_transform="NONE", base_values=[float(np.ravel(model.trees._baseline_prediction)[0])],
                         **attributes(model.trees)),
        helper.make_node("Mul", ["raw", "scale"], ["scaled"]),
        helper.make_node("Add", ["scaled", "shift"], ["odds"]),
        helper.make_node("Sigmoid", ["odds"], ["column"]),
        helper.make_node("Reshape", ["column", "flat"], ["intent"]),
    ]
    constants = [helper.make_tensor("scale", TensorProto.FLOAT, [1], [model.scale]),
                 helper.make_tensor("shift", TensorProto.FLOAT, [1], [model.shift]),
                 helper.make_tensor("flat", TensorProto.INT64, [1], [-1])]
    return helper.make_graph(
        nodes, NAME, [helper.make_tensor_value_info("window", TensorProto.FLOAT, ["batch", len(data.FEATURES)])],
        [helper.make_tensor_value_info("intent", TensorProto.FLOAT, ["batch"])], constants)


def write(model, rate, out):
    """Writes the file.

    Returns its hash."""
    proto = helper.make_model(
        graph(model), producer_name="personalization", ir_version=8,
        opset_imports=[helper.make_opsetid("", 13), helper.make_opsetid("ai.onnx.ml", 1)])
    metadata = {
        "name": NAME, "version": VERSION, "content_sha256": common.NO_HASH, "features": json.dumps(data.FEATURES),
        "calibration": json.dumps({"scale": model.scale, "shift": model.shift}), "base_rate": json.dumps(rate),
        "time_constant_minutes": json.dumps(data.TIME_CONSTANT_MINUTES), "max_dwell_minutes": json.dumps(data.MAX_DWELL_MINUTES),
    }
    path = os.path.join(out, NAME + ".onnx")
    onnx.save(proto, path)
    return common.seal(path, metadata)


class Reader:
    """Computes a written file as its operators are specified (ai.onnx.ml, TreeEnsembleRegressor), apart from what wrote it."""

    def __init__(self, path):
        nodes = onnx.load(path).graph
        self.constants = {t.name: numpy_helper.to_array(t) for t in nodes.initializer}
        self.a = {x.name: helper.get_attribute_value(x) for x in nodes.node[0].attribute}
        self.place = {key: i for i, key in enumerate(zip(self.a["nodes_treeids"], self.a["nodes_nodeids"]))}
        self.weight = dict(zip(zip(self.a["target_treeids"], self.a["target_nodeids"]), self.a["target_weights"]))

    def predict(self, x):
        raw = np.full(len(x), self.a["base_values"][0], np.float64)
        for tree in sorted(set(self.a["nodes_treeids"])):
            self._add(tree, 0, x, np.arange(len(x)), raw)
        return 1 / (1 + np.exp(-(raw * self.constants["scale"][0] + self.constants["shift"][0])))

    def _add(self, tree, node, x, rows, raw):
        at = self.place[tree, node]
        if self.a["nodes_modes"][at] == b"LEAF":
            raw[rows] += self.weight[tree, node]
            return
        value = x[rows, self.a["nodes_featureids"][at]]
        yes = value <= np.float32(self.a["nodes_values"][at])
        if self.a["nodes_missing_value_tracks_true"][at]:
            yes |= np.isnan(value)
        self._add(tree, self.a["nodes_truenodeids"][at], x, rows[yes], raw)
        self._add(tree, self.a["nodes_falsenodeids"][at], x, rows[~yes], raw)


def golden(model, x, digest, out, random):
    """Windows as they are, with features missing and out of all bounds, and what the trainer's own trees say of them."""
    some = x[random.choice(len(x), 96, replace=False)]
    blank = some[:48].copy()
    blank[random.random(blank.shape) < 0.4] = np.nan
    wild = np.array([[np.nan] * x.shape[1], [0] * x.shape[1], [3e38] * x.shape[1], [-3e38] * x.shape[1]], np.float32)
    windows = np.concatenate([some, blank, wild])
    cases = [{"window": [None if np.isnan(v) else float(v) for v in w], "intent": round(float(p), 7)}
             for w, p in zip(windows, model.predict(windows))]
    with open(os.path.join(out, "golden", "windows.json"), "w", encoding="utf-8") as file:
        file.write('{"content_sha256": "%s", "cases": [\n' % digest)
        file.write(",\n".join(json.dumps(case) for case in cases))
        file.write("\n]}\n")
