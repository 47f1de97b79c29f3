using Google.Protobuf.WellKnownTypes;
using Personalization.Client;
using Personalization.LoadTest.Commands;
using Personalization.LoadTest.Driving;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Reporting;
using Personalization.LoadTest.Serving;
using Personalization.V1;

namespace Personalization.LoadTest.Replaying;

/// <summary>
/// Sends reviews without their stars, each by a reviewer of its own, and holds what the engine makes of the products beside
/// the stars' means.
/// </summary>
internal sealed class ReviewsReplay(DemoOptions options, PersonalizationClient client, ServerAddresses server)
{
    private readonly RunRecord _record = new();
    private readonly string _run = $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds():x}";

    public async Task<Summary> RunAsync(string file, CancellationToken cancellationToken)
    {
        var rows = ReviewFile.Read(file);
        var say = options.Json ? Console.Error : Console.Out;
        await say.WriteLineAsync($"{rows.Count:N0} reviews of {file}, their stars withheld; engine at {server.Grpc}");
        await CatalogueLoader.LoadAsync(client, Products(rows), _record, cancellationToken);
        var timing = await EventReplay.RunAsync(
            client, rows.Select(ToEvent), rows.Count, _record, new ReplayProgress(say, TimeProvider.System), cancellationToken);
        var (spearman, products) = await CompareAsync(rows, cancellationToken);
        var status = await client.Operations.GetServerStatusAsync(new GetServerStatusRequest(), cancellationToken: cancellationToken);
        return SimulationSummary.Common("reviews", options, status, _record, timing.Acknowledged, _record.EventsAcknowledged) with
        {
            SentimentRankCorrelation = Summary.Finite(spearman.Rho),
            SentimentRankCorrelationCi95 = Summary.Pair(spearman.Ci95),
            SentimentProducts = spearman.Pairs,
            FeelingsExpressed = rows.Count,
            Replay = new ReplaySummary
            {
                File = Path.GetFileName(file),
                Format = "reviews",
                Events = rows.Count,
                Users = rows.Count,
                Products = products,
                AcknowledgedAfterSeconds = Math.Round(timing.Acknowledged.TotalSeconds, 3),
                AppliedAfterSeconds = timing.Applied is { } applied ? Math.Round(applied.TotalSeconds, 3) : null,
                Spearman = Summary.Finite(spearman.Rho),
                SpearmanCi95 = Summary.Pair(spearman.Ci95),
                ProductsCompared = spearman.Pairs,
                MinReviews = options.MinFeelings,
            },
        };
    }

    private static IEnumerable<Product> Products(IReadOnlyList<ReviewRow> rows) => rows.DistinctBy(r => r.ProductId).Select(row =>
    {
        var product = new Product { ProductId = IdOf(row), Title = $"{Named(row.Class)} {row.ProductId}", InStock = true };
        product.CategoryPath.Add(Named(row.Department));
        product.CategoryPath.Add(Named(row.Class));
        return product;
    });

    private static string Named(string name) => name.Length == 0 ? "Other" : name.Replace('/', ' ');

    private static string IdOf(ReviewRow row) => $"w-{row.ProductId}";

    private Event ToEvent(ReviewRow row, int index)
    {
        var review = Events.Review(IdOf(row), row.Text, row.Title);
        review.EventId = $"review-{_run}-{index}";
        review.Shopper = Who.User($"reviewer-{_run}-{index}");
        review.OccurredAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow);
        return review;
    }

    private async Task<(Spearman.Result Result, int Products)> CompareAsync(IReadOnlyList<ReviewRow> rows, CancellationToken cancellationToken)
    {
        var stars = rows.GroupBy(IdOf, StringComparer.Ordinal).ToDictionary(g => g.Key, g => (Count: g.Count(), Mean: g.Average(r => r.Stars)));
        var enough = stars.Where(s => s.Value.Count >= options.MinFeelings).Select(s => s.Key).ToArray();
        var learned = await SentimentCheck.LearnedAsync(client, enough, cancellationToken);
        var compared = enough.Where(learned.ContainsKey).ToArray();
        var result = Spearman.WithInterval(
            [.. compared.Select(id => learned[id].Valence.Mean)], [.. compared.Select(id => stars[id].Mean)], Rng.For(options.Seed, "reviews"));
        return (result, stars.Count);
    }
}
