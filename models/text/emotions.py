"""What the 28 labels of GoEmotions mean to the engine: weights over its ten emotions, and a place on the circumplex.

Valence and arousal are this project's own round figures in [-1, 1], placed after the circumplex model of affect
(Russell 1980) by the label's quadrant; they are a prior, not a measurement.
"""

# The order of Personalization.Domain.Scoring.Emotion.
EMOTIONS = ["neutral", "joy", "interest", "surprise", "confusion", "sadness", "anger", "fear", "disgust", "contempt"]

# label: (weights over EMOTIONS, valence, arousal)
LABELS = {
    "admiration": ({"joy": 0.8, "interest": 0.2}, 0.7, 0.3),
    "amusement": ({"joy": 1.0}, 0.7, 0.5),
    "anger": ({"anger": 1.0}, -0.8, 0.7),
    "annoyance": ({"anger": 0.8, "contempt": 0.2}, -0.6, 0.4),
    "approval": ({"joy": 0.6, "neutral": 0.4}, 0.5, 0.0),
    "caring": ({"joy": 0.7, "interest": 0.3}, 0.5, 0.0),
    "confusion": ({"confusion": 1.0}, -0.2, 0.2),
    "curiosity": ({"interest": 1.0}, 0.1, 0.3),
    "desire": ({"interest": 0.7, "joy": 0.3}, 0.4, 0.5),
    "disappointment": ({"sadness": 0.8, "anger": 0.2}, -0.6, -0.2),
    "disapproval": ({"contempt": 0.5, "anger": 0.3, "disgust": 0.2}, -0.5, 0.2),
    "disgust": ({"disgust": 1.0}, -0.8, 0.4),
    "embarrassment": ({"fear": 0.5, "sadness": 0.5}, -0.5, 0.3),
    "excitement": ({"joy": 0.7, "interest": 0.3}, 0.8, 0.8),
    "fear": ({"fear": 1.0}, -0.7, 0.7),
    "gratitude": ({"joy": 1.0}, 0.8, 0.1),
    "grief": ({"sadness": 1.0}, -0.9, -0.3),
    "joy": ({"joy": 1.0}, 0.9, 0.6),
    "love": ({"joy": 0.9, "interest": 0.1}, 0.9, 0.4),
    "nervousness": ({"fear": 1.0}, -0.4, 0.6),
    "optimism": ({"joy": 0.6, "interest": 0.4}, 0.6, 0.2),
    "pride": ({"joy": 1.0}, 0.7, 0.4),
    "realization": ({"surprise": 0.5, "neutral": 0.5}, 0.0, 0.1),
    "relief": ({"joy": 0.8, "neutral": 0.2}, 0.5, -0.3),
    "remorse": ({"sadness": 1.0}, -0.6, -0.1),
    "sadness": ({"sadness": 1.0}, -0.8, -0.4),
    "surprise": ({"surprise": 1.0}, 0.1, 0.7),
    "neutral": ({"neutral": 1.0}, 0.0, -0.1),
}

POSITIVE = {"admiration", "amusement", "approval", "caring", "desire", "excitement", "gratitude", "joy", "love",
            "optimism", "pride", "relief"}
NEGATIVE = {"anger", "annoyance", "disappointment", "disapproval", "disgust", "embarrassment", "fear", "grief",
            "nervousness", "remorse", "sadness"}


def matrix():
    """28 rows of weights over EMOTIONS, each summing to 1."""
    return [[weights.get(e, 0.0) for e in EMOTIONS] for weights, _, _ in LABELS.values()]


def valences():
    return [v for _, v, _ in LABELS.values()]


def arousals():
    return [a for _, _, a in LABELS.values()]
