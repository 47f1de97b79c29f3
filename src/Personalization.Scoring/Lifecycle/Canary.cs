using Personalization.Domain.Ingestion;

namespace Personalization.Scoring.Lifecycle;

/// <summary>A version that reads for a share of users.</summary>
/// <param name="Version">The version.</param>
/// <param name="Share">The share of users, [0, 1].</param>
/// <remarks>
/// Each user has a number in [0, 1) that never changes while the version is the same, and is the canary's when it lies below the
/// share: so a user stays with one version, and a larger share only adds users.
/// </remarks>
internal sealed record Canary<TQuestion, TAnswer>(ModelVersion<TQuestion, TAnswer> Version, double Share)
{
    /// <summary>Whether it reads for a user.</summary>
    /// <param name="owner">The <see cref="StableHash"/> of the user's key.</param>
    public bool Covers(ulong owner) => StableHash.ToUnit(StableHash.Salted(owner, Version.Salt)) < Share;
}
