namespace Personalization.Api.Ingestion.Quarantine;

/// <summary>
/// Counts by key within windows of fixed length, in fixed memory. Keys that share a slot push each other out, so a count
/// may be too small but never too large: a rule built on it may miss, and never accuses the innocent of a neighbour's deeds
/// beyond a hash collision of 32 bits.
/// </summary>
internal sealed class WindowedCounts(TimeSpan window, TimeProvider time)
{
    private const int SlotBits = 16;
    private const int StripeBits = 6;

    private readonly Slot[] _slots = new Slot[1 << SlotBits];
    private readonly Lock[] _stripes = [.. Enumerable.Range(0, 1 << StripeBits).Select(static _ => new Lock())];
    private readonly long _windowTicks = Math.Max(1, (long)(window.TotalSeconds * time.TimestampFrequency));

    /// <summary>Adds to a key's count in the present window.</summary>
    /// <param name="key">The key, well mixed.</param>
    /// <param name="amount">How much.</param>
    /// <param name="dryRun">Tells what the count would be and leaves it as it is.</param>
    /// <returns>The count with the amount.</returns>
    public int Count(int key, int amount, bool dryRun)
    {
        var present = time.GetTimestamp() / _windowTicks;
        var place = (int)((uint)key * 0x9E3779B1u >> (32 - SlotBits));
        ref var slot = ref _slots[place];
        lock (_stripes[place & ((1 << StripeBits) - 1)])
        {
            var known = slot.Key == key && slot.Window == present ? slot.Count : 0;
            if (!dryRun)
            {
                slot = new Slot(key, known + amount, present);
            }

            return known + amount;
        }
    }

    private record struct Slot(int Key, int Count, long Window);
}
