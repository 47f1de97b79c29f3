using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Lifecycle;

/// <summary>Counts how a shadow compares with the live version. Safe for threads.</summary>
internal sealed class AgreementCounter(ShadowMeter? meter)
{
    private readonly Lock _gate = new();
    private long _compared, _disagreed, _dropped, _failed;
    private double _valence, _arousal;

    /// <summary>Both read an input.</summary>
    public void Compare(in Impression live, in Impression shadow)
    {
        var isAlike = live.Label == shadow.Label;
        lock (_gate)
        {
            _compared++;
            _disagreed += isAlike ? 0 : 1;
            _valence += Math.Abs(live.Valence - shadow.Valence);
            _arousal += Math.Abs(live.Arousal - shadow.Arousal);
        }

        meter?.Invoke(isAlike ? "agreed" : "disagreed", 1);
    }

    /// <summary>The shadow was not shown some inputs.</summary>
    public void Drop(int count)
    {
        Interlocked.Add(ref _dropped, count);
        meter?.Invoke("dropped", count);
    }

    /// <summary>The shadow failed on some inputs.</summary>
    public void Fail(int count)
    {
        Interlocked.Add(ref _failed, count);
        meter?.Invoke("failed", count);
    }

    /// <summary>What was counted so far.</summary>
    public ModelAgreement Total()
    {
        lock (_gate)
        {
            var compared = Math.Max(1, _compared);
            return new ModelAgreement(
                _compared, _valence / compared, _arousal / compared, _disagreed, Interlocked.Read(ref _dropped), Interlocked.Read(ref _failed));
        }
    }
}

/// <summary>Told of what became of a shadow's inputs.</summary>
/// <param name="outcome">agreed, disagreed, dropped or failed.</param>
/// <param name="count">How many inputs.</param>
internal delegate void ShadowMeter(string outcome, int count);
