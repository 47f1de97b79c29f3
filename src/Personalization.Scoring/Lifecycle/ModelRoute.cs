using System.Collections.Immutable;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Lifecycle;

/// <summary>Which version reads for whom: an immutable snapshot, replaced as a whole.</summary>
/// <param name="Live">Reads for everybody whom no canary reads for; null before there is one.</param>
/// <param name="Canary">Reads for a share of users; null when there is none.</param>
/// <param name="Shadows">Read what others read, for nobody.</param>
internal sealed record ModelRoute<TQuestion, TAnswer>(
    ModelVersion<TQuestion, TAnswer>? Live, Canary<TQuestion, TAnswer>? Canary, ImmutableArray<Shadow<TQuestion, TAnswer>> Shadows)
{
    /// <summary>Nobody reads.</summary>
    public static ModelRoute<TQuestion, TAnswer> Empty { get; } = new(null, null, []);

    /// <summary>Takes leases on the versions that answer; false when one of them is gone, and then the snapshot is an old one.</summary>
    public bool TryEnter()
    {
        if (Live is null || !Live.Leases.TryEnter())
        {
            return false;
        }

        if (Canary is null || Canary.Version.Leases.TryEnter())
        {
            return true;
        }

        Live.Leases.Leave();
        return false;
    }

    /// <summary>Gives back the leases.</summary>
    public void Leave()
    {
        Live!.Leases.Leave();
        Canary?.Version.Leases.Leave();
    }

    /// <summary>The shadow that a version is; null when it is none.</summary>
    public Shadow<TQuestion, TAnswer>? ShadowOf(ModelVersion<TQuestion, TAnswer> version) =>
        Shadows.FirstOrDefault(shadow => shadow.Version == version);

    /// <summary>For whom a version reads, as far as it is up to the route.</summary>
    public ModelState StateOf(ModelVersion<TQuestion, TAnswer> version) =>
        version == Live ? ModelState.Live
        : version == Canary?.Version ? ModelState.Canary
        : ShadowOf(version) is null ? ModelState.Ready : ModelState.Shadow;

    /// <summary>The share of users that a version reads for, [0, 1].</summary>
    public double ShareOf(ModelVersion<TQuestion, TAnswer> version) =>
        version == Live ? 1 - (Canary?.Share ?? 0) : version == Canary?.Version ? Canary.Share : 0;

    /// <summary>The route without a version as canary or shadow.</summary>
    public ModelRoute<TQuestion, TAnswer> Without(ModelVersion<TQuestion, TAnswer> version) => this with
    {
        Canary = Canary?.Version == version ? null : Canary,
        Shadows = Shadows.RemoveAll(shadow => shadow.Version == version),
    };
}
