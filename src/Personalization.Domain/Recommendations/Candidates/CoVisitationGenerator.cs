using System.Runtime.CompilerServices;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>What shoppers turn to together with what this one looked at: the strongest over all seeds together.</summary>
internal sealed class CoVisitationGenerator : ICandidateGenerator
{
    private const int Quota = 72;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Generate(in GenerationContext context, CandidateSet candidates)
    {
        var signals = context.Signals;
        var quota = Quota * context.Scale;
        var least = signals.Count > quota ? Threshold(signals, quota) : 0;
        for (int i = 0, taken = 0; i < signals.Count && taken < quota; i++)
        {
            var item = signals.At(i, out var signal);
            if (signal.CoVisitation > 0 && signal.Strength >= least)
            {
                taken += candidates.TryAdd(item, CandidateSource.CoVisitation, context.Filter) ? 1 : 0;
            }
        }
    }

    /// <summary>The strength that <paramref name="wanted"/> products reach.</summary>
    private static float Threshold(ItemMap<SeedSignals> signals, int wanted)
    {
        Span<float> values = stackalloc float[signals.Count];
        for (var i = 0; i < values.Length; i++)
        {
            signals.At(i, out var signal);
            values[i] = signal.Strength;
        }

        return Selection.NthLargest(values, wanted - 1);
    }
}
