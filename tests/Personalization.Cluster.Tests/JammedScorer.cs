using Personalization.Domain.Scoring;

namespace Personalization.Cluster.Tests;

/// <summary>A <see cref="LexiconScorer"/> that turns everybody away until it is let go.</summary>
internal sealed class JammedScorer : ISentimentScorer
{
    private static readonly ScoringResult s_overloaded = new(ScoringStatus.Overloaded, null, TimeSpan.Zero, TimeSpan.Zero);
    private readonly LexiconScorer _scorer = new();
    private volatile bool _jammed = true;
    private int _read;

    /// <summary>Payloads that were read, over all silos.</summary>
    public int Read => Volatile.Read(ref _read);

    public void LetGo() => _jammed = false;

    public ValueTask<ScoringResult[]> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken)
    {
        if (_jammed)
        {
            return ValueTask.FromResult(requests.Select(static _ => s_overloaded).ToArray());
        }

        Interlocked.Add(ref _read, requests.Count);
        return _scorer.ScoreAsync(requests, cancellationToken);
    }
}
