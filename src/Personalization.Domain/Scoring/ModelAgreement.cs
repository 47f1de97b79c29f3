namespace Personalization.Domain.Scoring;

/// <summary>How a shadow version compares with the live one on the same inputs.</summary>
/// <param name="Compared">Inputs that both read.</param>
/// <param name="MeanValenceDifference">
/// Mean absolute difference of valence, [0, 2]; for the model of purchase intent of the probability, [0, 1]. 0 when none was compared.
/// </param>
/// <param name="MeanArousalDifference">Mean absolute difference of arousal, [0, 2]; 0 for models that read none.</param>
/// <param name="Disagreed">
/// Of those compared, inputs whose label differs: the polarity of a text or a voice, the likeliest emotion of a face, whether a
/// purchase is likelier than not.
/// </param>
/// <param name="Dropped">Inputs that the shadow was not shown, because as much as may wait for it waited.</param>
/// <param name="Failed">Inputs that the live version read and the shadow failed on.</param>
public sealed record ModelAgreement(
    long Compared, double MeanValenceDifference, double MeanArousalDifference, long Disagreed, long Dropped, long Failed)
{
    /// <summary>The share of those compared whose label differs, [0, 1]; 0 when none was compared.</summary>
    public double DisagreementRate => Compared == 0 ? 0 : (double)Disagreed / Compared;
}
