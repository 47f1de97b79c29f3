namespace Personalization.Benchmarks.Models;

/// <summary>A face and how ten people voted on it.</summary>
/// <param name="Pixels">48 × 48 grey pixels, row by row.</param>
/// <param name="Votes">Votes for each of <see cref="LabelledFaces.Labels"/>.</param>
internal readonly record struct LabelledFace(ReadOnlyMemory<byte> Pixels, ReadOnlyMemory<byte> Votes)
{
    /// <summary>The most voted label, the first of several.</summary>
    public int Majority
    {
        get
        {
            var votes = Votes.Span;
            var most = 0;
            for (var k = 1; k < votes.Length; k++)
            {
                most = votes[k] > votes[most] ? k : most;
            }

            return most;
        }
    }
}

/// <summary>
/// Reads faces in the form of FER+: a file of pictures, 48 × 48 bytes each, and a file of votes, ten bytes each, in the
/// same order.
/// </summary>
internal static class LabelledFaces
{
    private const int Side = 48;
    private const string PicturesEnd = "_48x48_u8.bin";
    private const string VotesEnd = "_votes10_u8.bin";

    /// <summary>What votes are for, in their order. The last two are no emotion.</summary>
    public static readonly string[] Labels =
        ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "not-a-face"];

    /// <summary>How many of the labels are emotions: the first.</summary>
    public const int Emotions = 8;

    /// <summary>The faces of a file.</summary>
    /// <param name="pictures">The file of pictures.</param>
    /// <param name="votes">The file of votes; null for the one that is named like that of the pictures.</param>
    /// <exception cref="InvalidDataException">A file is not as it must be; says where.</exception>
    public static IReadOnlyList<LabelledFace> Read(string pictures, string? votes)
    {
        votes ??= pictures.EndsWith(PicturesEnd, StringComparison.Ordinal)
            ? string.Concat(pictures.AsSpan(0, pictures.Length - PicturesEnd.Length), VotesEnd)
            : throw new InvalidDataException($"{pictures}: name the file of votes by --votes, as this one's name does not end in {PicturesEnd}.");
        var (seen, said) = (Rows(pictures, Side * Side, "pictures of 48 x 48 bytes"), Rows(votes, Labels.Length, "votes of 10 bytes"));
        if (seen.Length != said.Length)
        {
            throw new InvalidDataException($"{pictures} has {seen.Length} pictures, and {votes} votes on {said.Length}.");
        }

        for (var i = 0; i < said.Length; i++)
        {
            if (said[i].Span.IndexOfAnyExcept((byte)0) < 0)
            {
                throw new InvalidDataException($"{votes}, bytes {i * Labels.Length} to {((i + 1) * Labels.Length) - 1}: nobody voted on face {i + 1}.");
            }
        }

        return [.. seen.Zip(said, static (pixels, vote) => new LabelledFace(pixels, vote))];
    }

    private static ReadOnlyMemory<byte>[] Rows(string file, int length, string what)
    {
        var bytes = File.ReadAllBytes(file);
        return bytes.Length > 0 && bytes.Length % length == 0
            ? [.. Enumerable.Range(0, bytes.Length / length).Select(i => new ReadOnlyMemory<byte>(bytes, i * length, length))]
            : throw new InvalidDataException($"{file}: {bytes.Length} bytes are no whole number of {what}.");
    }
}
