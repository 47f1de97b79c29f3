using Personalization.Client;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Reporting;
using Personalization.V1;

namespace Personalization.LoadTest.Modalities;

/// <summary>
/// Shows that every modality counts: for each, two new shoppers who are alike but for one feeling, and how far the engine tells
/// them apart in their profiles and in what it would show them next.
/// </summary>
internal sealed class ModalityTrials(PersonalizationClient client, Catalogue catalogue, int seed, string runId)
{
    private const int Candidates = 80;

    /// <summary>Runs all of them, one after the other.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>By modality.</returns>
    /// <exception cref="InvalidDataException">An event was not taken, or was not wholly used.</exception>
    public async Task<IReadOnlyDictionary<string, ModalitySummary>> RunAsync(CancellationToken cancellationToken)
    {
        var rng = Rng.For(seed, "trials");
        var product = rng.Pick(catalogue.Items.Where(static i => i.InStock).ToArray());
        var trial = new ModalityTrial(client, PickCandidates(rng, product), product.ProductId);
        var unmoved = await trial.RunAsync($"trial-{runId}-control", stimulus: null, cancellationToken);
        var summaries = new Dictionary<string, ModalitySummary>(StringComparer.Ordinal);
        foreach (var pair in Stimuli.All(seed))
        {
            var pleasant = await trial.RunAsync($"trial-{runId}-{pair.Modality}-1", pair.Pleasant, cancellationToken);
            var unpleasant = await trial.RunAsync($"trial-{runId}-{pair.Modality}-2", pair.Unpleasant, cancellationToken);
            summaries.Add(pair.Modality, new ModalitySummary(
                await ReadByAsync(pair, pleasant, product, cancellationToken),
                Summarise(pair.Pleasant, pleasant),
                Summarise(pair.Unpleasant, unpleasant),
                Summary.Finite(unmoved.ScoresMoved)));
        }

        return summaries;
    }

    /// <summary>The product's own family, and some of everything else.</summary>
    private List<string> PickCandidates(Rng rng, Item product)
    {
        var kin = catalogue.ByFamily[product.FamilyIndex].Where(static i => i.InStock).Take(Candidates / 4).Select(static i => i.ProductId).ToHashSet(StringComparer.Ordinal);
        while (kin.Count < Math.Min(Candidates, catalogue.Items.Length / 2))
        {
            kin.Add(rng.Pick(catalogue.Items).ProductId);
        }

        kin.Remove(product.ProductId);
        return [.. kin.Order(StringComparer.Ordinal)];
    }

    /// <summary>The model that reads the pair's feeling; where none is read from clicks, the one that tells how near a purchase is.</summary>
    private async Task<string> ReadByAsync(StimulusPair pair, TrialOutcome outcome, Item product, CancellationToken cancellationToken)
    {
        var sent = pair.Pleasant.MakeEvents(product.ProductId).First();
        if (sent.PayloadCase == Event.PayloadOneofCase.Behaviour)
        {
            return outcome.After.Profile.PurchaseIntentBy;
        }

        var payload = new Scorable();
        switch (sent.PayloadCase)
        {
            case Event.PayloadOneofCase.ArFrames:
                payload.ArFrames = sent.ArFrames;
                break;
            case Event.PayloadOneofCase.VoiceSegment:
                payload.VoiceSegment = sent.VoiceSegment;
                break;
            default:
                payload.TextFeedback = sent.TextFeedback;
                break;
        }

        var answer = await client.Sentiments.ScoreAsync(new ScoreRequest { Payload = payload, Owner = "trial" }, cancellationToken: cancellationToken);
        return answer.Sentiment.Sentiment?.ModelVersion ?? string.Empty;
    }

    private static StimulusSummary Summarise(Stimulus stimulus, TrialOutcome outcome)
    {
        var (before, after) = (outcome.Before, outcome.After);
        return new StimulusSummary(
            stimulus.Sent,
            [Summary.Finite(before.Valence, 4), Summary.Finite(after.Valence, 4)],
            [Summary.Finite(before.Arousal, 4), Summary.Finite(after.Arousal, 4)],
            [Summary.Finite(before.Profile.PurchaseIntent, 4), Summary.Finite(after.Profile.PurchaseIntent, 4)],
            [Summary.Finite(before.Profile.Frustration, 4), Summary.Finite(after.Profile.Frustration, 4)],
            Summary.Finite(outcome.ScoresMoved),
            outcome.NewAmongTen,
            Summary.Finite(outcome.Took.TotalMilliseconds, 2));
    }
}
