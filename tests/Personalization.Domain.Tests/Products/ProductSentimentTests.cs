using System.Buffers;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using Personalization.Domain.Statistics;
using static Personalization.Domain.Tests.Profiles.Shoppers;

namespace Personalization.Domain.Tests.Products;

public sealed class ProductSentimentTests
{
    private const int Partitions = 3;
    private static readonly ProductModel Model = ProductModel.Default;
    private static readonly ProductSentimentCodec Codec = new(Model);

    private static readonly Gen<SentimentObservation> Readings = Gen.Select(
        Gen.Enum<Modality>(), Gen.Float[-1, 1], Gen.Float[-1, 1], Gen.Float[0, 1], Gen.OneOf<string>("texture", "scent", "price", "sparkle"))
        .Select(static t => Feeling(t.Item1, t.Item2, t.Item3, t.Item4) with { Aspects = [new AspectSentiment(t.Item5, t.Item3, 0.7f)] });

    // Days apart, so that the short run's landmark moves now and then; a partition for each.
    private static readonly Gen<(int Partition, ProductContribution Said)[]> Logs = Gen.Select(
        Gen.Int[0, Partitions - 1], Gen.Int[0, 500], Gen.Enum<BehaviourKind>(), Gen.Bool, Readings, Gen.Enum<Channel>(), Gen.Enum<Touchpoint>())
        .Select(static t => (t.Item1, Said(
            Input(
                Noon.AddDays(t.Item2), t.Item4 ? PayloadOf(Modality.Text) : Did(t.Item3) with { Revenue = 9.95m, Currency = "EUR" },
                t.Item5, product: 1, t.Item6, t.Item7))))
        .Array[0, 60];

    [Fact]
    public void TryMerge_AnyBatchesInAnyOrderOfPartitions_GivesWhatOneByOneGives() =>
        Gen.Select(Logs, Gen.Int[1, 9], Gen.Int[1, 9], Gen.Bool).Sample(
            static (log, size, otherSize, reverse) =>
            {
                var oneByOne = Fold(log, 1, reverse: false);
                AssertSame(oneByOne, Fold(log, size, reverse));
                AssertSame(oneByOne, Fold(log, otherSize, !reverse));
            },
            iter: 200);

    [Fact]
    public void TryMerge_CrashesAndReplaysWithOtherBatches_CountsEverythingOnce() =>
        Gen.Select(Logs, Gen.Int[1, 7], Gen.Select(Gen.Int[0, 60], Gen.Int[1, 9], Gen.Int[0, 60]).Array[1, 5]).Sample(
            static (log, size, lives) =>
            {
                var expected = Fold(log, 1, reverse: false);
                var product = new ProductSentiment(Model);
                var reached = 0L;
                foreach (var (checkpoint, batch, died) in lives)
                {
                    // Each life begins at a checkpoint that the one before had passed, with batches of its own, and dies on the way.
                    var from = Math.Min(checkpoint, reached);
                    var to = Math.Clamp(died, from, log.Length);
                    Send(product, log[..(int)to], from, batch);
                    reached = Math.Max(reached, to);
                }

                Send(product, log, 0, size);
                AssertSame(expected, product);
            },
            iter: 200);

    [Fact]
    public void TryMerge_RangePartlyApplied_IsAnOverlapAndChangesNothing()
    {
        var product = new ProductSentiment(Model);
        Assert.Equal(new ProductMerge(ProductMergeStatus.Applied, 20), product.TryMerge(0, 10, 20, Delta((15, Review(0.9)))));
        var before = Bytes(product);

        Assert.Equal(new ProductMerge(ProductMergeStatus.Overlap, 20), product.TryMerge(0, 10, 30, Delta((15, Review(0.9)), (25, Review(0.5)))));
        Assert.Equal(new ProductMerge(ProductMergeStatus.AlreadyApplied, 20), product.TryMerge(0, 12, 20, Delta((15, Review(0.9)))));
        Assert.Equal(before, Bytes(product));

        Assert.Equal(new ProductMerge(ProductMergeStatus.Applied, 30), product.TryMerge(0, 20, 30, Delta((25, Review(0.5)))));
        Assert.Equal(2, product.Summarize(Noon).Observations);
        Assert.Equal(2, product.Revision);
    }

