using System.Buffers;
using System.Collections.Immutable;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>Makes visits out of interactions, and carries them between states.</summary>
public static class Visits
{
    /// <summary>Written before purchases were told apart: those teach nothing of what is bought again.</summary>
    private const byte WithoutPurchases = 1;

    private const byte FormatVersion = 2;

    /// <summary>What an interaction weighs as a visit; 0 when it is none.</summary>
    public static float WeightOf(InteractionKind kind) => kind switch
    {
        InteractionKind.View or InteractionKind.Click => 1,
        InteractionKind.Wishlist => 2,
        InteractionKind.AddToCart => 2,
        InteractionKind.Purchase => 3,
        _ => 0,
    };

    /// <summary>The visit that an interaction is; null when it is none.</summary>
    /// <param name="offset">The event's offset.</param>
    /// <param name="ticks">When, in UTC ticks.</param>
    /// <param name="itemId">The product.</param>
    /// <param name="kind">What was done.</param>
    /// <param name="viewed">The products looked at as of before the event, newest first.</param>
    /// <param name="bought">The products bought as of before the event, newest first.</param>
    /// <param name="segment">The shopper's segment.</param>
    /// <remarks>
    /// Only turning to a product that was not the last one pairs it with those before; doing more with the same one counts
    /// for its popularity.
    /// </remarks>
    public static Visit? Of(
        long offset,
        long ticks,
        string itemId,
        InteractionKind kind,
        ReadOnlySpan<ProductAt> viewed,
        ReadOnlySpan<ProductAt> bought,
        ShopperSegment segment)
    {
        var weight = WeightOf(kind);
        if (weight == 0 || string.IsNullOrEmpty(itemId))
        {
            return null;
        }

        var before = Before(itemId, new TurnedTo(viewed, bought));
        var isPurchase = kind == InteractionKind.Purchase;
        return new Visit
        {
            Offset = offset,
            Ticks = ticks,
            ItemId = itemId,
            Before = before,
            Weight = weight,
            Segment = segment,
            IsPurchase = isPurchase,
            SinceBought = isPurchase ? SinceBought(itemId, ticks, bought) : default,
        };
    }

    private static TimeSpan SinceBought(string itemId, long ticks, ReadOnlySpan<ProductAt> bought)
    {
        foreach (ref readonly var product in bought)
        {
            if (product.ProductId == itemId)
            {
                return TimeSpan.FromTicks(Math.Max(0, ticks - product.At.UtcTicks));
            }
        }

        return default;
    }

    /// <summary>The products turned to before one, newest first; none when that was the last one already.</summary>
    private static ImmutableArray<string> Before(string itemId, TurnedTo turnedTo)
    {
        if (!turnedTo.TryNext(out var id) || id == itemId)
        {
            return [];
        }

        var before = ImmutableArray.CreateBuilder<string>(Visit.MaxBefore);
        do
        {
            if (id != itemId && !before.Contains(id))
            {
                before.Add(id);
            }
        }
        while (before.Count < Visit.MaxBefore && turnedTo.TryNext(out id));

        return before.DrainToImmutable();
    }

    /// <summary>Writes visits.</summary>
    public static void Write(IReadOnlyCollection<Visit> visits, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(visits);
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.UInt((ulong)visits.Count);
        foreach (var visit in visits)
        {
            writer.UInt((ulong)visit.Offset);
            writer.Int(visit.Ticks);
            writer.Text(visit.ItemId);
            writer.Single(visit.Weight);
            writer.Byte((byte)visit.Segment);
            writer.UInt((ulong)visit.Before.Length);
            foreach (var id in visit.Before)
            {
                writer.Text(id);
            }

            writer.Bool(visit.IsPurchase);
            writer.Int(visit.SinceBought.Ticks);
        }
    }

    /// <summary>Reads visits, with the strings of the ids that the reader knows.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    public static Visit[] Read(ReadOnlySpan<byte> input, IKnownTexts known)
    {
        var reader = new StateReader(input);
        var version = StateCheck.Version(ref reader, FormatVersion, "batch of visits");

        var visits = new Visit[reader.Count(8)];
        for (var i = 0; i < visits.Length; i++)
        {
            var offset = (long)reader.UInt();
            var ticks = reader.Int();
            var item = reader.Text(known);
            var weight = reader.Single();
            var segment = (ShopperSegment)reader.Byte();
            var before = ImmutableArray.CreateBuilder<string>(reader.Count());
            for (var left = before.Capacity; left > 0; left--)
            {
                before.Add(reader.Text(known));
            }

            visits[i] = new Visit
            {
                Offset = offset,
                Ticks = ticks,
                ItemId = item,
                Weight = weight,
                Segment = segment,
                Before = before.MoveToImmutable(),
                IsPurchase = version != WithoutPurchases && reader.Bool(),
                SinceBought = version != WithoutPurchases ? TimeSpan.FromTicks(reader.Int()) : default,
            };
        }

        return visits;
    }
}
