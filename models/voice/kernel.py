"""Regularised least squares with a Gaussian kernel on some of the training data (Rifkin 2002; Smola and Schoelkopf 2000)."""
import numpy as np

CLIP = 4.0


class Scale:
    """Standardises; what lies further out than CLIP deviations counts as CLIP, so that one wild number cannot decide."""

    def __init__(self, features):
        self.mean = features.mean(0)
        self.deviation = features.std(0) + 1e-6

    def __call__(self, features):
        return np.clip((features - self.mean) / self.deviation, -CLIP, CLIP)


def squared_distances(a, b):
    return np.maximum(0, (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T)


class Problem:
    """Training data whose distances to the centres serve every setting."""

    def __init__(self, features, targets, is_centre):
        self.scale = Scale(features)
        z = self.scale(features)
        self.centres = z[is_centre]
        self.targets = targets
        self.to_centres = squared_distances(z, self.centres)
        self.among = squared_distances(self.centres, self.centres)

    def solve(self, width, ridge):
        gamma = width / self.centres.shape[1]
        k = np.exp(-gamma * self.to_centres)
        share = len(self.centres) / len(k)
        left = share * (k.T @ k) + ridge * np.exp(-gamma * self.among) + 1e-6 * np.eye(len(self.centres))
        return Machine(self.scale, self.centres, gamma, np.linalg.solve(left, share * (k.T @ self.targets)))


class Machine:
    def __init__(self, scale, centres, gamma, weights):
        self.scale, self.centres, self.gamma, self.weights = scale, centres, gamma, weights

    def __call__(self, features):
        return np.exp(-self.gamma * squared_distances(self.scale(features), self.centres)) @ self.weights


class Familiarity:
    """How far features lie from those of training, per feature: Mahalanobis, the covariance shrunk towards the diagonal."""

    SHRINK = 0.1
    FAR = 10.0

    def __init__(self, features):
        self.mean, self.deviation = features.mean(0), features.std(0) + 1e-6
        z = self._z(features)
        covariance = (1 - self.SHRINK) * (z.T @ z) / len(z) + self.SHRINK * np.eye(z.shape[1])
        self.whiten = np.linalg.cholesky(np.linalg.inv(covariance))

    def _z(self, features):
        return np.clip((features - self.mean) / self.deviation, -self.FAR, self.FAR)

    def __call__(self, features):
        return np.sqrt(((self._z(features) @ self.whiten) ** 2).mean(1))
