using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Rewards;

/// <summary>The last few ids of something, as hashes, oldest first: 8 bytes for each that there is.</summary>
/// <remarks>Two ids share a hash with a chance of 2⁻⁶⁴. Not safe for concurrent use; a default one is of no use.</remarks>
/// <param name="capacity">How many are remembered, 1 to 255: the oldest makes room for a new one.</param>
public struct RememberedIds(int capacity)
{
    private readonly byte _capacity = checked((byte)capacity);
    private byte _first;
    private byte _count;
    private ulong[]? _hashes;

    /// <summary>How many there are.</summary>
    public readonly int Count => _count;

    /// <summary>The hash of the id with a number, from 0 for the oldest.</summary>
    public readonly ulong this[int index] => _hashes![(_first + index) % _hashes.Length];

    /// <summary>Remembers an id.</summary>
    public void Add(string id) => Add(StableHash.Of(id));

    /// <summary>Remembers an id by its hash.</summary>
    public void Add(ulong hash)
    {
        if (_count == _capacity)
        {
            // It has grown to its full length: the newest takes the oldest's place.
            _hashes![_first] = hash;
            _first = (byte)((_first + 1) % _capacity);
            return;
        }

        // Until it is full the oldest is the first.
        if (_hashes is null || _count == _hashes.Length)
        {
            Array.Resize(ref _hashes, Math.Min(_capacity, _count + 1 + (_count / 2)));
        }

        _hashes[_count++] = hash;
    }

    /// <summary>Whether an id is among them.</summary>
    public readonly bool Contains(string id) => _count > 0 && _hashes.AsSpan(0, _count).Contains(StableHash.Of(id));
}
