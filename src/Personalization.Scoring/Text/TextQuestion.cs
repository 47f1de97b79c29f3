using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Text;

/// <summary>Words to read.</summary>
/// <param name="Words">The words.</param>
/// <param name="Scale">What the scale beside them said; null when there was none.</param>
internal readonly record struct TextQuestion(Words Words, SentimentObservation? Scale);
