using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Lifecycle;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring;

/// <summary>
/// Loads and warms the models before the host is ready, and gives further versions the traffic that the configuration says: a model
/// that cannot be used stops the start, not a shopper's event.
/// </summary>
internal sealed class ScoringStartup(BatchingSentimentScorer scorer, IOptions<ScoringOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var slot in scorer.Models.Slots)
        {
            await slot.WarmUpAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var further in options.Value.Versions)
        {
            await AddAsync(scorer.Models.Slots.Single(slot => slot.Name == further.Model), further, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task AddAsync(IModelSlot slot, ModelVersionOptions further, CancellationToken cancellationToken)
    {
        var change = await slot.LoadAsync(further.FullPath, cancellationToken).ConfigureAwait(false);
        if (change.Model is { } loaded && further.State != ModelState.Ready)
        {
            change = await slot.StageAsync(loaded.Version, further.State, further.Share, cancellationToken).ConfigureAwait(false);
        }

        if (change.Status != ModelChangeStatus.Done)
        {
            throw new InvalidModelException(further.FullPath, change.Problem);
        }
    }
}
