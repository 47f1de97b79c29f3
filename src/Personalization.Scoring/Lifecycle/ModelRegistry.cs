using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Lifecycle;

/// <summary>The loaded versions of this process's models, for those who manage them.</summary>
/// <param name="models">The models.</param>
/// <param name="directory">Where files may be loaded from.</param>
internal sealed class ModelRegistry(ScoringModels models, ModelsDirectory directory) : IModelRegistry
{
    /// <inheritdoc/>
    public IReadOnlyList<ModelReport> Report() => models.Report();

    /// <inheritdoc/>
    public async Task<ModelChange> LoadAsync(string model, string path, CancellationToken cancellationToken)
    {
        if (directory.Resolve(path) is not { } file)
        {
            return ModelChange.Refused(ModelChangeStatus.PathRefused, "It must be a path below the models directory, and relative to it.");
        }

        return File.Exists(file)
            ? await SlotOf(model).LoadAsync(file, cancellationToken).ConfigureAwait(false)
            : ModelChange.Refused(ModelChangeStatus.NoSuchFile, $"There is no file '{path}' in the models directory.");
    }

    /// <inheritdoc/>
    public Task<ModelChange> StageAsync(string model, string version, ModelState state, double share, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(state, ModelState.Draining);
        if (!(share is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share is 0 to 1.");
        }

        return SlotOf(model).StageAsync(version, state, share, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ModelChange> RollBackAsync(string model, string version, CancellationToken cancellationToken) =>
        SlotOf(model).RollBackAsync(version, cancellationToken);

    /// <inheritdoc/>
    public Task<ModelChange> UnloadAsync(string model, string version, CancellationToken cancellationToken) =>
        SlotOf(model).UnloadAsync(version, cancellationToken);

    private IModelSlot SlotOf(string model) =>
        models.Slots.FirstOrDefault(slot => slot.Name == model) ?? throw new ArgumentException($"There is no model '{model}'.", nameof(model));
}
