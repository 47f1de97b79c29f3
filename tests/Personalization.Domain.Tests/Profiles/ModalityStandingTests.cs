using Personalization.Domain.Profiles;
using Personalization.Domain.Statistics;
using static Personalization.Domain.Tests.Profiles.Shoppers;

namespace Personalization.Domain.Tests.Profiles;

/// <summary>What a filter learns of the modalities of one shopper, and what that does to its estimates.</summary>
public sealed class ModalityStandingTests
{
    private const int Words = 0;
    private const int Face = 1;
    private const int Voice = 2;
    private const double WordsNoise = 0.2;
    private const double FaceNoise = 0.15;
    private static readonly TimeSpan TimeConstant = TimeSpan.FromDays(21);
    private static readonly Mood Rest = new(new GaussianEstimate(0, 0.25), new GaussianEstimate(0, 0.25));

    [Fact]
    public void Estimate_AFaceThatIsOffForGood_IsReadBetterWithItsBaseline()
    {
        // Moods are seen now by face and words, now by the face alone; this face looks sterner than it feels.
        Assert.InRange(Error(offset: -0.4, baseline: 0.2) / Error(offset: -0.4, baseline: 0), 0, 0.75);
        Assert.InRange(Error(offset: 0.4, baseline: 0.2) / Error(offset: 0.4, baseline: 0), 0, 0.75);
    }

    [Fact]
    public void Estimate_AFaceThatIsNotOff_LosesLittleByTheDoubt() =>
        Assert.InRange(Error(offset: 0, baseline: 0.2) / Error(offset: 0, baseline: 0), 0.9, 1.25);

    [Fact]
    public void Estimate_AFaceThatIsOff_FindsTheOffset()
    {
        double mean = 0, spread = 0;
        const int Runs = 200;
        for (var run = 0; run < Runs; run++)
        {
            var (_, _, standings) = Run(new Random(run), offset: -0.3, baseline: 0.2);
            mean += standings[Face].ValenceOffset.Mean / Runs;
            spread = standings[Face].ValenceOffset.StandardDeviation;
            Assert.Equal(0, standings[Words].ValenceOffset.Mean);
        }

        // Shrunk toward 0 by what is not known, and on the right side.
        Assert.InRange(mean, -0.3, -0.12);
        Assert.InRange(spread, 0.05, 0.2);
    }

    [Fact]
    public void Doubt_ModalitiesThatAgree_StaysNearNone()
    {
        var (_, _, standings) = Run(new Random(3), offset: 0, baseline: 0.2);

        Assert.InRange(standings[Words].Comparisons, 8, 64);
        Assert.InRange(standings[Words].Doubt, 1, 1.6);
        Assert.InRange(standings[Face].Doubt, 1, 1.6);
    }

    [Fact]
    public void Doubt_OneThatContradictsTwo_IsDoubtedMost()
    {
        var filter = new FeelingFilter(TimeConstant, 0, [0, 0, 0]);
        var histories = new FeelingHistory[] { new(TimeConstant), new(TimeConstant), new(TimeConstant) };
        for (var cell = 0; cell < 12; cell++)
        {
            var ticks = Noon.UtcTicks + (cell * FeelingHistory.WidthOf(TimeConstant));
            histories[Words].Add(ticks, 0.6, 1 / WordsNoise, 0, 0);
            histories[Face].Add(ticks, 0.6, 1 / WordsNoise, 0, 0);
            histories[Voice].Add(ticks, -0.9, 1 / WordsNoise, 0, 0);
        }

        var standings = new ModalityStanding[3];
        var now = Noon.UtcTicks + (12 * FeelingHistory.WidthOf(TimeConstant));
        var mood = filter.Estimate(histories, Rest, now, standings, out _);
        var trusting = Trusting(histories, now);

        Assert.True(standings[Voice].Doubt > 2, $"{standings[Voice].Doubt}");
        Assert.True(standings[Voice].Doubt > 1.3 * standings[Words].Doubt, $"{standings[Voice].Doubt} and {standings[Words].Doubt}");
        Assert.True(mood.Valence.Mean > trusting + 0.05, $"{mood.Valence.Mean} and {trusting}");
        Assert.True(mood.Valence.Variance > 0 && standings.All(static s => s.Doubt is >= 1 and <= 8));
    }

    /// <summary>The mean when each of the three is believed as it says.</summary>
    private static double Trusting(FeelingHistory[] histories, long now)
    {
        var pooled = new FeelingHistory(TimeConstant);
        foreach (var history in histories)
        {
            pooled.Add(history);
        }

        return new FeelingFilter(TimeConstant, 0, [0]).Estimate([pooled], Rest, now).Valence.Mean;
    }

    /// <summary>The mean squared error over many shoppers.</summary>
    private static double Error(double offset, double baseline)
    {
        double error = 0;
        for (var run = 0; run < 800; run++)
        {
            var (truth, mood, _) = Run(new Random(run), offset, baseline);
            error += (mood.Valence.Mean - truth) * (mood.Valence.Mean - truth) / 800;
        }

        return error;
    }

    private static (double Truth, Mood Mood, ModalityStanding[] Standings) Run(Random random, double offset, double baseline)
    {
        var filter = new FeelingFilter(TimeConstant, 0, [0, 0], [false, baseline > 0]);
        var (words, face) = (new FeelingHistory(TimeConstant), new FeelingHistory(TimeConstant));
        const int Cells = 14;
        var kept = Math.Exp(-1.0 / FeelingHistory.CellsPerTimeConstant);
        var truth = 0.5 * Normal(random);
        for (var cell = 0; cell < Cells; cell++)
        {
            truth = cell == 0 ? truth : (kept * truth) + (0.5 * Math.Sqrt(1 - (kept * kept)) * Normal(random));
            var ticks = Noon.UtcTicks + (cell * FeelingHistory.WidthOf(TimeConstant));

            // Of late the face is all there is.
            if (cell < 10)
            {
                words.Add(ticks, truth + (Math.Sqrt(WordsNoise) * Normal(random)), 1 / WordsNoise, 0, 0);
            }

            face.Add(ticks, truth + offset + (Math.Sqrt(FaceNoise) * Normal(random)), 1 / FaceNoise, 0, 0);
        }

        var standings = new ModalityStanding[2];
        standings[Face].ValenceOffset = new GaussianEstimate(0, baseline * baseline);
        var now = Noon.UtcTicks + ((Cells - 1) * FeelingHistory.WidthOf(TimeConstant));
        return (truth, filter.Estimate([words, face], Rest, now, standings, out _), standings);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
