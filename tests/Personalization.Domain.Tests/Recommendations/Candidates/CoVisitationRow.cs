using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Candidates;

/// <summary>What readers of co-visitation get of a product, by name.</summary>
internal sealed record CoVisitationRow(string ItemId, string[] Neighbours, float[] Scores, string[] Next, float[] NextChances)
{
    /// <summary>The rows of a reader with a directory of all products of the owner, in the owner's order.</summary>
    public static CoVisitationRow[] Of(CoVisitation owner)
    {
        var directory = DirectoryOf(owner.Nodes.Select(static n => n.ItemId));
        return Of(CoVisitationSnapshot.Empty.Follow(owner, directory), directory);
    }

    /// <summary>The rows of a reader.</summary>
    public static CoVisitationRow[] Of(CoVisitationSnapshot reader, ItemDirectory directory)
    {
        var rows = new List<CoVisitationRow>();
        for (var item = 0; item < directory.Count; item++)
        {
            if (reader.Of(item) is { } row)
            {
                rows.Add(new(directory[item], Named(row.Items), row.Scores.ToArray(), Named(row.Next), row.Chances.ToArray()));
            }
        }

        return [.. rows];

        string[] Named(ReadOnlySpan<int> items) => Array.ConvertAll(items.ToArray(), item => directory[item]);
    }

    /// <summary>The row of one product.</summary>
    public static CoVisitationRow Of(CoVisitation owner, string id) => Of(owner).Single(row => row.ItemId == id);

    /// <summary>A directory of some products.</summary>
    public static ItemDirectory DirectoryOf(IEnumerable<string> ids)
    {
        var writer = ItemDirectory.Empty.Edit();
        foreach (var id in ids)
        {
            writer.Intern(id);
        }

        return writer.Finish();
    }
}
