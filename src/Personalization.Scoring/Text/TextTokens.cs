namespace Personalization.Scoring.Text;

/// <summary>A text as the model reads it.</summary>
/// <param name="Words">One word id per token.</param>
/// <param name="Subwords">Four subword buckets per token, one token after the other; 0 is none.</param>
/// <param name="Damaged">How many characters were no valid UTF-16, or U+FFFD, which tells of earlier damage.</param>
internal sealed record TextTokens(int[] Words, int[] Subwords, int Damaged)
{
    /// <summary>How many tokens there are.</summary>
    public int Count => Words.Length;
}
