using Personalization.Domain.Scoring;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Profiles;

/// <summary>
/// Makes one estimate out of what several modalities said: the exact Ornstein–Uhlenbeck Kalman filter over their cells, which
/// also learns how far each modality is off for this shopper, and doubts one that contradicts the others.
/// </summary>
/// <remarks>
/// In a cell, modality m has said ȳ = ΣV/ΣP with error variance 1/ΣP + b² (<see cref="ModalityNoise.Shared"/>: what its readings
/// there have in common), and is off by a constant of the shopper's (<see cref="ModalityNoise.Baseline"/>). All modalities of a cell
/// count as of their mean time, and share the horizon's own common error (for the long run: the mood of the day, which is not
/// disposition). Where several have spoken in a cell, each is compared with the others; by how much more they differ than their
/// errors allow (<see cref="ModalityStanding.Doubt"/>), its error variance is multiplied in later cells. And by how much more a cell's
/// readings scatter than their errors allow, all their variances are multiplied (<see cref="ScatterOf"/>): where a smile meets "I hate
/// it", nobody knows which to believe. Everything follows from the cells: any order of arrival gives the same estimate.
/// </remarks>
internal sealed class FeelingFilter
{
    private readonly double _timeConstant;
    private readonly double _common;
    private readonly double[] _shared;
    private readonly int[] _offsetOf;
    private readonly int _offsets;

    /// <summary>A filter.</summary>
    /// <param name="timeConstant">τ.</param>
    /// <param name="common">The variance that all readings of a cell share.</param>
    /// <param name="shared">b² per modality.</param>
    /// <param name="hasOffset">Whether a modality's offset is learned, per modality; null: none is.</param>
    public FeelingFilter(TimeSpan timeConstant, double common, double[] shared, bool[]? hasOffset = null)
    {
        (_timeConstant, _common, _shared) = (timeConstant.TotalSeconds, common, shared);
        _offsetOf = new int[shared.Length];
        for (var m = 0; m < shared.Length; m++)
        {
            _offsetOf[m] = hasOffset?[m] == true ? _offsets++ : -1;
        }
    }

    /// <summary>Estimates valence and arousal as of a moment, of a shopper of whose modalities nothing is known.</summary>
    public Mood Estimate(ReadOnlySpan<FeelingHistory> histories, in Mood prior, long ticks)
    {
        Span<ModalityStanding> standings = stackalloc ModalityStanding[histories.Length];
        standings.Clear();
        return Estimate(histories, in prior, ticks, standings, out _);
    }

    /// <summary>Estimates valence and arousal as of a moment.</summary>
    /// <param name="histories">One per modality, by number; empty for those that never spoke.</param>
    /// <param name="prior">Where the process rests and how far it strays.</param>
    /// <param name="ticks">The moment, in UTC ticks; what lies after it is taken as of now.</param>
    /// <param name="standings">What is known of each modality; gets what is known after.</param>
    /// <param name="contradiction">
    /// How lately two modalities contradicted each other in valence, as <see cref="ModalityFusion.Contradiction"/> has it: e^(−age/τ); 0: never.
    /// </param>
    public Mood Estimate(
        ReadOnlySpan<FeelingHistory> histories, in Mood prior, long ticks, Span<ModalityStanding> standings, out double contradiction)
    {
        contradiction = 0;
        Span<GaussianEstimate> offsets = stackalloc GaussianEstimate[_offsets];
        Span<double> room = stackalloc double[2 * OffsetFilter.Room(_offsets)];
        var valence = new OffsetFilter(prior.Valence, Offsets(standings, offsets, valence: true), room[..OffsetFilter.Room(_offsets)]);
        var arousal = new OffsetFilter(prior.Arousal, Offsets(standings, offsets, valence: false), room[OffsetFilter.Room(_offsets)..]);
        Span<int> next = stackalloc int[histories.Length];
        Span<CellReading> cell = stackalloc CellReading[histories.Length];
        Span<double> doubts = stackalloc double[histories.Length];
        next.Clear();
        var last = double.NegativeInfinity;
        for (var index = First(histories, next); index != long.MaxValue; index = First(histories, next))
        {
            // Seconds from the moment of the estimate: small numbers, whose differences are exact enough.
            var time = Math.Min(0, Take(histories, next, index, ticks, cell));
            var kept = Math.Exp((last - time) / _timeConstant);
            last = time;
            valence.Forget(kept, _common);
            arousal.Forget(kept, _common);

            // A cell is judged by what was known before it.
            for (var m = 0; m < doubts.Length; m++)
            {
                doubts[m] = standings[m].Doubt;
            }

            Compare(cell, standings, valence, valence: true);
            Compare(cell, standings, arousal, valence: false);
            contradiction = Contradicts(cell, valence) ? Math.Exp(time / _timeConstant) : contradiction;
            Measure(valence, cell, doubts, ScatterOf(cell, valence, valence: true), valence: true);
            Measure(arousal, cell, doubts, ScatterOf(cell, arousal, valence: false), valence: false);
        }

        var rest = Math.Exp(last / _timeConstant);
        valence.Forget(rest, 0);
        arousal.Forget(rest, 0);
        KeepOffsets(standings, valence, arousal);
        return new Mood(valence.Now, arousal.Now);
    }

