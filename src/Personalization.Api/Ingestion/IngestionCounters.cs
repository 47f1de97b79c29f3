namespace Personalization.Api.Ingestion;

/// <summary>How events were answered since the process started. Safe for use by many threads.</summary>
public sealed class IngestionCounters
{
    private long _accepted;
    private long _duplicate;
    private long _rejected;
    private long _quarantined;
    private long _withoutConsent;

    /// <summary>Events that became durable.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Events that were durable already.</summary>
    public long Duplicate => Interlocked.Read(ref _duplicate);

    /// <summary>Events turned away.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Events set aside.</summary>
    public long Quarantined => Interlocked.Read(ref _quarantined);

    /// <summary>Payloads dropped unread for want of consent; among the rejected.</summary>
    public long PayloadsWithoutConsent => Interlocked.Read(ref _withoutConsent);

    internal void Add(int accepted, int duplicate, int rejected, int quarantined, int withoutConsent)
    {
        AddTo(ref _accepted, accepted);
        AddTo(ref _duplicate, duplicate);
        AddTo(ref _rejected, rejected);
        AddTo(ref _quarantined, quarantined);
        AddTo(ref _withoutConsent, withoutConsent);
    }

    private static void AddTo(ref long counter, int amount)
    {
        if (amount > 0)
        {
            Interlocked.Add(ref counter, amount);
        }
    }
}
