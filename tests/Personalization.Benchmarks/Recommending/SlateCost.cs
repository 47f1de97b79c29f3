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

    /// <summary>Measures it on several sets of snapshots, block by block in turn, so that what else is running takes from all alike.</summary>
    /// <param name="sets">The engine's, or made of them.</param>
    /// <param name="catalogue">What shoppers turned to.</param>
    /// <param name="seed">Of their pasts.</param>
    /// <param name="now">The moment.</param>
    /// <returns>One per set, in the same order.</returns>
    public static SlateCost[] Measure(SnapshotSet[] sets, Catalogue catalogue, int seed, DateTimeOffset now)
    {
        var rng = Rng.For(seed, "pasts");
        var profiles = Enumerable.Range(0, Shoppers)
            .Select(n => Live(rng, sets[0], catalogue, now).Snapshot(UserKey.Known($"shopper-{n}"), now))
            .ToArray();
        var (recommender, workspace) = (new Recommender(new RecommenderOptions { KeepPoolFor = TimeSpan.Zero }), new RecommendWorkspace());
        var told = Array.ConvertAll(sets, static _ => new Told(new double[Blocks]));
        for (var block = -Blocks / 4; block < Blocks; block++)
        {
            for (var turn = 0; turn < sets.Length; turn++)
            {
                // Whoever comes second finds the shoppers in the caches: each is first as often as last.
                var set = (turn + Math.Abs(block)) % sets.Length;
                var (allocated, started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
                var candidates = Block(sets[set], Math.Abs(block));
                if (block >= 0)
                {
                    told[set].Micros[block] = Stopwatch.GetElapsedTime(started).TotalMicroseconds / PerBlock;
                    told[set].Bytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
                    told[set].Candidates += candidates;
                }
            }
        }

        return Array.ConvertAll(told, static one => one.ToCost());

        int Block(SnapshotSet snapshots, int block)
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

    private sealed record Told(double[] Micros)
    {
        private const double Slates = Blocks * PerBlock;

        public long Bytes { get; set; }

        public long Candidates { get; set; }

        public SlateCost ToCost()
        {
            Array.Sort(Micros);
            return new SlateCost(Micros[Blocks / 2], Micros[Blocks / 20], Bytes / Slates, Candidates / Slates);
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
        Modes = snapshots.Modes,
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