    /// <summary>The earliest cell that has not been taken yet; <see cref="long.MaxValue"/> when all have.</summary>
    private static long First(ReadOnlySpan<FeelingHistory> histories, ReadOnlySpan<int> next)
    {
        var first = long.MaxValue;
        for (var m = 0; m < histories.Length; m++)
        {
            var cells = histories[m].Cells;
            if (next[m] < cells.Length)
            {
                first = Math.Min(first, cells[next[m]].Index);
            }
        }

        return first;
    }

    /// <summary>Takes all modalities' cells of one index.</summary>
    /// <returns>Their mean time, by the precision that shared errors leave, in seconds from the moment of the estimate.</returns>
    private double Take(ReadOnlySpan<FeelingHistory> histories, Span<int> next, long index, long ticks, Span<CellReading> taken)
    {
        double weight = 0, moment = 0, start = 0;
        for (var m = 0; m < histories.Length; m++)
        {
            taken[m] = default;
            var cells = histories[m].Cells;
            if (next[m] >= cells.Length || cells[next[m]].Index != index)
            {
                continue;
            }

            ref readonly var cell = ref cells[next[m]++];
            taken[m] = new CellReading(in cell, _shared[m]);
            var mine = taken[m].ValencePrecision + taken[m].ArousalPrecision;
            weight += mine;
            moment += mine * cell.MeanTime;
            start = ((index * histories[m].Width) - ticks) / (double)TimeSpan.TicksPerSecond;
        }

        return start + (weight > 0 ? moment / weight : 0);
    }

    private void Measure(in OffsetFilter filter, ReadOnlySpan<CellReading> cell, ReadOnlySpan<double> doubts, double scatter, bool valence)
    {
        for (var m = 0; m < cell.Length; m++)
        {
            if (cell[m].Precision(valence) is > 0 and var precision)
            {
                filter.Measure(_offsetOf[m], cell[m].Value(valence), doubts[m] * scatter / precision);
            }
        }
    }

    /// <summary>
    /// Compares each modality of a cell with the precision-weighted mean of the others. They may have spoken at different times of
    /// the cell, so what moods stray within it is allowed for on both sides.
    /// </summary>
    private void Compare(ReadOnlySpan<CellReading> cell, Span<ModalityStanding> standings, in OffsetFilter filter, bool valence)
    {
        double weights = 0, moments = 0;
        for (var m = 0; m < cell.Length; m++)
        {
            if (cell[m].Precision(valence) > 0)
            {
                var (value, variance) = WithoutOffset(cell[m], m, filter, valence);
                weights += 1 / variance;
                moments += value / variance;
            }
        }

        for (var m = 0; m < cell.Length; m++)
        {
            if (cell[m].Precision(valence) > 0 && WithoutOffset(cell[m], m, filter, valence) is var (value, variance)
                && weights - (1 / variance) is > MinimumWeight and var others)
            {
                var difference = value - ((moments - (value / variance)) / others);
                standings[m].Disagreement += difference * difference / (variance + (1 / others) + (2 * _common));
                standings[m].Comparisons++;
            }
        }
    }

