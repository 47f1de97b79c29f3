namespace Personalization.Domain.Profiles;

/// <summary>
/// What one modality said within one cell of time, in information form: sums of precisions and of precision-weighted
/// values, which add in any order.
/// </summary>
internal struct FeelingCell
{
    /// <summary>Which cell: floor(time / width), from the beginning of the calendar.</summary>
    public long Index;

    /// <summary>Σ 1/r over valence readings of error variance r.</summary>
    public double ValencePrecision;

    /// <summary>Σ v/r.</summary>
    public double ValenceMoment;

    /// <summary>Σ 1/r over arousal readings.</summary>
    public double ArousalPrecision;

    /// <summary>Σ a/r.</summary>
    public double ArousalMoment;

    /// <summary>Σ of time into the cell, in seconds, by the precision of valence and arousal together.</summary>
    public double TimeMoment;

    /// <summary>When, on average, in seconds into the cell.</summary>
    public readonly double MeanTime =>
        ValencePrecision + ArousalPrecision is > 0 and var precision ? TimeMoment / precision : 0;

    /// <summary>Adds what another cell of the same index holds.</summary>
    public void Add(in FeelingCell other)
    {
        ValencePrecision += other.ValencePrecision;
        ValenceMoment += other.ValenceMoment;
        ArousalPrecision += other.ArousalPrecision;
        ArousalMoment += other.ArousalMoment;
        TimeMoment += other.TimeMoment;
    }
}
