using Personalization.LoadTest.Catalogues;

namespace Personalization.LoadTest.Arms;

/// <summary>Shows different items, each as likely as any other, of those that may be shown.</summary>
internal sealed class RandomArm(Catalogue catalogue) : ISlateSource
{
    public ValueTask<Slate> FillAsync(SlateRequest request, CancellationToken cancellationToken)
    {
        var from = request.Family is { } family ? catalogue.ByFamily[family] : catalogue.Items;
        var items = new List<Item>(request.Slots);
        for (var tries = 0; items.Count < request.Slots && tries < request.Slots * 20; tries++)
        {
            var item = from.Length == 0 ? null : request.Shopper.Rng.Pick(from);
            if (item is not null && Eligibility.Allows(request, item) && !items.Contains(item))
            {
                items.Add(item);
            }
        }

        return ValueTask.FromResult(new Slate([.. items], []));
    }
}
