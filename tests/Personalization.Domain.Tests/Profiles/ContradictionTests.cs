using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using static Personalization.Domain.Tests.Profiles.Shoppers;

namespace Personalization.Domain.Tests.Profiles;

/// <summary>What a profile makes of modalities that say different things at the same time.</summary>
public sealed class ContradictionTests
{
    [Fact]
    public void Read_ASmileWithIHateIt_IsAContradictionAndNoSurerThanTheWordsAlone()
    {
        var said = At(Modality.Text, -0.8);
        var (contrary, alone) = (Profile(said, At(Modality.Face, 0.8)).Read(Noon), Profile(said).Read(Noon));

        Assert.Equal((1, 0), (contrary.Contradiction, alone.Contradiction));
        Assert.True(contrary.Confidence <= alone.Confidence, $"{contrary.Confidence} and {alone.Confidence}");
        Assert.InRange(contrary.ShortTerm.Valence.Mean, alone.ShortTerm.Valence.Mean + 0.05, 0.3);
    }

    [Theory]
    [InlineData(-0.8, -0.3)]
    [InlineData(-0.3, 0.2)]
    [InlineData(0.9, 0.05)]
    public void Read_ReadingsThatAgreeMoreOrLess_AreNoContradictionAndMakeSurer(double words, double face)
    {
        var said = At(Modality.Text, words);
        var (both, alone) = (Profile(said, At(Modality.Face, face)).Read(Noon), Profile(said).Read(Noon));

        Assert.Equal(0, both.Contradiction);
        Assert.True(both.Confidence > alone.Confidence, $"{both.Confidence} and {alone.Confidence}");
    }

    [Fact]
    public void Read_AContradictionOfAWhileAgo_FadesWithTheSession()
    {
        var profile = Profile(At(Modality.Text, -0.8), At(Modality.Face, 0.8));
        var later = profile.Read(Noon + ProfileModel.Default.Options.ShortTimeConstant).Contradiction;

        Assert.Equal(Math.Exp(-1), later, 6);
    }

    [Fact]
    public void Read_FurtherApart_IsNeverSurer()
    {
        var before = double.PositiveInfinity;
        for (var face = -0.8; face <= 1; face += 0.05)
        {
            var confidence = Profile(At(Modality.Text, -0.8), At(Modality.Face, face)).Read(Noon).Confidence;
            Assert.True(confidence <= before + 1e-9, $"{confidence} at {face}, {before} before");
            before = confidence;
        }
    }

    /// <summary>Truth is known here: noise, modalities that are silent, and smiles that mean the opposite.</summary>
    [Fact]
    public void Read_SyntheticSessions_AreToldBetterThanByTheBestModality()
    {
        var random = new Random(7);
        var errors = new double[4];
        for (var shopper = 0; shopper < 1500; shopper++)
        {
            var truth = Math.Clamp(0.5 * Normal(random), -1, 1);
            var smilesAtIt = random.NextDouble() < 0.1;
            ProfileInput[] said =
            [
                At(Modality.Text, truth + (0.4 * Normal(random))),
                At(Modality.Face, (smilesAtIt ? -truth : truth) + (0.45 * Normal(random))),
                At(Modality.Voice, truth + (0.7 * Normal(random))),
            ];
            var heard = said.Where(_ => random.NextDouble() < 0.75).ToArray();
            errors[0] += SquaredError(heard, truth);
            for (var m = 0; m < said.Length; m++)
            {
                errors[m + 1] += SquaredError([.. heard.Where(input => input.Observation == said[m].Observation)], truth);
            }
        }

        Assert.True(errors[0] < 0.85 * errors[1..].Min(), string.Join(", ", errors));
    }

    private static double SquaredError(ProfileInput[] heard, double truth) =>
        Math.Pow(Profile(Numbered(heard)).Read(Noon).ShortTerm.Valence.Mean - truth, 2);

    private static UserProfile Profile(params ProfileInput[] inputs) => Shoppers.Profile(Numbered(inputs));

    private static ProfileInput At(Modality modality, double valence) =>
        Input(Noon, PayloadOf(modality), Feeling(modality, Math.Clamp(valence, -1, 1), confidence: 0.9));

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
