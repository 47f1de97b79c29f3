namespace Personalization.Host.Operations;

/// <summary>What the parts of a stopping engine tell each other.</summary>
internal sealed class StopSignal
{
    private readonly CancellationTokenSource _overdue = new();
    private volatile bool _hasBegun;

    /// <summary>The engine has begun to stop.</summary>
    public bool HasBegun => _hasBegun;

    /// <summary>Cancelled when those who are still connected have had their time.</summary>
    public CancellationToken Overdue => _overdue.Token;

    public void Begin() => _hasBegun = true;

    public void CutOffAfter(TimeSpan patience) => _overdue.CancelAfter(patience);
}
