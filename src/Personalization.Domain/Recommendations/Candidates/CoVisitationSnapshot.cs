using System.Collections.Immutable;
using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>Co-visitation as readers have it: neighbours by product number. Immutable, safe for concurrent use.</summary>
public sealed class CoVisitationSnapshot
{
    private readonly ItemTable<Row> _rows;

    private CoVisitationSnapshot(long version, ItemTable<Row> rows)
    {
        Version = version;
        _rows = rows;
    }

    /// <summary>What is known before anything is: nothing.</summary>
    public static CoVisitationSnapshot Empty { get; } = new(0, ItemTable<Row>.Empty);

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

        return new(Math.Max(Version, changes.To), _rows.With(directory, changes.Rows.Select(r => KeyValuePair.Create(r.ItemId, Bind(r, directory)))));
    }

    /// <summary>Binds rows that came before their product was in the catalogue. Cheap when there are none.</summary>
    public CoVisitationSnapshot Bind(ItemDirectory directory)
    {
        var rows = _rows.Bind(directory);
        return ReferenceEquals(rows, _rows) ? this : new(Version, rows);
    }

    /// <summary>The neighbours of a product; null when none are known.</summary>
    internal Row? Of(int item) => _rows[item];

    private static Row Bind(NeighbourRow row, ItemDirectory directory)
    {
        var (items, scores) = Bind(row.Neighbours, row.Scores, directory);
        var (next, chances) = Bind(row.Next, row.NextChances, directory);
        return new Row(items, scores, next, chances);
    }

    private static (int[] Items, ImmutableArray<float> Scores) Bind(
        ImmutableArray<string> ids, ImmutableArray<float> scores, ItemDirectory directory)
    {
        var items = new int[ids.Length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = directory.TryFind(ids[i], out var item) ? item : -1;
        }

        if (!items.Contains(-1))
        {
            return (items, scores);
        }

        var known = Enumerable.Range(0, items.Length).Where(i => items[i] >= 0).ToArray();
        return ([.. known.Select(i => items[i])], [.. known.Select(i => scores[i])]);
    }

    /// <summary>A product's neighbours, strongest first, and what comes directly after it, likeliest first.</summary>
    internal sealed record Row(int[] Items, ImmutableArray<float> Scores, int[] Next, ImmutableArray<float> Chances);
}
