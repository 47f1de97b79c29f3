using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using Personalization.Grains.Recommendations;

namespace Personalization.Grains.Profiles;

/// <summary>Intent where it is asked for: by the model if it answers in time, else by the rule.</summary>
public sealed partial class UserGrain
{
    /// <summary>What a model says of the session as of now, or that it was asked in vain.</summary>
    private async ValueTask<IntentReading> ReadIntentAsync(Touchpoint touchpoint, ScoringLane lane, CancellationToken cancellationToken)
    {
        var now = Now;
        if (!State.Consent.Allows(ConsentPurpose.Personalization, _services.ConsentPolicy) || State.Profile!.ReadWindow(now) is not { } window)
        {
            return default;
        }

        var features = new float[IntentFeatures.Count];
        IntentFeatures.Write(in window, now, touchpoint, features);
        var read = await _services.Intents.AskAsync(_user, features, lane, cancellationToken);
        return new IntentReading(Asked: true, read?.Probability, read?.ModelVersion ?? ShoppingSignals.IntentRule);
    }

    /// <param name="Asked">Whether there was anything to ask a model about.</param>
    /// <param name="Probability">What it said; null when it did not.</param>
    /// <param name="By">Who tells the intent then.</param>
    private readonly record struct IntentReading(bool Asked, double? Probability, string By)
    {
        /// <summary>What is known, the rule standing in for a model that did not answer; null when nothing is.</summary>
        public double? Or(double byRule) => Asked ? Probability ?? byRule : null;

        /// <summary>Says so when the rule stood in.</summary>
        public void Explain(List<DegradationMessage> degraded)
        {
            if (Asked && Probability is null)
            {
                degraded.Add(new DegradationMessage(
                    "INTENT_BY_RULE", "No model told in time how likely a purchase is: a rule's estimate was used."));
            }
        }
    }
}
