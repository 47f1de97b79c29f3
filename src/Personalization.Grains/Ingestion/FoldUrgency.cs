namespace Personalization.Grains.Ingestion;

/// <summary>
/// Whether somebody waits for what a partition has not folded in: a shopper who wants to read what they wrote. Such a partition
/// folds before the others, and does not rest. Written by the partition, read by all.
/// </summary>
/// <param name="gate">Where the partition may be waiting.</param>
public sealed class FoldUrgency(PumpGate gate)
{
    private volatile bool _raised;

    /// <summary>Whether somebody waits.</summary>
    public bool IsRaised => _raised;

    /// <summary>Somebody waits from now on.</summary>
    public void Raise()
    {
        if (!_raised)
        {
            _raised = true;
            gate.Hurry();
        }
    }

    /// <summary>Nobody waits any more.</summary>
    public void Lower() => _raised = false;
}
