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
}

/// <summary>One stretch of a text's tokens.</summary>
/// <param name="Start">Its first token.</param>
/// <param name="Length">How many tokens.</param>
/// <param name="Aspect">The aspect that a clause names; −1 for a window.</param>
internal readonly record struct TextRow(int Start, int Length, int Aspect);