    /// <summary>
    /// By how much more a cell's readings scatter than their errors allow: Birge's ratio Q/(n − 1) of Cochran's Q about their
    /// precision-weighted mean (Birge 1932, "The calculation of errors by the method of least squares"), begun at 1 with a weight
    /// of 2, in [1, 8]: readings that agree do not make each other surer than they are.
    /// </summary>
    private double ScatterOf(ReadOnlySpan<CellReading> cell, in OffsetFilter filter, bool valence)
    {
        double weights = 0, moments = 0, squares = 0;
        var spoken = 0;
        for (var m = 0; m < cell.Length; m++)
        {
            if (cell[m].Precision(valence) > 0)
            {
                var (value, variance) = WithoutOffset(cell[m], m, filter, valence);
                var weight = 1 / (variance + _common);
                weights += weight;
                moments += weight * value;
                squares += weight * value * value;
                spoken++;
            }
        }

        if (spoken < 2)
        {
            return 1;
        }

        var scatter = Math.Max(0, squares - (moments * moments / weights));
        return Math.Clamp((ScatterPrior + scatter) / (ScatterPrior + spoken - 1), 1, MostScatter);
    }

    /// <summary>Whether two readings that each carry weight lie far apart on different sides of neutral.</summary>
    private bool Contradicts(ReadOnlySpan<CellReading> cell, in OffsetFilter filter)
    {
        double total = 0, lowest = 0, highest = 0;
        foreach (ref readonly var reading in cell)
        {
            total += reading.ValencePrecision;
        }

        for (var m = 0; m < cell.Length; m++)
        {
            if (cell[m].ValencePrecision is > 0 and var precision && precision >= ModalityFusion.SomeWeight * total)
            {
                var value = WithoutOffset(cell[m], m, filter, valence: true).Value;
                lowest = Math.Min(lowest, value);
                highest = Math.Max(highest, value);
            }
        }

        return lowest < 0 && highest > 0 && highest - lowest > ModalityFusion.Contradiction;
    }

    private const double ScatterPrior = 2;
    private const double MostScatter = 8;

    /// <summary>Others that say next to nothing are nobody to compare with.</summary>
    private const double MinimumWeight = 0.1;

    private (double Value, double Variance) WithoutOffset(in CellReading reading, int m, in OffsetFilter filter, bool valence)
    {
        var offset = _offsetOf[m] >= 0 ? filter.Offset(_offsetOf[m]) : default;
        return (reading.Value(valence) - offset.Mean, (1 / reading.Precision(valence)) + offset.Variance);
    }

    private ReadOnlySpan<GaussianEstimate> Offsets(ReadOnlySpan<ModalityStanding> standings, Span<GaussianEstimate> offsets, bool valence)
    {
        for (var m = 0; m < standings.Length; m++)
        {
            if (_offsetOf[m] >= 0)
            {
                offsets[_offsetOf[m]] = valence ? standings[m].ValenceOffset : standings[m].ArousalOffset;
            }
        }

        return offsets;
    }

    private void KeepOffsets(Span<ModalityStanding> standings, in OffsetFilter valence, in OffsetFilter arousal)
    {
        for (var m = 0; m < standings.Length; m++)
        {
            if (_offsetOf[m] >= 0)
            {
                (standings[m].ValenceOffset, standings[m].ArousalOffset) = (valence.Offset(_offsetOf[m]), arousal.Offset(_offsetOf[m]));
            }
        }
    }

    /// <summary>What one modality said in a cell; precisions of 0: nothing.</summary>
    private readonly struct CellReading(in FeelingCell cell, double shared)
    {
        public double ValencePrecision { get; } = Tempered(cell.ValencePrecision, shared);

        public double ArousalPrecision { get; } = Tempered(cell.ArousalPrecision, shared);

        private double Valence { get; } = cell.ValencePrecision > 0 ? cell.ValenceMoment / cell.ValencePrecision : 0;

        private double Arousal { get; } = cell.ArousalPrecision > 0 ? cell.ArousalMoment / cell.ArousalPrecision : 0;

        public double Precision(bool valence) => valence ? ValencePrecision : ArousalPrecision;

        public double Value(bool valence) => valence ? Valence : Arousal;

        /// <summary>1/(1/p + b²): what is left of a precision when its readings share an error.</summary>
        private static double Tempered(double precision, double sharedError) => precision / (1 + (precision * sharedError));
    }
}
