using NSubstitute;
using Personalization.Domain.Scoring;
using Personalization.Grains.Scoring;

namespace Personalization.Api.Tests.Fakes;

/// <summary>Something that looks at pictures: it sees joy, as sure of it as the first pixel is bright; a black one it does not look at.</summary>
internal sealed class FakeFaces
{
    public FakeFaces()
    {
        Scorer.ReadFaces(default!, default, default).ReturnsForAnyArgs(call => Answer(call.Arg<FaceCropCommand[]>()));
        Grains.GetGrain<IScoringGrain>(0).Returns(Scorer);
    }

    public IGrainFactory Grains { get; } = Substitute.For<IGrainFactory>();

    public IScoringGrain Scorer { get; } = Substitute.For<IScoringGrain>();

    /// <summary>What it waits for before it answers; null for nothing.</summary>
    public Task? Gate { get; set; }

    /// <summary>How many pictures it was shown, call by call.</summary>
    public List<int> Shown { get; } = [];

    public static FaceReadingMessage? See(ReadOnlyMemory<byte> pixels)
    {
        if (pixels.Span[0] == 0)
        {
            return null;
        }

        var joy = new float[EmotionDistribution.Count];
        joy[(int)Emotion.Joy] = 1;
        return new FaceReadingMessage(joy, pixels.Span[0] / 255f, "face@test");
    }

    private async Task<FaceReadingMessage?[]> Answer(FaceCropCommand[] crops)
    {
        Shown.Add(crops.Length);
        await (Gate ?? Task.CompletedTask);
        return Array.ConvertAll(crops, static crop => See(crop.Pixels));
    }
}
