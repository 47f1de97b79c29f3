using Personalization.Domain.Statistics;

namespace Personalization.Domain.Profiles;

/// <summary>
/// Makes one estimate out of what several modalities said: the exact Ornstein–Uhlenbeck Kalman filter over their cells.
/// </summary>
/// <remarks>
/// In a cell, modality m has said ȳ = ΣV/ΣP with error variance 1/ΣP + b², b being what its readings there have in common
/// (<see cref="ModalityNoise.Shared"/>). The modalities of a cell are pooled by precision at their mean time, to which the
/// horizon's own common error is added (for the long run: the mood of the day, which is not disposition), and that is one
/// measurement for the filter.
/// </remarks>
/// <param name="timeConstant">τ.</param>
/// <param name="common">The variance that all readings of a cell share.</param>
/// <param name="shared">b² per modality.</param>
internal sealed class FeelingFilter(TimeSpan timeConstant, double common, double[] shared)
{
    private readonly double _timeConstant = timeConstant.TotalSeconds;

    /// <summary>Estimates valence and arousal as of a moment.</summary>
    /// <param name="histories">One per modality, by number; null for those that never spoke.</param>
    /// <param name="prior">Where the process rests and how far it strays.</param>
    /// <param name="ticks">The moment, in UTC ticks; what lies after it is taken as of now.</param>
    public Mood Estimate(ReadOnlySpan<FeelingHistory?> histories, in Mood prior, long ticks)
    {
        var valence = new OrnsteinUhlenbeckFilter(prior.Valence.Mean, prior.Valence.Variance, _timeConstant);
        var arousal = new OrnsteinUhlenbeckFilter(prior.Arousal.Mean, prior.Arousal.Variance, _timeConstant);
        Span<int> next = stackalloc int[histories.Length];
        next.Clear();
        var last = double.NegativeInfinity;
        for (var index = First(histories, next); index != long.MaxValue; index = First(histories, next))
        {
            var pool = Pool(histories, next, index, out var width);

            // Seconds from the moment of the estimate: small numbers, whose differences are exact enough.
            var start = ((index * width) - ticks) / (double)TimeSpan.TicksPerSecond;
            var time = Math.Min(0, start + pool.MeanTime);
            Pass(time);
            if (pool.ValencePrecision > 0)
            {
                valence.Measure(pool.ValenceMoment / pool.ValencePrecision, (1 / pool.ValencePrecision) + common);
            }

            if (pool.ArousalPrecision > 0)
            {
                arousal.Measure(pool.ArousalMoment / pool.ArousalPrecision, (1 / pool.ArousalPrecision) + common);
            }
        }

        Pass(0);
        return new Mood(valence.Now, arousal.Now);

        void Pass(double time)
        {
            var kept = Math.Exp((last - time) / _timeConstant);
            valence.Forget(kept);
            arousal.Forget(kept);
            last = time;
        }
    }

    /// <summary>The earliest cell that has not been taken yet; <see cref="long.MaxValue"/> when all have.</summary>
    private static long First(ReadOnlySpan<FeelingHistory?> histories, ReadOnlySpan<int> next)
    {
        var first = long.MaxValue;
        for (var m = 0; m < histories.Length; m++)
        {
            if (histories[m] is { } history && next[m] < history.Cells.Length)
            {
                first = Math.Min(first, history.Cells[next[m]].Index);
            }
        }

        return first;
    }

    /// <summary>Takes all modalities' cells of one index and pools them by the precision that their shared errors leave.</summary>
    private FeelingCell Pool(ReadOnlySpan<FeelingHistory?> histories, Span<int> next, long index, out long width)
    {
        var pool = default(FeelingCell);
        width = 0;
        for (var m = 0; m < histories.Length; m++)
        {
            if (histories[m] is not { } history || next[m] >= history.Cells.Length || history.Cells[next[m]].Index != index)
            {
                continue;
            }

            ref readonly var cell = ref history.Cells[next[m]++];
            width = history.Width;
            var valence = Tempered(cell.ValencePrecision, shared[m]);
            var arousal = Tempered(cell.ArousalPrecision, shared[m]);
            pool.ValencePrecision += valence;
            pool.ArousalPrecision += arousal;
            pool.ValenceMoment += valence == 0 ? 0 : valence * (cell.ValenceMoment / cell.ValencePrecision);
            pool.ArousalMoment += arousal == 0 ? 0 : arousal * (cell.ArousalMoment / cell.ArousalPrecision);
            pool.TimeMoment += (valence + arousal) * cell.MeanTime;
        }

        return pool;
    }

    /// <summary>1/(1/p + b²): what is left of a precision when its readings share an error.</summary>
    private static double Tempered(double precision, double sharedError) => precision / (1 + (precision * sharedError));
}
