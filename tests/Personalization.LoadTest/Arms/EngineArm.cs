using System.Diagnostics;
using Personalization.Client;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Driving;
using Personalization.V1;

namespace Personalization.LoadTest.Arms;

/// <summary>Shows what the engine under test recommends. Every other call insists on reading the visit's own writes.</summary>
internal sealed class EngineArm(PersonalizationClient client, Catalogue catalogue, RunRecord record) : ISlateSource
{
    private int _calls;

    public async ValueTask<Slate> FillAsync(SlateRequest request, CancellationToken cancellationToken)
    {
        var question = Ask(request);
        var readsOwnWrites = Interlocked.Increment(ref _calls) % 2 == 0;
        var started = Stopwatch.GetTimestamp();
        var answer = readsOwnWrites
            ? await request.Session.RecommendAsync(question, cancellationToken)
            : await client.Recommendations.RecommendAsync(question, cancellationToken: cancellationToken);
        (readsOwnWrites ? record.RecommendAfterWrite : record.Recommend).RecordSince(started);
        record.Answered(answer);
        return ToSlate(answer);
    }

    private static RecommendRequest Ask(in SlateRequest request)
    {
        var question = new RecommendRequest
        {
            Shopper = request.Session.Shopper,
            Placement = request.Placement,
            PageSize = request.Slots,
        };
        question.ExcludedProductIds.AddRange(request.Shopper.Owned.Where(p => p.Bought).Select(p => p.Item.ProductId));
        if (request.Family is { } family)
        {
            question.Filter = new ItemFilter();
            question.Filter.Categories.Add(Family.All[family].Path);
        }

        if (request.Seed is { } seed)
        {
            question.SeedProductIds.Add(seed.ProductId);
            question.ExcludedProductIds.Add(seed.ProductId);
        }

        return question;
    }

    private Slate ToSlate(RecommendResponse answer)
    {
        var items = new List<Item>(answer.Items.Count);
        var origins = new List<Origin>(answer.Items.Count);
        foreach (var shown in answer.Items)
        {
            if (catalogue.Find(shown.ProductId) is { } item)
            {
                items.Add(item);
                origins.Add(new Origin(answer, shown));
            }
            else
            {
                record.Error("recommended a product that is not in the catalogue");
            }
        }

        return new Slate([.. items], [.. origins]);
    }
}
