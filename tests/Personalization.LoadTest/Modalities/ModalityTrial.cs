using System.Diagnostics;
using Personalization.Client;
using Personalization.V1;

namespace Personalization.LoadTest.Modalities;

/// <summary>
/// Lets one new shopper look at a product, asks for the profile and a ranking, sends a stimulus (or nothing, as a control), and
/// asks for both again. Candidates are the same both times, and an item's score is the policy's estimate, to which no chance
/// belongs: what differs between the two comes from what was sent.
/// </summary>
internal sealed class ModalityTrial(PersonalizationClient client, IReadOnlyList<string> candidates, string productId)
{
    private static readonly TimeSpan s_catalogueWithin = TimeSpan.FromSeconds(30);

    /// <summary>Runs it.</summary>
    /// <param name="userId">A shopper whom the engine has not met.</param>
    /// <param name="stimulus">What is sent; null: nothing.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="InvalidDataException">An event was not taken, or was not wholly used.</exception>
    public async Task<TrialOutcome> RunAsync(string userId, Stimulus? stimulus, CancellationToken cancellationToken)
    {
        var session = client.OpenSession(Who.User(userId, "trial"));
        await session.SetConsentAsync(
            [new() { Modality = Modality.Face, Granted = true }, new() { Modality = Modality.Voice, Granted = true }], "1", "trial", cancellationToken);
        await SendAsync(session, [Events.View(productId, TimeSpan.FromSeconds(8))], cancellationToken);
        var before = await ReadAsync(session, cancellationToken);
        if (stimulus is not null)
        {
            await SendAsync(session, stimulus.MakeEvents(productId), cancellationToken);
        }

        var acknowledged = Stopwatch.GetTimestamp();
        var after = await ReadAsync(session, cancellationToken);
        return new TrialOutcome(before, after, Stopwatch.GetElapsedTime(acknowledged));
    }

    private static async Task SendAsync(ShopperSession session, IEnumerable<Event> events, CancellationToken cancellationToken)
    {
        foreach (var result in (await session.TrackAllAsync(events, cancellationToken)).Results)
        {
            if (result.Status != EventStatus.Accepted || result.Warnings.Count > 0)
            {
                throw new InvalidDataException($"event {result.Index} of a trial: {result.Status} {result.Reason} {string.Join(", ", result.Warnings)}".TrimEnd());
            }
        }
    }

    private async Task<ShopperReading> ReadAsync(ShopperSession session, CancellationToken cancellationToken)
    {
        // The ranking first: its time is what a shop would wait for.
        var ranked = await RankAsync(session, cancellationToken);
        var profile = await session.GetProfileAsync(cancellationToken);
        return new ShopperReading(profile, ranked.Items.ToDictionary(static i => i.ProductId, static i => i.Score, StringComparer.Ordinal));
    }

    /// <summary>Ranks the candidates, once all of them are known: a catalogue that was filled just now takes a moment to be everywhere.</summary>
    private async Task<RecommendResponse> RankAsync(ShopperSession session, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await session.RankAsync(new RankItemsRequest { ProductIds = { candidates }, Diversity = 0 }, cancellationToken);

            // Where there is no catalogue at all, none of its products is unknown, and none is ranked.
            if (answer.UnknownProductIds.Count == 0 && answer.Slate.Items.Count > 0)
            {
                return answer.Slate;
            }

            if (Stopwatch.GetElapsedTime(started) > s_catalogueWithin)
            {
                throw new InvalidDataException(
                    $"After {s_catalogueWithin.TotalSeconds:F0} s {answer.UnknownProductIds.Count} products are still unknown and {answer.Slate.Items.Count} are ranked.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
    }
}

/// <summary>What the engine makes of a shopper at a moment.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Scores">The policy's estimate for each candidate.</param>
internal sealed record ShopperReading(Profile Profile, IReadOnlyDictionary<string, double> Scores)
{
    public double Valence => Profile.Mood.Valence.Mean;

    public double Arousal => Profile.Mood.Arousal.Mean;
}

/// <summary>A shopper before and after something was sent.</summary>
/// <param name="Before">Before.</param>
/// <param name="After">After.</param>
/// <param name="Took">From the acknowledgement of what was sent until a ranking and a profile that knew of it had come.</param>
internal sealed record TrialOutcome(ShopperReading Before, ShopperReading After, TimeSpan Took)
{
    /// <summary>How far estimates moved, as a share of their size: Σ|after − before| / Σ|before|.</summary>
    public double ScoresMoved
    {
        get
        {
            double moved = 0, size = 0;
            foreach (var (id, score) in Before.Scores)
            {
                moved += Math.Abs(After.Scores.GetValueOrDefault(id, score) - score);
                size += Math.Abs(score);
            }

            return size > 0 ? moved / size : 0;
        }
    }

    /// <summary>How many of the ten best are others than before.</summary>
    public int NewAmongTen => Best(After.Scores).Except(Best(Before.Scores), StringComparer.Ordinal).Count();

    private static IEnumerable<string> Best(IReadOnlyDictionary<string, double> scores) =>
        scores.OrderByDescending(static s => s.Value).ThenBy(static s => s.Key, StringComparer.Ordinal).Take(10).Select(static s => s.Key);
}
