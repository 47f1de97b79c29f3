using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Text;

/// <summary>One text to read: its tokens, and the stretches of them that are read each by itself.</summary>
/// <param name="Tokens">The text.</param>
/// <param name="Rows">First the windows that cover the text, then the clauses that name an aspect.</param>
/// <param name="Windows">How many of the rows are windows; at least one.</param>
/// <param name="Language">BCP 47 tag; empty when unknown.</param>
internal sealed record TextJob(TextTokens Tokens, TextRow[] Rows, int Windows, string Language)
{
    /// <summary>What the scale beside the words said; null when there was none.</summary>
    public SentimentObservation? Scale { get; init; }

    /// <summary>The tokens of some rows; those that lie in several are counted in each.</summary>
    public static int TokensOf(ReadOnlySpan<TextRow> rows)
    {
        var tokens = 0;
        foreach (var row in rows)
        {
            tokens += row.Length;
        }

        return tokens;
    }

    /// <summary>
    /// The job cut into parts that are small enough to go in batches of their own, so that a long text holds nobody up.
    /// </summary>
    /// <param name="mostTokens">The most tokens in the rows of a part; a single row may have more.</param>
    /// <returns>Parts whose rows are, one after the other, those of the job; null where the job is small enough.</returns>
    public IReadOnlyList<TextJob>? Split(int mostTokens)
    {
        if (TokensOf(Rows) <= mostTokens)
        {
            return null;
        }

        var parts = new List<TextJob>();
        for (int from = 0, end; from < Rows.Length; from = end)
        {
            end = from + 1;
            for (var tokens = Rows[from].Length; end < Rows.Length && tokens + Rows[end].Length <= mostTokens; end++)
            {
                tokens += Rows[end].Length;
            }

            parts.Add(this with { Rows = Rows[from..end] });
        }

        return parts;
    }
}

/// <summary>One stretch of a text's tokens.</summary>
/// <param name="Start">Its first token.</param>
/// <param name="Length">How many tokens.</param>
/// <param name="Aspect">The aspect that a clause names; −1 for a window.</param>
internal readonly record struct TextRow(int Start, int Length, int Aspect);