    [Fact]
    public void TryMerge_OverlapWithNothingInIt_IsNone()
    {
        var product = new ProductSentiment(Model);
        product.TryMerge(0, 10, 20, Delta((15, Review(0.9))));

        Assert.Equal(new ProductMerge(ProductMergeStatus.Applied, 30), product.TryMerge(0, 10, 30, Delta((25, Review(0.5)))));
        Assert.Equal(new ProductMerge(ProductMergeStatus.AlreadyApplied, 40), product.TryMerge(0, 10, 40, Delta((25, Review(0.5)))));
        Assert.Equal(2, product.Summarize(Noon).Observations);
        Assert.Equal(40, product.LastOffset(0));
        Assert.Equal(0, product.LastOffset(1));
    }

    [Fact]
    public void TryMerge_PartitionsApart_DoNotSeeEachOthersOffsets()
    {
        var product = new ProductSentiment(Model);

        Assert.Equal(ProductMergeStatus.Applied, product.TryMerge(7, 0, 100, Delta((5, Review(0.9)))).Status);
        Assert.Equal(ProductMergeStatus.Applied, product.TryMerge(2, 0, 50, Delta((5, Review(0.9)))).Status);
        Assert.Equal((50, 100), (product.LastOffset(2), product.LastOffset(7)));
    }

