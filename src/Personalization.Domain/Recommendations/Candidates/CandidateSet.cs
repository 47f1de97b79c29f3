using System.Runtime.CompilerServices;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>The candidates of one request: each product once, only what may be shown, with the generator that found it first.</summary>
internal sealed class CandidateSet
{
    /// <summary>The most candidates of a request.</summary>
    public const int Capacity = 512;

    private const byte Blocked = 1;
    private const byte Taken = 2;

    private readonly ItemMap<byte> _state = new();
    private readonly int[] _items = new int[Capacity];
    private readonly CandidateSource[] _sources = new CandidateSource[Capacity];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many of the blocked products would have passed.</summary>
    public int BlockedPassing { get; private set; }

    public ReadOnlySpan<int> Items => _items.AsSpan(0, Count);

    public ReadOnlySpan<CandidateSource> Sources => _sources.AsSpan(0, Count);

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _state.Clear();
        Count = 0;
        BlockedPassing = 0;
    }

    /// <summary>Keeps a product out.</summary>
    public void Block(int item, in CompiledFilter filter)
    {
        ref var state = ref _state.Slot(item, out var added);
        if (added)
        {
            state = Blocked;
            BlockedPassing += filter.Passes(item) ? 1 : 0;
        }
    }

    /// <summary>Whether a product is kept out.</summary>
    public bool IsBlocked(int item) => _state[item] == Blocked;

    /// <summary>Takes a product in if it is new, not blocked and passes.</summary>
    /// <returns>Whether it was taken in.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryAdd(int item, CandidateSource source, in CompiledFilter filter)
    {
        // What does not pass leaves no trace: a narrow filter may look at all there is.
        if (Count == Capacity || !filter.Passes(item))
        {
            return false;
        }

        ref var state = ref _state.Slot(item, out var added);
        if (!added)
        {
            return false;
        }

        state = Taken;
        _items[Count] = item;
        _sources[Count++] = source;
        return true;
    }
}
