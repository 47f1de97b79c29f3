using Personalization.Domain.Products;

namespace Personalization.Domain.Profiles;

/// <summary>How drawn a shopper is to one facet, from all modalities together.</summary>
/// <param name="Kind">The facet's kind.</param>
/// <param name="Hash">Its identity: <see cref="FacetKey.Hash"/>.</param>
/// <param name="Name">Its name: <see cref="FacetKey.Name"/>.</param>
/// <param name="Mean">
/// Σw·v/(Σw + w₀), in (−1, 1): shrunk toward 0 by the prior's weight w₀ (<see cref="ProfileOptions.AffinityPriorWeight"/>).
/// </param>
/// <param name="StandardDeviation">
/// √((1 − mean²)/(Σw + w₀ + 1)), in (0, 1): that of a variable on [−1, 1] with this mean and a beta posterior of weight Σw + w₀.
/// </param>
/// <param name="Weight">Σw, decayed, not negative.</param>
public readonly record struct FacetAffinity(FacetKind Kind, ulong Hash, string Name, float Mean, float StandardDeviation, float Weight);
