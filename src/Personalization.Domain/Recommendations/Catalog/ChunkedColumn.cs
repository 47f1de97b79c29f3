using System.Runtime.CompilerServices;

namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>
/// An immutable column in chunks of rows: a new version shares every chunk that nothing was written to, so that a change
/// costs what it touches and readers keep the version they hold.
/// </summary>
/// <typeparam name="T">What a cell holds.</typeparam>
internal sealed class ChunkedColumn<T>
{
    public const int ChunkBits = 6;
    public const int ChunkRows = 1 << ChunkBits;

    private readonly T[][] _chunks;
    private readonly int _width;

    private ChunkedColumn(T[][] chunks, int width)
    {
        _chunks = chunks;
        _width = width;
    }

    /// <summary>A column without rows.</summary>
    /// <param name="width">Cells per row.</param>
    public static ChunkedColumn<T> Empty(int width = 1) => new([], width);

    /// <summary>How many rows there is room for; rows never written hold the default.</summary>
    public int Capacity => _chunks.Length << ChunkBits;

    /// <summary>The first cell of a row.</summary>
    public ref readonly T this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _chunks[row >> ChunkBits][(row & (ChunkRows - 1)) * _width];
    }

    /// <summary>All cells of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<T> Row(int row) => _chunks[row >> ChunkBits].AsSpan((row & (ChunkRows - 1)) * _width, _width);

    /// <summary>Begins the next version.</summary>
    public Writer Edit() => new(this);

    /// <summary>Collects the writes of one version; copies a chunk at the first write to it.</summary>
    internal sealed class Writer(ChunkedColumn<T> source)
    {
        // Longer than what is in use while rows are added: growing by one chunk at a time would copy them all each time.
        private T[][] _chunks = source._chunks;
        private int _used = source._chunks.Length;
        private bool[]? _owned;

        /// <summary>A row to write to.</summary>
        public Span<T> Row(int row)
        {
            var chunk = row >> ChunkBits;
            Own(chunk);
            return _chunks[chunk].AsSpan((row & (ChunkRows - 1)) * source._width, source._width);
        }

        /// <summary>The first cell of a row, as it is now.</summary>
        public T Peek(int row) => row >> ChunkBits < _used ? _chunks[row >> ChunkBits][(row & (ChunkRows - 1)) * source._width] : default!;

        /// <summary>A row as it is now, to read.</summary>
        public ReadOnlySpan<T> PeekRow(int row) => _chunks[row >> ChunkBits].AsSpan((row & (ChunkRows - 1)) * source._width, source._width);

        /// <summary>Writes the first cell of a row.</summary>
        public void Set(int row, T value) => Row(row)[0] = value;

        /// <summary>The next version; the same object when nothing was written.</summary>
        public ChunkedColumn<T> Finish() => _owned is null ? source : new(_chunks.Length == _used ? _chunks : _chunks[.._used], source._width);

        private void Own(int chunk)
        {
            if (_owned is null)
            {
                _chunks = (T[][])_chunks.Clone();
                _owned = new bool[_chunks.Length];
            }

            if (chunk >= _chunks.Length)
            {
                var room = Math.Max(chunk + 1, 2 * _chunks.Length);
                Array.Resize(ref _chunks, room);
                Array.Resize(ref _owned, room);
            }

            for (; _used <= chunk; _used++)
            {
                _chunks[_used] = new T[ChunkRows * source._width];
                _owned[_used] = true;
            }

            if (!_owned[chunk])
            {
                _chunks[chunk] = (T[])_chunks[chunk].Clone();
                _owned[chunk] = true;
            }
        }
    }
}
