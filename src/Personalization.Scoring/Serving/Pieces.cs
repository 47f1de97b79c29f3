using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Serving;

/// <summary>The inputs of a call, in the pieces in which they wait for batches.</summary>
/// <param name="questions">How many questions the call has.</param>
internal sealed class Pieces<TIn>(int questions)
{
    private readonly List<(int Place, TIn Input, int From, int Count)> _wholes = new(questions);
    private BatchItem<TIn>[] _items = new BatchItem<TIn>[questions];
    private int _count;

    /// <summary>All pieces, those of one input together.</summary>
    public ReadOnlyMemory<BatchItem<TIn>> Items => _items.AsMemory(0, _count);

    /// <summary>The inputs: the place of its question, itself, and where its pieces are.</summary>
    public IReadOnlyList<(int Place, TIn Input, int From, int Count)> Wholes => _wholes;

    /// <summary>Adds an input.</summary>
    /// <param name="place">The place of its question.</param>
    /// <param name="input">The input.</param>
    /// <param name="parts">What it is cut into; null when it goes whole.</param>
    /// <param name="whole">The input as it would wait for a batch.</param>
    public void Add(int place, TIn input, IReadOnlyList<TIn>? parts, in BatchItem<TIn> whole)
    {
        var count = parts?.Count ?? 1;
        if (_count + count > _items.Length)
        {
            Array.Resize(ref _items, Math.Max(_count + count, 2 * _items.Length));
        }

        _wholes.Add((place, input, _count, count));
        for (var i = 0; i < count; i++)
        {
            _items[_count++] = parts is null ? whole : whole with { Input = parts[i] };
        }
    }
}
