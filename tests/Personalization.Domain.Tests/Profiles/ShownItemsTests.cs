using System.Buffers;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Serialization;
using static Personalization.Domain.Tests.Profiles.Shoppers;

namespace Personalization.Domain.Tests.Profiles;

public sealed class ShownItemsTests
{
    private static readonly UserProfileCodec Codec = new(ProfileModel.Default);

    private static readonly Gen<(string Id, long Ticks)[]> Reports =
        Gen.Select(Gen.Int[0, 9], Gen.Long[1, 50]).Select(static t => ($"p{t.Item1}", t.Item2)).Array[0, 60];

    [Fact]
    public void Report_AnyOrder_ListsTheSame() => Gen.Select(Reports, Gen.Int[0, 1000]).Sample((reports, seed) =>
    {
        var (list, other) = (new ShownItems(16), new ShownItems(16));
        foreach (var (id, ticks) in reports)
        {
            list.Report(id, ticks);
        }

        var shuffled = reports.ToArray();
        new Random(seed).Shuffle(shuffled);
        foreach (var (id, ticks) in shuffled)
        {
            other.Report(id, ticks);
        }

        Assert.Equal(list.Items.ToArray(), other.Items.ToArray());
        Assert.Equal(reports.Length, list.Items.ToArray().Sum(static i => i.Times));
        Assert.All(reports.GroupBy(static r => r.Id), group => Assert.Equal(group.Max(static r => r.Ticks), list.Items.ToArray().Single(i => i.ProductId == group.Key).At.UtcTicks));
    });

    [Fact]
    public void Report_OfAnotherList_AddsUp() => Gen.Select(Reports, Reports).Sample((first, second) =>
    {
        var (list, other, all) = (new ShownItems(16), new ShownItems(16), new ShownItems(16));
        Array.ForEach(first, r => list.Report(r.Id, r.Ticks));
        Array.ForEach(second, r => other.Report(r.Id, r.Ticks));
        Array.ForEach([.. first, .. second], r => all.Report(r.Id, r.Ticks));
        list.Report(other);
        Assert.Equal(all.Items.ToArray(), list.Items.ToArray());
    });

    [Fact]
    public void Report_MoreThanFit_ForgetsTheOldest()
    {
        var list = new ShownItems(3);
        foreach (var ticks in new[] { 5L, 2, 9, 1, 7 })
        {
            list.Report($"p{ticks}", ticks);
        }

        Assert.Equal(["p9", "p7", "p5"], list.Items.ToArray().Select(static i => i.ProductId));
    }

    [Fact]
    public void Apply_SuggestionSeenTwice_IsInThePicture()
    {
        var profile = Profile(Numbered([Seen(Noon, 3), Seen(Noon.AddMinutes(1), 4), Seen(Noon.AddMinutes(2), 3)]));
        Assert.Equal(
            [new ShownProduct("sku-3", 2, Noon.AddMinutes(2)), new ShownProduct("sku-4", 1, Noon.AddMinutes(1))], profile.Snapshot(Ann, Noon.AddHours(1)).Shown.AsEnumerable());
        Assert.Equal(profile.Snapshot(Ann, Noon.AddHours(1)).Shown.AsEnumerable(), Codec.Read(Bytes(profile)).Snapshot(Ann, Noon.AddHours(1)).Shown);
    }

    [Fact]
    public void Read_ProfileOfFormatOne_HasEverythingButWhatWasShown()
    {
        var profile = Profile(Input(Noon, Did(BehaviourKind.Click), product: 1));
        var bytes = Bytes(profile);

        // The last things written are the list of what was shown, an empty one being a 0, and the visit's sums, all 0 after a
        // click, with since when.
        var since = new ArrayBufferWriter<byte>();
        new StateWriter(since).Int(Noon.UtcTicks);
        byte[] old = [1, .. bytes.AsSpan(1, bytes.Length - 2 - (5 * sizeof(double)) - since.WrittenCount)];
        var read = Codec.Read(old);
        AssertSame(profile, read, tolerance: 0);
        Assert.Equal(bytes, Bytes(read));
    }

    private static ProfileInput Seen(DateTimeOffset at, int product) =>
        Input(at, new RecommendationOutcomePayload("d", OutcomeKind.Impression, 1, 0, null, ""), product: product);

    private static byte[] Bytes(UserProfile profile)
    {
        var output = new ArrayBufferWriter<byte>();
        Codec.Write(profile, output);
        return output.WrittenSpan.ToArray();
    }
}
