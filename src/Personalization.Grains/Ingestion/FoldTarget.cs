using Personalization.Grains.Profiles;

namespace Personalization.Grains.Ingestion;

/// <summary>Whom a partition's contributions are for.</summary>
/// <param name="Effect">What kind of effect it learns from; null for a product.</param>
/// <param name="Key">The key of the grain.</param>
internal readonly record struct FoldTarget(UserEffectKind? Effect, string Key);
