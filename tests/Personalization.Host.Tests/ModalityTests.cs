using Personalization.Client;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Driving;
using Personalization.LoadTest.Modalities;
using Personalization.LoadTest.Reporting;

namespace Personalization.Host.Tests;

/// <summary>
/// What the demo shows of the modalities, on a small shop: each moves a profile, and what is shown next. The engine of the demo has
/// learned what to make of a calm voice or of rage clicks; this one, which has seen nobody, has not.
/// </summary>
public sealed class ModalityTests
{
    [Fact]
    public async Task Trials_OppositeFeelingsInEveryModality_MoveProfilesAndRankingsTheirWay()
    {
        using var data = new TemporaryFolder();
        await using var host = await InProcessHost.StartAsync(
            data.Path, "--Api:FaceCropDeadline", "00:00:10", "--Intent:Timeout", "00:00:10");
        using var engine = PersonalizationClient.Over(host.Channel.CreateCallInvoker());
        var catalogue = CatalogueGenerator.Make(seed: 3, 300);
        await CatalogueLoader.LoadAsync(engine, catalogue.Items.Select(static i => i.ToProduct(DateTimeOffset.UtcNow)), new RunRecord(), CancellationToken.None);

        var modalities = await new ModalityTrials(engine, catalogue, seed: 3, "t").RunAsync(CancellationToken.None);

        Assert.Equal(["behaviour", "face", "face_crop", "text", "voice"], modalities.Keys.Order(StringComparer.Ordinal));
        Assert.All(modalities, static m => Assert.True(m.Value.Difference >= ModalitySummary.LeastDifference, $"{m.Key}: {m.Value}"));
        Assert.All(modalities, static m => Assert.True(m.Value.Pleasant.ScoresMoved > m.Value.ScoresMovedByNothing, $"{m.Key}: {m.Value}"));
        foreach (var told in new[] { "text", "face", "face_crop" })
        {
            var (pleasant, unpleasant) = (modalities[told].Pleasant.Valence, modalities[told].Unpleasant.Valence);
            Assert.True(pleasant[1] > pleasant[0] && unpleasant[1] < unpleasant[0], $"{told}: {modalities[told]}");
        }

        Assert.True(modalities["voice"].Pleasant.Arousal[1] > modalities["voice"].Unpleasant.Arousal[1]);
        Assert.True(modalities["behaviour"].Pleasant.PurchaseIntent[1] > modalities["behaviour"].Pleasant.PurchaseIntent[0]);
        Assert.True(modalities["behaviour"].Unpleasant.Frustration[1] > modalities["behaviour"].Unpleasant.Frustration[0]);
        foreach (var (name, model) in new[] { ("text", "text@"), ("face_crop", "face@"), ("voice", "voice@"), ("behaviour", "behaviour@") })
        {
            Assert.StartsWith(model, modalities[name].ReadBy, StringComparison.Ordinal);
        }
    }
}
