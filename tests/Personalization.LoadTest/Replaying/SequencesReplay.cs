using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Personalization.Client;
using Personalization.LoadTest.Commands;
using Personalization.LoadTest.Driving;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Replaying.Baselines;
using Personalization.LoadTest.Reporting;
using Personalization.LoadTest.Serving;
using Personalization.V1;

namespace Personalization.LoadTest.Replaying;

/// <summary>
/// Sends what each user bought, in order and without the last, then asks for ten recommendations and looks for the last one
/// among them: beside what well-known baselines find for the same users. None may show what a user has bought already.
/// </summary>
internal sealed class SequencesReplay(DemoOptions options, PersonalizationClient client, ServerAddresses server)
{
    private const int Slots = 10;
    private const int MaxExcluded = 1000;
    private static readonly TimeSpan FreshWithin = TimeSpan.FromMinutes(1);

    // What is folded in is in every silo's snapshots a little later: partitions pass on what they have gathered with their next
    // tick, and silos look every second and rest for two at most. An answer before that says nothing, for it is not stale yet.
    private static readonly TimeSpan FollowedWithin = TimeSpan.FromSeconds(5);
    private readonly RunRecord _record = new();
    private readonly string _run = $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds():x}";
    private readonly NextItemScore _engine = new();
    private Purchases? _purchases;
    private readonly Dictionary<string, NextItemScore> _baselines = new(StringComparer.Ordinal);

    public async Task<Summary> RunAsync(string file, CancellationToken cancellationToken)
    {
        var users = SequenceFile.Read(file);
        var say = options.Json ? Console.Error : Console.Out;
        await say.WriteLineAsync($"{users.Count:N0} users of {file}, the last item of each withheld; engine at {server.Grpc}");
        var items = users.SelectMany(u => u.Items).Distinct(StringComparer.Ordinal).ToArray();
        await CatalogueLoader.LoadAsync(client, Products(items, SequenceFile.ReadAttributes(file)), _record, cancellationToken);
        var progress = new ReplayProgress(say, TimeProvider.System);
        var total = users.Sum(static u => (long)u.Seen.Length);
        var timing = await EventReplay.RunAsync(client, users.SelectMany(ToEvents), total, _record, progress, cancellationToken);
        var sample = Sample(users);
        await progress.DuringAsync(
            AskAsync(sample, cancellationToken),
            () => $"{_record.Recommendations:N0} of {sample.Length:N0} users asked about");
        Array.ForEach(Baselines(users), baseline => _baselines.Add(baseline.Name, Judge(baseline, users, sample)));
        var status = await client.Operations.GetServerStatusAsync(new GetServerStatusRequest(), cancellationToken: cancellationToken);
        return SimulationSummary.Common("sequences", options, status, _record, timing.Acknowledged, _record.EventsAcknowledged) with
        {
            Replay = new ReplaySummary
            {
                File = Path.GetFileName(file),
                Format = "sequences",
                Events = total,
                Users = users.Count,
                Products = items.Length,
                AcknowledgedAfterSeconds = Math.Round(timing.Acknowledged.TotalSeconds, 3),
                AppliedAfterSeconds = timing.Applied is { } applied ? Math.Round(applied.TotalSeconds, 3) : null,
                UsersAsked = sample.Length,
                EngineHitRate10 = _engine.HitRate(),
                EngineNdcg10 = _engine.Ndcg(Rng.For(options.Seed, "ndcg")),
                PopularityHitRate10 = _baselines["popularity"].HitRate(),
                PopularityNdcg10 = _baselines["popularity"].Ndcg(Rng.For(options.Seed, "ndcg")),
                Baselines = _baselines.ToDictionary(
                    static b => b.Key, b => new NextItemSummary(b.Value.HitRate(), b.Value.Ndcg(Rng.For(options.Seed, "ndcg")))),
            },
        };
    }

    private static IEnumerable<Product> Products(string[] items, IReadOnlyDictionary<string, int[]> attributes) => items.Select(item =>
    {
        var product = new Product { ProductId = IdOf(item), Title = $"Beauty {item}", InStock = true };
        product.CategoryPath.Add("beauty");
        foreach (var attribute in attributes.GetValueOrDefault(item, []).Take(64))
        {
            product.Attributes[$"tag-{attribute}"] = "yes";
        }

        return product;
    });

    private static string IdOf(string item) => $"b-{item}";

    private string UserOf(UserSequence user) => $"buyer-{_run}-{user.User}";

    private IEnumerable<Event> ToEvents(UserSequence user)
    {
        for (var i = 0; i < user.Seen.Length; i++)
        {
            var purchase = Events.Did(BehaviourAction.Purchase, IdOf(user.Items[i]), Touchpoint.Checkout);
            purchase.EventId = $"{UserOf(user)}-{i}";
            purchase.Shopper = Who.User(UserOf(user));
            purchase.OccurredAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow);
            yield return purchase;
        }
    }

    private UserSequence[] Sample(IReadOnlyList<UserSequence> users)
    {
        var shuffled = users.ToArray();
        Rng.For(options.Seed, "sample").Shuffle<UserSequence>(shuffled);
        return [.. shuffled.Take(options.Sample)];
    }

    private IBaseline[] Baselines(IReadOnlyList<UserSequence> users)
    {
        _purchases = new Purchases(users);
        return [new Popularity(_purchases), new ItemNeighbours(_purchases), new FactorModel(_purchases, Rng.For(options.Seed, "factors"))];
    }

    /// <summary>Has a baseline recommend to the users whom the engine recommended to.</summary>
    private NextItemScore Judge(IBaseline baseline, IReadOnlyList<UserSequence> users, UserSequence[] sample)
    {
        var numbers = new Dictionary<UserSequence, int>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < users.Count; i++)
        {
            numbers.Add(users[i], i);
        }

        var score = new NextItemScore();
        foreach (var user in sample)
        {
            var number = numbers[user];
            var slate = baseline.Recommend(number, _purchases!.ByUser[number], Slots);
            score.Add(RankOf(slate.Select(_purchases.ItemOf), user.Withheld));
        }

        return score;
    }

    private async Task<bool> AskAsync(UserSequence[] sample, CancellationToken cancellationToken)
    {
        await Task.Delay(FollowedWithin, cancellationToken);
        var fresh = await WaitForFreshSnapshotAsync(cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(sample, parallel, async (user, token) =>
        {
            _engine.Add(RankOf(await SlateAsync(user, token), IdOf(user.Withheld)));
        });
        return fresh;
    }

    /// <summary>What was folded in is recommended from once the next snapshot has it; an answer says when it is not there yet.</summary>
    /// <returns>Whether it came in time; if not, the answers that follow say so.</returns>
    private async Task<bool> WaitForFreshSnapshotAsync(CancellationToken cancellationToken)
    {
        var request = new RecommendRequest { Shopper = Who.User($"nobody-{_run}"), PageSize = 1 };
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < FreshWithin)
        {
            var answer = await client.Recommendations.RecommendAsync(request, cancellationToken: cancellationToken);
            if (!answer.Degraded.Any(static d => d.Reason == "STALE_SNAPSHOT"))
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }

        return false;
    }

    private async Task<IEnumerable<string>> SlateAsync(UserSequence user, CancellationToken cancellationToken)
    {
        var request = new RecommendRequest { Shopper = Who.User(UserOf(user)), Placement = "home", PageSize = Slots, Diversity = 0 };
        foreach (var item in user.Seen[..Math.Min(user.Seen.Length, MaxExcluded)])
        {
            request.ExcludedProductIds.Add(IdOf(item));
        }

        try
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await client.Recommendations.RecommendAsync(request, cancellationToken: cancellationToken);
            _record.Recommend.RecordSince(started);
            _record.Answered(answer);
            return answer.Items.Select(i => i.ProductId);
        }
        catch (Grpc.Core.RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            _record.Failed("Recommend", e);
            return [];
        }
    }

    private static int RankOf(IEnumerable<string> slate, string wanted)
    {
        var rank = 0;
        foreach (var item in slate)
        {
            rank++;
            if (item == wanted)
            {
                return rank;
            }
        }

        return 0;
    }
}
