using Personalization.Benchmarks.Models;

namespace Personalization.Benchmarks.Tests.Models;

public sealed class ReadersTests : IDisposable
{
    private const string Sessions =
        "Administrative,Administrative_Duration,Informational,Informational_Duration,ProductRelated,ProductRelated_Duration,PageValues,Month,VisitorType,Weekend,Revenue";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LabelledTexts_StarsAndTitles_AreThreeClasses()
    {
        var texts = LabelledTexts.Read(_folder.Write("a.tsv", "stars\ttitle\ttext", "1\tBad\tIt broke.", "5\t\tLovely, really.", "3\t\tSo so."));
        Assert.Equal([0, 2, 1], texts.Select(static t => t.Labels.Single()));
        Assert.Equal(("Bad", "It broke."), (texts[0].Title, texts[0].Text));
        Assert.EndsWith("line 3", texts[1].Place);
    }

    [Fact]
    public void LabelledTexts_SeveralLabels_AreEachOnce() =>
        Assert.Equal([4, 1], LabelledTexts.Read(_folder.Write("a.tsv", "label_ids\ttext", "4,1,4\tHm.")).Single().Labels);

    [Theory]
    [InlineData("the first line must name the columns text", "label\twords", "1\ta")]
    [InlineData("line 2: 1 columns; the first line names 2", "label\ttext", "1")]
    [InlineData("line 2: label is 'x'", "label\ttext", "x\ta")]
    [InlineData("no text follows the first line", "label\ttext")]
    public void LabelledTexts_WhatAreNone_SayWhere(string problem, params string[] lines) =>
        Assert.Contains(problem, Assert.Throws<InvalidDataException>(() => LabelledTexts.Read(_folder.Write("bad.tsv", lines))).Message);

    [Fact]
    public void LabelledSessions_Rows_AreSessionsWithTheirEnd()
    {
        var sessions = LabelledSessions.Read(_folder.Write("a.csv", Sessions, "0,0,0,0,3,90,0,Nov,New_Visitor,TRUE,FALSE", "1,10,0,0,9,600,12.5,May,Returning_Visitor,FALSE,TRUE"));
        Assert.Equal([false, true], sessions.Select(static s => s.Bought));
        Assert.False(sessions[0].Window.SequenceEqual(sessions[1].Window));
    }

    [Theory]
    [InlineData("line 2: 2 columns; the first line names 11", "1,2")]
    [InlineData("line 2: Month is 'Brumaire'", "0,0,0,0,3,90,0,Brumaire,New_Visitor,TRUE,FALSE")]
    [InlineData("line 2: PageValues is 'many'", "0,0,0,0,3,90,many,Nov,New_Visitor,TRUE,FALSE")]
    [InlineData("line 2: Revenue is 'perhaps'", "0,0,0,0,3,90,0,Nov,New_Visitor,TRUE,perhaps")]
    public void LabelledSessions_WhatAreNone_SayWhere(string problem, string row) =>
        Assert.Contains(problem, Assert.Throws<InvalidDataException>(() => LabelledSessions.Read(_folder.Write("bad.csv", Sessions, row))).Message);

    [Fact]
    public void LabelledSessions_ColumnMissing_IsNamed() => Assert.Contains(
        "there is no column Administrative", Assert.Throws<InvalidDataException>(() => LabelledSessions.Read(_folder.Write("bad.csv", "Month", "Nov"))).Message);

    [Fact]
    public void LabelledFaces_PicturesAndVotes_GoTogether()
    {
        var pictures = _folder.Write("set_48x48_u8.bin", new byte[2 * 48 * 48]);
        _folder.Write("set_votes10_u8.bin", [0, 7, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 0, 0, 0, 0, 0]);
        var faces = LabelledFaces.Read(pictures, null);
        // Of two that are level the first.
        Assert.Equal([1, 3], faces.Select(static f => f.Majority));
    }

    [Fact]
    public void LabelledFaces_WhatDoesNotFit_SaysWhat()
    {
        var pictures = _folder.Write("set.bin", new byte[48 * 48]);
        Assert.Contains("--votes", Assert.Throws<InvalidDataException>(() => LabelledFaces.Read(pictures, null)).Message);
        Assert.Contains("votes on 2", Assert.Throws<InvalidDataException>(() => LabelledFaces.Read(pictures, _folder.Write("two", Enumerable.Repeat((byte)1, 20).ToArray()))).Message);
        Assert.Contains("nobody voted on face 1", Assert.Throws<InvalidDataException>(() => LabelledFaces.Read(pictures, _folder.Write("none", new byte[10]))).Message);
        Assert.Contains("no whole number of votes", Assert.Throws<InvalidDataException>(() => LabelledFaces.Read(pictures, _folder.Write("odd", new byte[11]))).Message);
    }

    [Fact]
    public void WavFile_ChunksBeforeTheSound_AreSkipped()
    {
        byte[] sound = [1, 0, 2, 0, 3, 0];
        var (pcm, rate) = WavFile.Read(_folder.Write("a.wav", Wav([.. Chunk("fmt ", Format(1, 1, 16000, 16)), .. Chunk("LIST", [9, 9, 9]), .. Chunk("data", sound)])));
        Assert.Equal(sound, pcm);
        Assert.Equal(16000, rate);
    }

    [Fact]
    public void WavFile_WhatIsNone_SaysWhy()
    {
        Assert.Contains("RIFF", Refused([1, 2, 3]));
        Assert.Contains("'fmt '", Refused(Wav(Chunk("data", [0, 0]))));
        Assert.Contains("2 channels", Refused(Wav([.. Chunk("fmt ", Format(1, 2, 16000, 16)), .. Chunk("data", [0, 0])])));
        Assert.Contains("3 bytes of sound", Refused(Wav([.. Chunk("fmt ", Format(1, 1, 16000, 16)), .. Chunk("data", [0, 0, 0])])));
    }

    private string Refused(byte[] file) => Assert.Throws<InvalidDataException>(() => WavFile.Read(_folder.Write("bad.wav", file))).Message;

    private static byte[] Wav(byte[] chunks) => [.. "RIFF"u8, .. BitConverter.GetBytes(4 + chunks.Length), .. "WAVE"u8, .. chunks];

    private static byte[] Chunk(string name, byte[] body) =>
        [.. System.Text.Encoding.ASCII.GetBytes(name), .. BitConverter.GetBytes(body.Length), .. body, .. new byte[body.Length & 1]];

    private static byte[] Format(short coding, short channels, int rate, short bits) =>
        [.. BitConverter.GetBytes(coding), .. BitConverter.GetBytes(channels), .. BitConverter.GetBytes(rate), .. new byte[6], .. BitConverter.GetBytes(bits)];
}
