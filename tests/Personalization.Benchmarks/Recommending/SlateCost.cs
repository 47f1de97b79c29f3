using System.Diagnostics;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Grains.Snapshots;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;

namespace Personalization.Benchmarks.Recommending;

/// <summary>What a slate takes where nothing but the decision is made: one thread, the engine's own snapshots, candidates looked for anew.</summary>
/// <param name="Micros">Microseconds a slate in the median block.</param>
/// <param name="Fastest">Microseconds a slate in the block that a twentieth of all were faster than: where nobody else had the processor.</param>
/// <param name="Bytes">Bytes allocated a slate.</param>
/// <param name="Candidates">Candidates that were scored, on average.</param>
internal sealed record SlateCost(double Micros, double Fastest, double Bytes, double Candidates)
{
    private const int Shoppers = 64;
    private const int PastEvents = 24;
    private const int PerBlock = 8;
    private const int Blocks = 400;

    /// <summary>Measures it.</summary>
    /// <param name="snapshots">The engine's.</param>
    /// <param name="catalogue">What shoppers turned to.</param>
    /// <param name="seed">Of their pasts.</param>
    /// <param name="now">The moment.</param>
    public static SlateCost Measure(SnapshotSet snapshots, Catalogue catalogue, int seed, DateTimeOffset now)
    {
        var rng = Rng.For(seed, "pasts");
        var profiles = Enumerable.Range(0, Shoppers)
            .Select(n => Live(rng, snapshots, catalogue, now).Snapshot(UserKey.Known($"shopper-{n}"), now))
            .ToArray();
        var (recommender, workspace) = (new Recommender(new RecommenderOptions { KeepPoolFor = TimeSpan.Zero }), new RecommendWorkspace());
        var (micros, candidates) = (new double[Blocks], 0.0);
        for (var warm = 0; warm < Blocks / 4; warm++)
        {
            Block(warm);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var block = 0; block < Blocks; block++)
        {
            var started = Stopwatch.GetTimestamp();
            candidates += Block(block);
            micros[block] = Stopwatch.GetElapsedTime(started).TotalMicroseconds / PerBlock;
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)(Blocks * PerBlock);
        Array.Sort(micros);
        return new SlateCost(micros[Blocks / 2], micros[Blocks / 20], bytes, candidates / (Blocks * PerBlock));

        int Block(int block)
        {
            var found = 0;
            for (var n = 0; n < PerBlock; n++)
            {
                recommender.Recommend(Input(profiles[((block * PerBlock) + n) % Shoppers], $"{block}-{n}", snapshots, now), workspace);
                found += workspace.Candidates.Count;
            }

            return found;
        }
    }

    private static RecommendInput Input(ProfileSnapshot profile, string decision, SnapshotSet snapshots, DateTimeOffset now) => new()
    {
        User = profile.User,
        Shopper = ShopperView.Of(profile),
        Request = new RecommendRequest { Placement = "home", Touchpoint = Touchpoint.Home, PageSize = 10 },
        DecisionId = decision,
        Now = now,
        Catalog = snapshots.Catalog,
        Policy = snapshots.Policy,
        CoVisitation = snapshots.CoVisitation,
    };

    private static UserProfile Live(Rng rng, SnapshotSet snapshots, Catalogue catalogue, DateTimeOffset now)
    {
        var profile = new UserProfile(ProfileModel.Default);
        for (var offset = 1; offset <= PastEvents; offset++)
        {
            var item = rng.Pick(catalogue.Items);
            var action = rng.NextDouble() switch { < 0.6 => BehaviourKind.View, < 0.9 => BehaviourKind.Click, _ => BehaviourKind.AddToCart };
            var source = new ShopperEvent
            {
                EventId = $"e{offset}",
                OccurredAt = now.AddMinutes(offset - PastEvents),
                ReceivedAt = now.AddMinutes(offset - PastEvents),
                User = UserKey.Known("shopper"),
                ProductId = item.ProductId,
                Payload = new BehaviourPayload { Action = action, DwellMs = action == BehaviourKind.View ? rng.Next(30_000) : 0 },
            };
            profile.Apply(new ProfileInput(offset, source, null, snapshots.Catalog.Find(item.ProductId)));
        }

        return profile;
    }
}
