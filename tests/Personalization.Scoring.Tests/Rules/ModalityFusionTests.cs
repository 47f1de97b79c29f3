using CsCheck;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests.Rules;

public sealed class ModalityFusionTests
{
    private static readonly Gen<(SentimentObservation Observation, double Reliability)> OneHeard = Gen.Select(
        Gen.Int[0, 4], Gen.Float[-1, 1], Gen.Float[-1, 1], Gen.Float[0.05f, 0.95f], Gen.Double[0.1, 1],
        static (modality, valence, arousal, confidence, reliability) => (Of((Modality)modality, valence, confidence, arousal), reliability));

    private static readonly Gen<(SentimentObservation Observation, double Reliability)[]> SomeHeard = OneHeard.Array[1, 6];

    [Fact]
    public void Fuse_One_SaysTheSame()
    {
        OneHeard.Sample(static one =>
        {
            var fused = ModalityFusion.Fuse([(one.Observation, 1)]);

            Assert.Equal((one.Observation.Valence, one.Observation.Arousal), (fused.Valence, fused.Arousal));
            Assert.Equal(one.Observation.Confidence, fused.Confidence, 1e-6f);
        });
    }

    [Fact]
    public void Fuse_AnyOrder_SaysTheSame()
    {
        SomeHeard.SelectMany(static all => Gen.Shuffle(all), static (all, shuffled) => (all, shuffled)).Sample(static pair =>
        {
            var (one, other) = (ModalityFusion.Fuse(pair.all), ModalityFusion.Fuse(pair.shuffled));

            Assert.Equal((one.Valence, one.Arousal, one.Confidence, one.Flags), (other.Valence, other.Arousal, other.Confidence, other.Flags));
        });
    }

    [Fact]
    public void Fuse_StrongerSignal_NeverWeakensItsOwnDirection()
    {
        Gen.Select(SomeHeard, Gen.Float[0, 1]).Sample(static (all, more) =>
        {
            var first = all[0].Observation;
            var stronger = first with { Valence = first.Valence + (Math.Sign(first.Valence) * more * (1 - Math.Abs(first.Valence))) };
            var (before, after) = (ModalityFusion.Fuse(all).Valence, ModalityFusion.Fuse([(stronger, all[0].Reliability), .. all[1..]]).Valence);

            Assert.True(Math.Sign(first.Valence) * (after - before) >= -1e-5f);
        });
    }

    [Fact]
    public void Fuse_SurerSignal_DrawsTheWholeTowardsItself()
    {
        Gen.Select(SomeHeard, Gen.Float[0, 1]).Sample(static (all, more) =>
        {
            var first = all[0].Observation;
            var surer = first with { Confidence = first.Confidence + (more * (0.99f - first.Confidence)) };
            var (before, after) = (ModalityFusion.Fuse(all).Valence, ModalityFusion.Fuse([(surer, all[0].Reliability), .. all[1..]]).Valence);

            Assert.True(Math.Abs(after - first.Valence) <= Math.Abs(before - first.Valence) + 1e-5f);
        });
    }

    [Fact]
    public void Fuse_MoreAgreement_NeverLowersConfidence()
    {
        Gen.Select(SomeHeard, Gen.Float[0, 1]).Sample(static (all, closer) =>
        {
            var before = ModalityFusion.Fuse(all);
            var drawn = all.Select(each => (each.Observation with { Valence = each.Observation.Valence + (closer * (before.Valence - each.Observation.Valence)) }, each.Reliability));

            Assert.True(ModalityFusion.Fuse([.. drawn]).Confidence >= before.Confidence - 1e-5f);
        });
    }

    [Fact]
    public void Fuse_OneMoreThatAgrees_NeverLowersConfidence()
    {
        Gen.Select(OneHeard, OneHeard, OneHeard).Sample(static (one, other, another) =>
        {
            var before = ModalityFusion.Fuse([one, other]);
            var agreeing = another.Observation with { Valence = before.Valence };

            Assert.True(ModalityFusion.Fuse([one, other, (agreeing, another.Reliability)]).Confidence >= before.Confidence - 1e-5f);
        });
    }

