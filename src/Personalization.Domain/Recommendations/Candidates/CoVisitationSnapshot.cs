using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>Co-visitation as readers have it: neighbours by product number. Immutable, safe for concurrent use.</summary>
public sealed class CoVisitationSnapshot
{
    private const int NoItem = 0;

    private readonly ItemTable<int[]> _rows;

    // By the owner's numbers: the ids, and our numbers of them plus one.
    private readonly ChunkedColumn<string?> _ids;
    private readonly ChunkedColumn<int> _items;
    private readonly int _itemless;
    private readonly int _directorySize;

    private CoVisitationSnapshot(
        long version, ItemTable<int[]> rows, ChunkedColumn<string?> ids, int knownIds, ChunkedColumn<int> items, int itemless, int directorySize)
    {
        Version = version;
        KnownIds = knownIds;
        _rows = rows;
        _ids = ids;
        _items = items;
        _itemless = itemless;
        _directorySize = directorySize;
    }

    /// <summary>What is known before anything is: nothing.</summary>
    public static CoVisitationSnapshot Empty { get; } =
        new(0, ItemTable<int[]>.Empty, ChunkedColumn<string?>.Empty(), 0, ChunkedColumn<int>.Empty(), 0, 0);

    /// <summary>The owner's version it has.</summary>
    public long Version { get; }

    /// <summary>Of how many of the owner's numbers it knows the ids.</summary>
    public int KnownIds { get; }

    /// <summary>Begins the next version.</summary>
    /// <param name="directory">The numbers of the products; later versions must come with the same directory or one grown from it.</param>
    public Editor Edit(ItemDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return new(this, directory);
    }

    /// <summary>The next version, from an owner in the same process.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="directory">As for <see cref="Edit"/>.</param>
    public CoVisitationSnapshot Follow(CoVisitation owner, ItemDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(owner);
        var (editor, changes, from) = (Edit(directory), new CoVisitationChanges(owner), 0);
        while (from >= 0)
        {
            using var part = new PooledBuffer();
            from = changes.Write(Version, editor.KnownIds, from, part);
            editor.Read(part.WrittenSpan);
        }

        return editor.Finish();
    }

    /// <summary>Binds rows that came before their product was in the catalogue. Cheap when there are none.</summary>
    public CoVisitationSnapshot Bind(ItemDirectory directory)
    {
        var rows = _rows.Bind(directory);
        return ReferenceEquals(rows, _rows) ? this : new(Version, rows, _ids, KnownIds, _items, _itemless, _directorySize);
    }

    /// <summary>The neighbours of a product; null when none are known.</summary>
    internal NeighbourView? Of(int item) => NeighbourView.Of(_rows[item]);

    /// <summary>Takes in what its owner wrote with <see cref="CoVisitationChanges"/>, part after part.</summary>
    public sealed class Editor
    {
        private readonly CoVisitationSnapshot _source;
        private readonly ItemDirectory _directory;
        private readonly List<KeyValuePair<string, int[]>> _rows = [];
        private readonly ChunkedColumn<string?>.Writer _ids;
        private readonly ChunkedColumn<int>.Writer _items;
        private int _itemless;
        private long _version;

        // A row's neighbours that have numbers of ours, and after them its next steps.
        private int[] _bound = new int[256];
        private float[] _scores = new float[256];

        internal Editor(CoVisitationSnapshot source, ItemDirectory directory)
        {
            _source = source;
            _directory = directory;
            _ids = source._ids.Edit();
            _items = source._items.Edit();
            _itemless = source._itemless;
            KnownIds = source.KnownIds;
            if (_itemless > 0 && directory.Count != source._directorySize)
            {
                FindItems();
            }
        }

        /// <summary>Of how many of the owner's numbers the ids are known so far.</summary>
        public int KnownIds { get; private set; }

        /// <summary>Reads a part.</summary>
        /// <param name="part">The part.</param>
        /// <exception cref="FormatException">The bytes are damaged or of another version of this software.</exception>
        /// <exception cref="InvalidOperationException">Changes in between are missing: ask the owner for those since the snapshot's version.</exception>
        public void Read(ReadOnlySpan<byte> part)
        {
            var reader = new StateReader(part);
            if (reader.Byte() is var format && format != CoVisitationChanges.Format)
            {
                throw new FormatException($"Co-visitation changes of format {format}; this version reads {CoVisitationChanges.Format}.");
            }

            var (since, now, firstId) = ((long)reader.UInt(), (long)reader.UInt(), reader.UInt());
            if (since > _source.Version || firstId != (ulong)KnownIds)
            {
                throw new InvalidOperationException(
                    $"The changes lead from version {since} and id {firstId} on, and this is version {_source.Version} with {KnownIds} ids.");
            }

            // The rows of later parts may be newer, and come again with the next changes.
            _version = _version == 0 ? Math.Max(now, _source.Version) : _version;
            for (var left = reader.Count(); left > 0; left--)
            {
                Name(reader.Text());
            }

            while (reader.UInt() is > 0 and var next)
            {
                _rows.Add(KeyValuePair.Create(_ids.Peek(Number(next - 1))!, ReadRow(ref reader)));
            }
        }

        /// <summary>The next version.</summary>
        public CoVisitationSnapshot Finish() => new(
            Math.Max(_version, _source.Version),
            _source._rows.With(_directory, _rows),
            _ids.Finish(),
            KnownIds,
            _items.Finish(),
            _itemless,
            _directory.Count);

        private void Name(string id)
        {
            var known = _directory.TryFind(id, out var item);
            _ids.Set(KnownIds, known ? _directory[item] : id);
            _items.Set(KnownIds++, known ? item + 1 : NoItem);
            _itemless += known ? 0 : 1;
        }

        private void FindItems()
        {
            for (var number = 0; number < KnownIds && _itemless > 0; number++)
            {
                if (_items.Peek(number) == NoItem && _directory.TryFind(_ids.Peek(number)!, out var item))
                {
                    _items.Set(number, item + 1);
                    _itemless--;
                }
            }
        }

        private int[] ReadRow(ref StateReader reader)
        {
            var neighbours = ReadScored(ref reader, 0);
            var next = ReadScored(ref reader, neighbours);
            return NeighbourView.Pack(
                _bound.AsSpan(0, neighbours), _scores.AsSpan(0, neighbours), _bound.AsSpan(neighbours, next), _scores.AsSpan(neighbours, next));
        }

        /// <summary>Reads what has a number of ours, to a place on. Returns how many there are.</summary>
        private int ReadScored(ref StateReader reader, int to)
        {
            var count = reader.Count(5);
            if (_bound.Length < to + count)
            {
                Array.Resize(ref _bound, 2 * (to + count));
                Array.Resize(ref _scores, _bound.Length);
            }

            for (var i = to; i < to + count; i++)
            {
                _bound[i] = _items.Peek(Number(reader.UInt())) - 1;
            }

            reader.Singles(_scores.AsSpan(to, count));
            var taken = to;
            for (var i = to; i < to + count; i++)
            {
                if (_bound[i] >= 0)
                {
                    (_bound[taken], _scores[taken]) = (_bound[i], _scores[i]);
                    taken++;
                }
            }

            return taken - to;
        }

        private int Number(ulong number) => number < (ulong)KnownIds
            ? (int)number
            : throw new FormatException($"A product has the number {number}, and {KnownIds} have an id.");
    }
}
