using System.Globalization;
using Personalization.Benchmarks.Load;

namespace Personalization.Benchmarks.Scoring;

/// <summary>What a batcher did while it was measured, and what was allocated meanwhile.</summary>
internal sealed class Work(IModelLoad load)
{
    private readonly SortedDictionary<int, long> _batches = [];

    /// <summary>Items computed.</summary>
    public long Items { get; private set; }

    /// <summary>Bytes allocated, by the callers too.</summary>
    public long Allocated { get; private set; }

    /// <summary>Items a batch.</summary>
    public double MeanBatch => (double)Items / Math.Max(1, _batches.Values.Sum());

    /// <summary>Bytes an item.</summary>
    public double AllocatedPerItem => (double)Allocated / Math.Max(1, Items);

    /// <summary>Measures, and counts what was done.</summary>
    public async Task<Measurement> CountAsync(Func<Task<Measurement>> measure)
    {
        var (before, allocated) = (load.Statistics(), GC.GetTotalAllocatedBytes());
        var measured = await measure();
        var after = load.Statistics();
        Allocated += GC.GetTotalAllocatedBytes() - allocated;
        Items += after.Computed - before.Computed;
        for (var size = 1; size < after.BatchSizes.Length; size++)
        {
            var more = after.BatchSizes[size] - before.BatchSizes[size];
            _batches[size] = _batches.GetValueOrDefault(size) + more;
        }

        return measured;
    }

    /// <summary>How many batches were how large.</summary>
    public override string ToString() => "batches by size: " + string.Join(
        ", ", _batches.Where(static each => each.Value > 0).Select(static each => string.Create(CultureInfo.InvariantCulture, $"{each.Key}×{each.Value}")));
}
