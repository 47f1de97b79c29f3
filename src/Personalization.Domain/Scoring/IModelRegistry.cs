namespace Personalization.Domain.Scoring;

/// <summary>
/// The loaded versions of the scoring models of this process, and for whom each reads. Changes last as long as the process does.
/// </summary>
/// <remarks>
/// Of each model at most one version is live and at most one a canary. A payload that one version began to read is read by it to
/// the end, whatever changes meanwhile.
/// </remarks>
public interface IModelRegistry
{
    /// <summary>The loaded versions, the live one of each model first.</summary>
    IReadOnlyList<ModelReport> Report();

    /// <summary>Loads a version, checks it and warms it up. It then is <see cref="ModelState.Ready"/> and reads for nobody.</summary>
    /// <param name="model">One of <see cref="ModelNames.All"/>.</param>
    /// <param name="path">The file, relative to the models directory.</param>
    /// <param name="cancellationToken">Gives up; nothing stays loaded.</param>
    /// <returns>The version; the one that is there already when the same content was loaded before.</returns>
    Task<ModelChange> LoadAsync(string model, string path, CancellationToken cancellationToken);

    /// <summary>Says for whom a loaded version reads from now on.</summary>
    /// <param name="model">One of <see cref="ModelNames.All"/>.</param>
    /// <param name="version"><c>name@version+hash</c>.</param>
    /// <param name="state">Any but <see cref="ModelState.Draining"/>.</param>
    /// <param name="share">The share of users of a canary, [0, 1]; ignored otherwise.</param>
    /// <param name="cancellationToken">Gives up waiting for what is under way; the change is made all the same.</param>
    Task<ModelChange> StageAsync(string model, string version, ModelState state, double share, CancellationToken cancellationToken);

    /// <summary>
    /// Takes traffic from a version at once: a canary's users go back to the live version, a live version's to the one that was live before.
    /// </summary>
    /// <param name="model">One of <see cref="ModelNames.All"/>.</param>
    /// <param name="version">
    /// Whose traffic to take; nothing changes when it has none. Empty for the canary when there is one, else the live version.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; the change is made all the same.</param>
    /// <returns>The version that is live now.</returns>
    Task<ModelChange> RollBackAsync(string model, string version, CancellationToken cancellationToken);

    /// <summary>Takes a version that is not live from its users, waits for what it has begun, and lets it go.</summary>
    /// <param name="model">One of <see cref="ModelNames.All"/>.</param>
    /// <param name="version"><c>name@version+hash</c>.</param>
    /// <param name="cancellationToken">Gives up waiting; the version goes all the same.</param>
    /// <returns>The version as it was last.</returns>
    Task<ModelChange> UnloadAsync(string model, string version, CancellationToken cancellationToken);
}
