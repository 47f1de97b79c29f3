using System.Collections.Immutable;
using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>Co-visitation as readers have it: neighbours by product number. Immutable, safe for concurrent use.</summary>
public sealed class CoVisitationSnapshot
{
    private readonly ItemTable<int[]> _rows;

    private CoVisitationSnapshot(long version, ItemTable<int[]> rows)
    {
        Version = version;
        _rows = rows;
    }

    /// <summary>What is known before anything is: nothing.</summary>
    public static CoVisitationSnapshot Empty { get; } = new(0, ItemTable<int[]>.Empty);

    /// <summary>The owner's version it has.</summary>
    public long Version { get; }

    /// <summary>The next version.</summary>
    /// <param name="changes">Changes from this version, or an earlier one, on.</param>
    /// <param name="directory">The numbers of the products; later versions must come with the same directory or one grown from it.</param>
    /// <exception cref="InvalidOperationException">Changes in between are missing: ask the owner for those since <see cref="Version"/>.</exception>
    public CoVisitationSnapshot With(CoVisitationChanges changes, ItemDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(directory);
        if (changes.From > Version)
        {
            throw new InvalidOperationException($"The changes lead from version {changes.From} on and this is version {Version}.");
        }

        var room = new Room();
        return new(Math.Max(Version, changes.To), _rows.With(directory, changes.Rows.Select(r => KeyValuePair.Create(r.ItemId, Bind(r, directory, room)))));
    }

    /// <summary>Binds rows that came before their product was in the catalogue. Cheap when there are none.</summary>
    public CoVisitationSnapshot Bind(ItemDirectory directory)
    {
        var rows = _rows.Bind(directory);
        return ReferenceEquals(rows, _rows) ? this : new(Version, rows);
    }

    /// <summary>The neighbours of a product; null when none are known.</summary>
    internal NeighbourView? Of(int item) => NeighbourView.Of(_rows[item]);

    private static int[] Bind(NeighbourRow row, ItemDirectory directory, Room room)
    {
        var neighbours = room.Bind(row.Neighbours, row.Scores, directory, 0);
        var next = room.Bind(row.Next, row.NextChances, directory, neighbours);
        return NeighbourView.Pack(
            room.Items.AsSpan(0, neighbours),
            room.Scores.AsSpan(0, neighbours),
            room.Items.AsSpan(neighbours, next),
            room.Scores.AsSpan(neighbours, next));
    }

    /// <summary>Where the neighbours of a row are gathered whose products have numbers; for one row after another.</summary>
    private sealed class Room
    {
        public int[] Items { get; private set; } = new int[256];

        public float[] Scores { get; private set; } = new float[256];

        /// <summary>Writes what has a number, from a place on. Returns how many there are.</summary>
        public int Bind(ImmutableArray<string> ids, ImmutableArray<float> scores, ItemDirectory directory, int from)
        {
            if (Items.Length < from + ids.Length)
            {
                var (items, values) = (Items, Scores);
                Array.Resize(ref items, 2 * (from + ids.Length));
                Array.Resize(ref values, items.Length);
                (Items, Scores) = (items, values);
            }

            var taken = 0;
            for (var i = 0; i < ids.Length; i++)
            {
                if (directory.TryFind(ids[i], out var item))
                {
                    (Items[from + taken], Scores[from + taken]) = (item, scores[i]);
                    taken++;
                }
            }

            return taken;
        }
    }
}
