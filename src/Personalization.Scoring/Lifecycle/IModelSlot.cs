using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Lifecycle;

/// <summary>The versions of one model, and who they read for; as <see cref="IModelRegistry"/>, of which it is a part.</summary>
internal interface IModelSlot : IAsyncDisposable
{
    /// <summary>The model.</summary>
    string Name { get; }

    /// <summary>The loaded versions, the live one first.</summary>
    IReadOnlyList<ModelReport> Report();

    /// <summary>Loads a file as the live version, and throws <see cref="Onnx.InvalidModelException"/> when it cannot be used.</summary>
    void LoadLive(string path);

    /// <summary>Runs the live version once, if there is one: the first run is the slow one.</summary>
    /// <exception cref="InvalidOperationException">It fails on a plain input.</exception>
    Task WarmUpAsync(CancellationToken cancellationToken);

    /// <summary>Loads a version that reads for nobody yet.</summary>
    Task<ModelChange> LoadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Says for whom a version reads.</summary>
    Task<ModelChange> StageAsync(string version, ModelState state, double share, CancellationToken cancellationToken);

    /// <summary>Takes traffic from a canary or the live version.</summary>
    Task<ModelChange> RollBackAsync(string version, CancellationToken cancellationToken);

    /// <summary>Lets a version go.</summary>
    Task<ModelChange> UnloadAsync(string version, CancellationToken cancellationToken);
}
