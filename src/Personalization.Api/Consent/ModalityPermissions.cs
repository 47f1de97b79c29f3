using Personalization.Domain.Scoring;

namespace Personalization.Api.Consent;

/// <summary>Through which modalities a shopper may be understood for personalization: what the door asks of a consent record.</summary>
/// <param name="Mask">One bit per <see cref="Modality"/>.</param>
internal readonly record struct ModalityPermissions(byte Mask)
{
    /// <summary>Whether a modality may be read.</summary>
    public bool Allows(Modality modality) => (Mask & (1 << (int)modality)) != 0;
}
