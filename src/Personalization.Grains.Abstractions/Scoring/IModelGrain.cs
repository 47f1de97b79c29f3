using Orleans.Concurrency;
using Personalization.Domain.Scoring;

namespace Personalization.Grains.Scoring;

/// <summary>
/// Changes which versions of the scoring models read for whom, in the process that answers; see <see cref="IModelRegistry"/>.
/// Stateless; any key answers alike.
/// </summary>
[Alias("personalization.IModelGrain")]
public interface IModelGrain : IGrainWithIntegerKey
{
    /// <summary>The loaded versions, the live one of each model first.</summary>
    [AlwaysInterleave]
    [Alias("Report")]
    Task<ModelReportMessage[]> Report();

    /// <summary>Loads a version.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file, relative to the models directory.</param>
    /// <param name="cancellationToken">Gives up; nothing stays loaded.</param>
    [AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    [Alias("Load")]
    Task<ModelChangeMessage> Load(string model, string path, CancellationToken cancellationToken);

    /// <summary>Says for whom a version reads.</summary>
    /// <param name="model">The model.</param>
    /// <param name="version">name@version+hash.</param>
    /// <param name="state">Ready, shadow, canary or live.</param>
    /// <param name="share">The share of users of a canary, [0, 1].</param>
    /// <param name="cancellationToken">Gives up waiting; the change is made all the same.</param>
    [AlwaysInterleave]
    [Alias("Stage")]
    Task<ModelChangeMessage> Stage(string model, string version, ModelState state, double share, CancellationToken cancellationToken);

    /// <summary>Takes traffic from a version.</summary>
    /// <param name="model">The model.</param>
    /// <param name="version">Whose traffic; empty for the canary when there is one, else the live version.</param>
    /// <param name="cancellationToken">Gives up waiting; the change is made all the same.</param>
    [AlwaysInterleave]
    [Alias("RollBack")]
    Task<ModelChangeMessage> RollBack(string model, string version, CancellationToken cancellationToken);

    /// <summary>Lets a version go, when what it has begun is answered.</summary>
    /// <param name="model">The model.</param>
    /// <param name="version">name@version+hash.</param>
    /// <param name="cancellationToken">Gives up waiting; the version goes all the same.</param>
    [AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    [Alias("Unload")]
    Task<ModelChangeMessage> Unload(string model, string version, CancellationToken cancellationToken);
}

/// <summary>A <see cref="ModelChange"/> on its way between grains.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Problem">Why it was refused; empty when it was not.</param>
/// <param name="Model">The version after the change; null when it was refused.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.ModelChangeMessage")]
public sealed record ModelChangeMessage(
    [property: Id(0)] ModelChangeStatus Status, [property: Id(1)] string Problem, [property: Id(2)] ModelReportMessage? Model);