    [Fact]
    public void Fuse_SmileAndHateIt_IsContradictoryAndNoSurer()
    {
        var smile = Of(Modality.Face, 0.8f, 0.6f);
        var words = Of(Modality.Text, -0.9f, 0.8f);

        var fused = ModalityFusion.Fuse([(smile, 1), (words, 1)]);

        Assert.True(fused.Flags.HasFlag(ObservationFlags.Contradictory));
        Assert.True(fused.Confidence < 0.6f);
        Assert.True(fused.Valence < 0);
    }

    [Fact]
    public void Fuse_SarcasticPraiseAndAnAngryVoice_FollowsTheVoice()
    {
        var praise = Of(Modality.Text, 0.8f, 0.6f) with { Flags = ObservationFlags.Sarcasm };
        var voice = Of(Modality.Voice, -0.7f, 0.7f);
        var plain = ModalityFusion.Fuse([(praise with { Flags = ObservationFlags.None }, 1), (voice, 1)]);

        var fused = ModalityFusion.Fuse([(praise, 1), (voice, 1)]);

        Assert.True(fused.Valence < plain.Valence);
    }

    [Fact]
    public void Fuse_NothingHeard_SaysNothing()
    {
        var fused = ModalityFusion.Fuse([(SentimentObservation.Unreadable(Modality.Face, "f@1"), 1), (SentimentObservation.Unreadable(Modality.Text, "t@1"), 1)]);

        Assert.Equal((0f, 0f), (fused.Valence, fused.Confidence));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void Fuse_ReliabilityOutOfRange_IsRefused(double reliability)
    {
        Assert.Throws<ArgumentException>(() => ModalityFusion.Fuse([(Of(Modality.Text, 0, 0.5f), reliability)]));
        Assert.Throws<ArgumentException>(() => ModalityFusion.Fuse([]));
    }

    /// <summary>
    /// Shoppers whose true valence is known, read by noisy modalities some of which are missing, with a tenth of the texts
    /// sarcastic (their sign turned; half of those flagged). The fused reading must be nearer the truth than the best
    /// single modality that was there.
    /// </summary>
    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.3, 0.0)]
    [InlineData(0.3, 0.1)]
    [InlineData(0.6, 0.1)]
    public void Fuse_SyntheticMoments_BeatsTheBestSingleModality(double dropOut, double sarcasm)
    {
        var rng = new Random(20240611);
        double fusedError = 0, bestError = 0;
        for (var n = 0; n < 4000; n++)
        {
            var truth = (2 * rng.NextDouble()) - 1;
            var heard = Moment(rng, truth, dropOut, sarcasm);
            var best = heard.MinBy(static h => ModalityFusion.ErrorOf(h.Observation.Modality).Valence / h.Observation.Confidence);
            fusedError += Math.Pow(ModalityFusion.Fuse(heard).Valence - truth, 2);
            bestError += Math.Pow(best.Observation.Valence - truth, 2);
        }

        Assert.True(fusedError < 0.9 * bestError, $"fused {fusedError / 4000:F4}, best single {bestError / 4000:F4}");
    }

    private static (SentimentObservation Observation, double Reliability)[] Moment(Random rng, double truth, double dropOut, double sarcasm)
    {
        Modality[] all = [Modality.Text, Modality.Face, Modality.Voice, Modality.Behaviour];
        var heard = all.Where(_ => rng.NextDouble() >= dropOut).DefaultIfEmpty(Modality.Text).Select(modality =>
        {
            var confidence = 0.3 + (0.65 * rng.NextDouble());
            // A reading's spread, as its precision says: σ·√((1 − c + 0.05) / c).
            var spread = ModalityFusion.ErrorOf(modality).Valence * Math.Sqrt((1.05 - confidence) / confidence);
            var said = Math.Clamp(truth + (spread * Normal(rng)), -1, 1);
            var turned = modality == Modality.Text && rng.NextDouble() < sarcasm;
            var flags = turned && rng.NextDouble() < 0.5 ? ObservationFlags.Sarcasm : ObservationFlags.None;
            return (Of(modality, (float)(turned ? -said : said), (float)confidence) with { Flags = flags }, 1.0);
        });
        return [.. heard];
    }

    private static double Normal(Random rng) => Math.Sqrt(-2 * Math.Log(1 - rng.NextDouble())) * Math.Cos(2 * Math.PI * rng.NextDouble());

    private static SentimentObservation Of(Modality modality, float valence, float confidence, float arousal = 0) => new()
    {
        Modality = modality, Valence = valence, Arousal = arousal, Confidence = confidence, ModelVersion = $"{modality}@1",
    };
}
