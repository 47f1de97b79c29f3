using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Grains;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Snapshots;

namespace Personalization.Cluster.Tests;

/// <summary>What shoppers turn to after and before a product, and directly after it, as a silo reads it from the owner of the graph.</summary>
internal sealed record Neighbours(string[] All, string[] Next)
{
    /// <summary>Those of the products that have any, of some.</summary>
    public static async Task<Dictionary<string, Neighbours>> ReadAsync(IGrainFactory grains, params string[] ids)
    {
        var products = ItemDirectory.Empty.Edit();
        Array.ForEach(ids, id => products.Intern(id));
        var directory = products.Finish();
        var owner = grains.GetGrain<IVisitsFoldGrain>(WellKnownGrains.Default);
        var (editor, since, from) = (CoVisitationSnapshot.Empty.Edit(directory), SnapshotPosition.None, 0);
        while (from >= 0)
        {
            var part = await owner.GetNeighbours(since, editor.KnownIds, from);
            editor.Read(part.Body);
            (since, from) = (part.Position with { Version = 0 }, part.End);
        }

        var graph = editor.Finish();
        var all = new Dictionary<string, Neighbours>(StringComparer.Ordinal);
        for (var item = 0; item < ids.Length; item++)
        {
            if (graph.Of(item) is { } row)
            {
                all.Add(ids[item], new(Named(row.Items), Named(row.Next)));
            }
        }

        return all;

        string[] Named(ReadOnlySpan<int> items) => Array.ConvertAll(items.ToArray(), item => directory[item]);
    }
}