    [Theory]
    [InlineData(-1, 0, 1)]
    [InlineData(ProductSentiment.MaxPartition + 1, 0, 1)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 5, 5)]
    [InlineData(0, 0, 4)]
    [InlineData(0, 5, 9)]
    public void TryMerge_RangeThatCannotBe_IsRefused(int partition, long from, long to) =>
        Assert.ThrowsAny<ArgumentException>(() => new ProductSentiment(Model).TryMerge(partition, from, to, Delta((5, Review(1)))));

    [Fact]
    public void Add_OffsetNotLater_IsRefused()
    {
        var delta = Delta((5, Review(1)));

        Assert.Throws<ArgumentOutOfRangeException>(() => delta.Add(5, Review(1)));
        delta.Reset();
        Assert.True(delta.IsEmpty);
        delta.Add(5, Review(1));
        Assert.Equal((5, 5), (delta.FirstOffset, delta.LastOffset));
    }

    [Fact]
    public void Glance_AnyHistory_IsTheSummarysOwn()
    {
        var product = new ProductSentiment(Model);
        AssertGlance(product);
        product.TryMerge(0, 0, 9, Delta((5, Review(0.9)), (6, Review(-0.2))));
        AssertGlance(product);
        product.TryMerge(3, 0, 9, Delta((2, Review(-0.8))));
        AssertGlance(product);

        static void AssertGlance(ProductSentiment product)
        {
            var summary = product.Summarize(Noon, new SentimentPrior(0.2, 0.04));
            Assert.Equal(
                new ProductSentimentGlance(summary.Valence, summary.Weight, summary.Trend),
                product.Glance(Noon, new SentimentPrior(0.2, 0.04)));
        }
    }

    [Fact]
    public void LovedAspect_OneSurelyLikedBest_IsThatOne()
    {
        var log = Enumerable.Range(0, 20).Select(static i => (0, Said(Input(
            Noon, PayloadOf(Modality.Text),
            Feeling(Modality.Text, 0.6) with { Aspects = [new("scent", 0.5f, 0.9f), new("texture", 0.9f, 0.9f), new("price", -0.8f, 0.9f)] },
            product: 1, Channel.Review, Touchpoint.PostPurchase)))).ToArray();
        Assert.Equal("texture", Fold(log, 5, reverse: false).LovedAspect(Noon));
    }

    [Fact]
    public void LovedAspect_NothingSaidOrNothingGood_IsNone()
    {
        Assert.Null(new ProductSentiment(Model).LovedAspect(Noon));
        var log = Enumerable.Range(0, 20).Select(static i => (0, Said(Input(
            Noon, PayloadOf(Modality.Text), Feeling(Modality.Text, -0.5) with { Aspects = [new("texture", -0.6f, 0.9f)] },
            product: 1, Channel.Review, Touchpoint.PostPurchase)))).ToArray();
        Assert.Null(Fold(log, 5, reverse: false).LovedAspect(Noon));
    }

    [Fact]
    public void Load_AnotherDelta_IsThatAndNothingOfBefore()
    {
        var written = new ArrayBufferWriter<byte>();
        Delta((7, Review(-0.4))).Write(written);
        var delta = Delta((5, Review(0.9)), (6, Review(0.8)));
        delta.Load(written.WrittenSpan);

        var again = new ArrayBufferWriter<byte>();
        delta.Write(again);
        Assert.True(written.WrittenSpan.SequenceEqual(again.WrittenSpan));
        Assert.Equal((7, 7, true), (delta.FirstOffset, delta.LastOffset, delta.HasFeelings));
        delta.Reset();
        Assert.False(delta.HasFeelings);
    }

    [Fact]
    public void Summarize_Nothing_IsWhatIsUsual()
    {
        var summary = new ProductSentiment(Model).Summarize(Noon, new SentimentPrior(0.2, 0.04));

        Assert.Equal(new GaussianEstimate(0.2, 0.04), summary.Valence);
        Assert.Null(summary.Raw);
        Assert.Null(summary.LastEventAt);
        Assert.Equal((0, 0, 0.0), (summary.Weight, summary.Observations, summary.Momentum));
        Assert.Empty(summary.ByAspect);
    }

    [Fact]
    public void Summarize_MoreReviewsAlike_MovesFromTheUsualToThemAndGrowsSurer()
    {
        var (last, doubt) = (0.0, Math.Sqrt(Model.Prior.Variance));
        foreach (var count in new[] { 1, 3, 10, 100 })
        {
            var summary = Fold([.. Enumerable.Repeat((0, Review(0.8)), count)], 4, reverse: false).Summarize(Noon);
            Assert.True(summary.Valence.Mean > last && summary.Valence.Mean < 0.8);
            Assert.True(summary.Valence.StandardDeviation < doubt);
            (last, doubt) = (summary.Valence.Mean, summary.Valence.StandardDeviation);
        }

        Assert.InRange(last, 0.7, 0.8);
    }

    [Fact]
    public void Summarize_OneReview_IsTheNormalPosterior()
    {
        // A sure text: r = 0.45², s² = 0.5², weight s²/(s² + r); seen spread 0, so the belief is diluted by the weight.
        var weight = 0.25 / (0.25 + (0.45 * 0.45));
        var spread = 8 * 0.25 / (8 + weight);
        var precision = (1 / 0.09) + (weight / spread);

        var summary = Fold([(0, Review(0.8))], 1, reverse: false).Summarize(Noon);

        // Readings are single precision.
        Assert.Equal(0.8 * weight / spread / precision, summary.Valence.Mean, 1e-7);
        Assert.Equal(1 / precision, summary.Valence.Variance, 1e-12);
        Assert.Equal(weight, summary.Weight, 1e-12);
    }

    [Fact]
    public void Summarize_OpinionsDivided_IsLessSureThanOpinionsAlike()
    {
        var divided = Fold([.. Enumerable.Range(0, 100).Select(static i => (0, Review(i % 2 == 0 ? 0.9 : -0.9)))], 7, reverse: false).Summarize(Noon);
        var alike = Fold([.. Enumerable.Range(0, 100).Select(static _ => (0, Review(0)))], 7, reverse: false).Summarize(Noon);

        Assert.Equal(0, divided.Valence.Mean, 0.01);
        Assert.True(divided.Valence.StandardDeviation > 2 * alike.Valence.StandardDeviation);
        Assert.True(divided.Dispersion > 0.7);
    }

    [Fact]
    public void Summarize_GoneBadLately_ShowsInTheTrend()
    {
        var log = Enumerable.Range(0, 60).Select(static day => (0, Said(Input(
            Noon.AddDays(day), PayloadOf(Modality.Text), Feeling(Modality.Text, day < 55 ? 0.7 : -0.7), product: 1)))).ToArray();

        var summary = Fold(log, 5, reverse: false).Summarize(Noon.AddDays(60));

        Assert.True(summary.Valence.Mean > 0.2);
        Assert.InRange(summary.Trend, -1, -0.15);
        Assert.Equal(summary.Recent.Mean - summary.Valence.Mean, summary.Trend);
    }

    [Fact]
    public void Summarize_Slices_TellApartWhatWasSaidWhere()
    {
        var log = Enumerable.Range(0, 20).Select(static i => (0, Said(Input(
            Noon, PayloadOf(Modality.Text),
            Feeling(Modality.Text, i % 2 == 0 ? 0.8 : -0.2) with { Aspects = [new("scent", i % 2 == 0 ? 0.9f : 0.7f, 0.9f), new("price", -0.8f, 0.9f)] },
            product: 1, i % 2 == 0 ? Channel.Review : Channel.Ticket, Touchpoint.PostPurchase)))).ToArray();

        var summary = Fold(log, 5, reverse: false).Summarize(Noon);

        Assert.Equal(["scent", "price"], summary.ByAspect.Select(static s => s.Name));
        Assert.True(summary.ByAspect[0].Valence.Mean > 0.5 && summary.ByAspect[1].Valence.Mean < -0.4);
        Assert.Equal(["Review", "Ticket"], summary.ByChannel.Select(static s => s.Name));
        Assert.True(summary.ByChannel[0].Valence.Mean > summary.ByChannel[1].Valence.Mean + 0.3);
        Assert.Equal(["PostPurchase"], summary.ByTouchpoint.Select(static s => s.Name));
        Assert.Equal(summary.Weight, summary.ByTouchpoint[0].Weight, 1e-9);
    }

    [Fact]
    public void Summarize_Interactions_AreCountedInUnitsWithTheirMoney()
    {
        var model = new ProductModel(new ProductOptions { ReportingCurrency = "EUR" }, ProfileModel.Default);
        var product = new ProductSentiment(model);
        var delta = new ProductDelta(model);
        var events = new[]
        {
            Did(BehaviourKind.View),
            Did(BehaviourKind.Purchase, count: 3) with { Revenue = 30.30m, Currency = "EUR" },
            Did(BehaviourKind.Return) with { Revenue = 10.10m, Currency = "EUR" },
            Did(BehaviourKind.Purchase) with { Revenue = 99, Currency = "USD" },
        };
        for (var i = 0; i < events.Length; i++)
        {
            Assert.True(model.TryRead(Input(Noon, events[i], product: 1).Event, null, out var said));
            delta.Add(i + 1, in said);
        }

        product.TryMerge(0, 0, 4, delta);
        var summary = product.Summarize(Noon);

        Assert.Equal(20.20m, summary.Revenue);
        Assert.Equal(1, summary.OtherCurrencyCount);
        Assert.Equal((1, 4, 1), (summary.TotalOf(InteractionKind.View), summary.TotalOf(InteractionKind.Purchase), summary.TotalOf(InteractionKind.Return)));
        Assert.Equal(1 + 40 - 8, summary.Popularity, 1e-9);
        Assert.True(summary.Momentum > 1);
        Assert.True(product.Summarize(Noon.AddDays(30)).Momentum < 0);
    }

    [Fact]
    public void TryRead_NothingAboutAProduct_IsFalse()
    {
        Assert.False(Model.TryRead(Input(Noon, Did(BehaviourKind.View)).Event, null, out _));
        Assert.False(Model.TryRead(Input(Noon, PayloadOf(Modality.Text), product: 1).Event, null, out _));
        Assert.False(Model.TryRead(
            Input(Noon, PayloadOf(Modality.Text), product: 1).Event, Feeling(Modality.Text, 1, flags: ObservationFlags.Spam), out _));
    }

    [Fact]
    public void Codec_AnyAggregate_ReadsBackAndRefusesDamage() =>
        Gen.Select(Logs, Gen.Int[1, 9], Gen.Double[0, 0.999]).Sample(
            static (log, size, part) =>
            {
                var product = Fold(log, size, reverse: false);
                var bytes = Bytes(product);
                var read = Codec.Read(bytes);

                Assert.Equal(bytes, Bytes(read));
                AssertSame(product, read, tolerance: 0);
                Assert.Throws<FormatException>(() => Codec.Read(bytes.AsSpan(0, (int)(part * bytes.Length))));
                Assert.Throws<FormatException>(() => Codec.Read([.. bytes, 1]));
            },
            iter: 200);

    [Fact]
    public void Codec_GarbledAnywhere_IsAFormatExceptionOrAnAggregateThatWorks() =>
        Gen.Select(Logs, Gen.Select(Gen.Int[1, int.MaxValue], Gen.Byte).Array[1, 4]).Sample(
            static (log, changes) =>
            {
                var bytes = Bytes(Fold(log, 5, reverse: false));
                foreach (var (at, value) in changes)
                {
                    bytes[at % bytes.Length] = value;
                }

                try
                {
                    var summary = Codec.Read(bytes).Summarize(Noon.AddDays(600));
                    Assert.InRange(summary.Valence.Mean, -1, 1);
                }
                catch (FormatException)
                {
                }
            },
            iter: 1000);

    [Fact]
    public void Codec_OtherTimeConstants_SaysTheSameAtTheNewestEvent()
    {
        var product = Fold([(0, Review(0.8)), (1, Review(0.2))], 1, reverse: false);
        var other = new ProductModel(
            new ProductOptions { LongTimeConstant = TimeSpan.FromDays(20), ShortTimeConstant = TimeSpan.FromDays(1) }, ProfileModel.Default);

        var read = new ProductSentimentCodec(other).Read(Bytes(product));

        Assert.Equal(product.Summarize(Noon).Valence.Mean, read.Summarize(Noon).Valence.Mean, 1e-12);
        Assert.True(read.Summarize(Noon.AddDays(30)).Weight < product.Summarize(Noon.AddDays(30)).Weight / 2);
    }

    [Fact]
    public void Delta_WrittenAndRead_AddsTheSame() =>
        Logs.Sample(
            static log =>
            {
                var delta = Delta([.. log.Select(static (e, i) => ((long)i + 1, e.Said))]);
                var output = new ArrayBufferWriter<byte>();
                delta.Write(output);
                var read = ProductDelta.Read(output.WrittenSpan, Model);
                var (a, b) = (new ProductSentiment(Model), new ProductSentiment(Model));
                a.TryMerge(0, 0, 100, delta);
                b.TryMerge(0, 0, 100, read);

                Assert.Equal(Bytes(a), Bytes(b));
                Assert.Equal((delta.FirstOffset, delta.LastOffset), (read.FirstOffset, read.LastOffset));
            },
            iter: 50);

    [Fact]
    public void Add_SteadyState_AllocatesNothing()
    {
        var delta = new ProductDelta(Model);
        var product = new ProductSentiment(Model);
        var said = Review(0.5);
        product.TryMerge(0, 0, 1, Delta((1, said)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 2; i < 1000; i++)
        {
            delta.Reset();
            delta.Add(i, in said);
            product.TryMerge(0, i - 1, i, delta);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static ProductContribution Review(double valence) =>
        Said(Input(Noon, PayloadOf(Modality.Text), Feeling(Modality.Text, valence), product: 1, Channel.Review));

    private static ProductContribution Said(ProfileInput input)
    {
        Model.TryRead(input.Event, input.Observation, out var said);
        return said;
    }

    private static ProductDelta Delta(params (long Offset, ProductContribution Said)[] contributions)
    {
        var delta = new ProductDelta(Model);
        foreach (var (offset, said) in contributions)
        {
            delta.Add(offset, in said);
        }

        return delta;
    }

    /// <summary>Sends each partition's events in batches; the partitions one after the other.</summary>
    private static ProductSentiment Fold((int Partition, ProductContribution Said)[] log, int size, bool reverse)
    {
        var product = new ProductSentiment(Model);
        foreach (var partition in reverse ? Enumerable.Range(0, Partitions).Reverse() : Enumerable.Range(0, Partitions))
        {
            SendPartition(product, log, partition, 0, size);
        }

        return product;
    }

    private static void Send(ProductSentiment product, (int Partition, ProductContribution Said)[] log, long after, int size)
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            SendPartition(product, log, partition, after, size);
        }
    }

    /// <summary>As a partition does it: batches of offsets, and after an overlap a delta of what lies after the last offset.</summary>
    private static void SendPartition(
        ProductSentiment product, (int Partition, ProductContribution Said)[] log, int partition, long after, int size)
    {
        for (var from = after; from < log.Length; from += size)
        {
            var to = Math.Min(from + size, log.Length);
            var merge = product.TryMerge(partition, from, to, DeltaOf(log, partition, from, to));
            if (merge.Status == ProductMergeStatus.Overlap)
            {
                merge = product.TryMerge(partition, merge.LastOffset, to, DeltaOf(log, partition, merge.LastOffset, to));
                Assert.Equal(ProductMergeStatus.Applied, merge.Status);
            }
        }
    }

    private static ProductDelta DeltaOf((int Partition, ProductContribution Said)[] log, int partition, long from, long to)
    {
        var delta = new ProductDelta(Model);
        for (var offset = from + 1; offset <= to; offset++)
        {
            if (log[offset - 1].Partition == partition)
            {
                delta.Add(offset, in log[offset - 1].Said);
            }
        }

        return delta;
    }

    private static byte[] Bytes(ProductSentiment product)
    {
        var output = new ArrayBufferWriter<byte>();
        Codec.Write(product, output);
        return output.WrittenSpan.ToArray();
    }

    private static void AssertSame(ProductSentiment expected, ProductSentiment actual, double tolerance = 1e-9)
    {
        foreach (var asOf in new[] { Noon, Noon.AddDays(510), Noon.AddDays(700) })
        {
            AssertSame(expected.Summarize(asOf), actual.Summarize(asOf), tolerance);
        }
    }

    private static void AssertSame(ProductSentimentSummary expected, ProductSentimentSummary actual, double tolerance)
    {
        Assert.Equal(expected.Valence.Mean, actual.Valence.Mean, tolerance);
        Assert.Equal(expected.Valence.Variance, actual.Valence.Variance, tolerance);
        Assert.Equal(expected.Arousal.Mean, actual.Arousal.Mean, tolerance);
        Assert.Equal(expected.Recent.Mean, actual.Recent.Mean, tolerance);
        Assert.Equal(expected.Weight, actual.Weight, tolerance * 100);
        Assert.Equal(expected.Popularity, actual.Popularity, tolerance * 1000);
        Assert.Equal(expected.Momentum, actual.Momentum, tolerance);
        Assert.Equal(expected.Dispersion, actual.Dispersion, tolerance);
        Assert.Equal((expected.Observations, expected.Revenue, expected.LastEventAt), (actual.Observations, actual.Revenue, actual.LastEventAt));
        Assert.Equal(expected.Totals.AsEnumerable(), actual.Totals);
        foreach (var (e, a) in expected.ByAspect.Concat(expected.ByChannel).Concat(expected.ByTouchpoint)
            .Zip(actual.ByAspect.Concat(actual.ByChannel).Concat(actual.ByTouchpoint)))
        {
            Assert.Equal(e.Name, a.Name);
            Assert.Equal(e.Valence.Mean, a.Valence.Mean, tolerance);
            Assert.Equal(e.Weight, a.Weight, tolerance * 100);
        }
    }
}
