"""What the eight emotions of FER+ mean to the engine: its own, by another name. Interest and confusion were not asked for."""

# The order of Personalization.Domain.Scoring.Emotion.
EMOTIONS = ["neutral", "joy", "interest", "surprise", "confusion", "sadness", "anger", "fear", "disgust", "contempt"]

# FER+'s emotions in the order of data.LABELS.
NAMED = ["neutral", "joy", "surprise", "sadness", "anger", "disgust", "fear", "contempt"]


def matrix():
    """8 rows of weights over EMOTIONS, each summing to 1."""
    return [[float(name == emotion) for emotion in EMOTIONS] for name in NAMED]
