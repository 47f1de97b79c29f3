"""What is served, as a network: two experts, one of them over the speaker's baseline, and how familiar the sound is."""
import torch


def constant(x):
    return torch.as_tensor(x, dtype=torch.float32)


class ExpertNetwork(torch.nn.Module):
    """Standardise, kernel against the centres, scores, calibrated probabilities of low/high arousal and three valences."""

    def __init__(self, expert):
        super().__init__()
        machine = expert.machine
        self.gamma = float(machine.gamma)
        for name, value in {
            "mean": machine.scale.mean, "deviation": machine.scale.deviation,
            "centres": machine.centres.T, "norms": (machine.centres ** 2).sum(1)[None], "weights": machine.weights[:, :5],
            "arousal_scale": expert.arousal.scale, "arousal_shift": expert.arousal.shift,
            "valence_scale": expert.valence.scale, "valence_shift": expert.valence.shift,
        }.items():
            self.register_buffer(name, constant(value))

    def forward(self, features):
        z = ((features - self.mean) / self.deviation).clamp(-4.0, 4.0)
        distances = ((z * z).sum(1, keepdim=True) + self.norms - 2 * z @ self.centres).clamp_min(0)
        scores = torch.exp(-self.gamma * distances) @ self.weights
        return (torch.softmax(scores[:, 0:2] * self.arousal_scale + self.arousal_shift, 1),
                torch.softmax(scores[:, 2:5] * self.valence_scale + self.valence_shift, 1))


class Served(torch.nn.Module):
    OUTPUTS = ["arousal", "valence", "valence_corpus", "familiarity"]

    def __init__(self, absolute, relative, familiarity, near, far, prior):
        super().__init__()
        self.absolute, self.relative = ExpertNetwork(absolute), ExpertNetwork(relative)
        self.near, self.far = float(near), float(far)
        self.reach = float(familiarity.FAR)
        for name, value in {"mean": familiarity.mean, "deviation": familiarity.deviation, "whiten": familiarity.whiten, "prior": prior}.items():
            self.register_buffer(name, constant(value))

    def forward(self, features, baseline, baseline_weight):
        known = baseline_weight.clamp(0, 1).unsqueeze(1)
        arousal, valence = self.absolute(features)
        arousal_over, valence_over = self.relative(features - baseline)
        arousal = (1 - known) * arousal + known * arousal_over
        valence = (1 - known) * valence + known * valence_over
        # As if each valence had been as frequent as the others (Saerens et al. 2002): shoppers are not three quarters angry.
        even = valence / self.prior
        z = ((features - self.mean) / self.deviation).clamp(-self.reach, self.reach) @ self.whiten
        distance = (z * z).mean(1).sqrt()
        return arousal[:, 1], even / even.sum(1, keepdim=True), valence, ((self.far - distance) / (self.far - self.near)).clamp(0, 1)
