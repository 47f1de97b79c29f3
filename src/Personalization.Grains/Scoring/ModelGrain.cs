using Orleans.Concurrency;
using Personalization.Domain.Scoring;

namespace Personalization.Grains.Scoring;

/// <summary>Brings changes to the models of the silo that it is on.</summary>
/// <param name="registry">The models; null where there are none.</param>
[StatelessWorker]
[Reentrant]
public sealed class ModelGrain(IModelRegistry? registry = null) : Grain, IModelGrain
{
    private static readonly ModelChange s_noModels = ModelChange.Refused(ModelChangeStatus.NotPossible, "No models are served here.");

    /// <inheritdoc/>
    public Task<ModelReportMessage[]> Report() =>
        Task.FromResult<ModelReportMessage[]>(registry is null ? [] : [.. registry.Report().Select(ModelReportMessage.From)]);

    /// <inheritdoc/>
    public Task<ModelChangeMessage> Load(string model, string path, CancellationToken cancellationToken) =>
        ToMessageAsync(registry?.LoadAsync(model, path, cancellationToken));

    /// <inheritdoc/>
    public Task<ModelChangeMessage> Stage(string model, string version, ModelState state, double share, CancellationToken cancellationToken) =>
        ToMessageAsync(registry?.StageAsync(model, version, state, share, cancellationToken));

    /// <inheritdoc/>
    public Task<ModelChangeMessage> RollBack(string model, string version, CancellationToken cancellationToken) =>
        ToMessageAsync(registry?.RollBackAsync(model, version, cancellationToken));

    /// <inheritdoc/>
    public Task<ModelChangeMessage> Unload(string model, string version, CancellationToken cancellationToken) =>
        ToMessageAsync(registry?.UnloadAsync(model, version, cancellationToken));

    private static async Task<ModelChangeMessage> ToMessageAsync(Task<ModelChange>? changing)
    {
        var change = changing is null ? s_noModels : await changing;
        return new ModelChangeMessage(change.Status, change.Problem, change.Model is null ? null : ModelReportMessage.From(change.Model));
    }
}
