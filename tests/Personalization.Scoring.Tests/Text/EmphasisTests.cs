using Personalization.Scoring.Onnx;
using Personalization.Scoring.Text;

namespace Personalization.Scoring.Tests.Text;

/// <summary>What is emphasised is read as the plain word, and a mark says how it was emphasised.</summary>
public sealed class EmphasisTests : IDisposable
{
    private const int Repeated = 4;
    private const int Elongated = 5;
    private const int Capitals = 6;
    private readonly TextModel _model = TextModel.Load(new ScoringOptions().FullTextModelPath, ScoringDevice.Cpu, 1);

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("it is GREAT", "it is great", Capitals)]
    [InlineData("it is greeeeat", "it is great", Elongated)]
    [InlineData("I loooove it", "I love it", Elongated)]
    [InlineData("great!!!!", "great!", Repeated)]
    public void Encode_Emphasis_IsThePlainWordsAndAMark(string emphasised, string plain, int mark)
    {
        var words = Words(emphasised);

        Assert.Contains(mark, words);
        Assert.Equal(Words(plain), words.Where(word => word != mark));
    }

    [Fact]
    public void Encode_CapitalsAndElongated_MarksBoth()
    {
        Assert.Equal([.. Words("great"), Elongated, Capitals], Words("GREEEEAT"));
    }

    [Theory]
    [InlineData("I")]
    [InlineData("A good one")]
    [InlineData("McDonald")]
    [InlineData("good feet")]
    [InlineData("123")]
    public void Encode_WhatIsWrittenSoAnyway_HasNoMark(string text)
    {
        Assert.DoesNotContain(Words(text), static word => word is Repeated or Elongated or Capitals);
    }

    [Theory]
    [InlineData("this is awful", "this is AWFUL")]
    [InlineData("this is awful", "this is awwwwful")]
    public void Read_EmphasisedBlame_StaysBlame(string plain, string emphasised)
    {
        Assert.InRange(Read(plain).Valence, -1f, -0.3f);
        Assert.InRange(Read(emphasised).Valence, -1f, -0.3f);
    }

    private int[] Words(string text) => _model.Tokenizer.Encode(text).Words;

    private TextReading Read(string text)
    {
        using var runner = new TextBatchRunner(_model);
        var readings = new TextReading[1][];
        runner.Run([new TextScorer(_model, 100).Prepare(string.Empty, text, "en")!], readings);
        return readings[0][0];
    }
}
