"""Reads clickstream sessions and makes of them what the engine knows of a visit: see the mapping in the model card."""
import csv
import hashlib
import os
import subprocess

import numpy as np

# In the order of the model's input: Personalization.Domain.Profiles.IntentFeature.
FEATURES = ["product_pages", "product_minutes", "other_pages", "other_minutes", "purchase_path", "month", "weekend", "returning"]
PURCHASE_PATH = FEATURES.index("purchase_path")
MONTH = FEATURES.index("month")

# The engine's session decays: ProfileOptions.ShortTimeConstant, and ShoppingSignals.MaxDwellMinutes per page.
TIME_CONSTANT_MINUTES = 20.0
MAX_DWELL_MINUTES = 3.0

MONTHS = {m: i + 1 for i, m in enumerate(
    ["Jan", "Feb", "Mar", "Apr", "May", "June", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"])}
VISITORS = {"New_Visitor": 0.0, "Returning_Visitor": 1.0}
RAW = ["Administrative", "Administrative_Duration", "Informational", "Informational_Duration", "ProductRelated",
       "ProductRelated_Duration", "BounceRates", "ExitRates", "PageValues", "SpecialDay", "OperatingSystems", "Browser",
       "Region", "TrafficType"]


class Sessions:
    """x: [n, 8] as the engine knows them; raw: all that the shop's analytics knew; y: whether the session ended in a purchase."""

    def __init__(self, rows):
        number = {name: np.array([float(r[name]) for r in rows]) for name in RAW}
        self.month = np.array([MONTHS[r["Month"]] for r in rows], float)
        weekend = np.array([r["Weekend"] == "TRUE" for r in rows], float)
        returning = np.array([VISITORS.get(r["VisitorType"], np.nan) for r in rows])
        self.y = np.array([r["Revenue"] == "TRUE" for r in rows]).astype(int)
        self.keys = ["|".join(r.values()) for r in rows]
        self.raw = np.stack([*number.values(), self.month, weekend, returning], 1).astype(np.float32)
        self.page_values = number["PageValues"]

        other = number["Administrative"] + number["Informational"]
        other_minutes = (number["Administrative_Duration"] + number["Informational_Duration"]) / 60
        product, product_minutes = number["ProductRelated"], number["ProductRelated_Duration"] / 60
        left = decay_left(other_minutes + product_minutes)
        # Serving computes in 32 bits: so is trained.
        self.x = np.stack([
            product * left, np.minimum(product_minutes, MAX_DWELL_MINUTES * product) * left,
            other * left, np.minimum(other_minutes, MAX_DWELL_MINUTES * other) * left,
            self.page_values > 0, self.month, weekend, returning], 1).astype(np.float32)


def decay_left(minutes):
    """What is left at a session's end of counts that came evenly over so many minutes and decay all the while:
    (1 - exp(-T/tau)) / (T/tau)."""
    t = np.maximum(minutes, 1e-6) / TIME_CONSTANT_MINUTES
    return -np.expm1(-t) / t


def load(archives, into):
    path = os.path.join(into, "rec", "online_shoppers.csv")
    if not os.path.exists(path):
        os.makedirs(into, exist_ok=True)
        subprocess.check_call(["tar", "xJf", os.path.join(archives, "rec.tar.xz"), "-C", into, "rec/online_shoppers.csv"])
    with open(path, encoding="utf-8") as file:
        return Sessions(list(csv.DictReader(file)))


def folds(sessions, repeat, count=5):
    """A fold number per session, from its content alone: sessions that are equal in everything are never held apart."""
    digests = [hashlib.sha256(f"{repeat}|{key}".encode()).hexdigest() for key in sessions.keys]
    return np.array([int(d[:8], 16) % count for d in digests])
