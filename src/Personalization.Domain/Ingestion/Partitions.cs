namespace Personalization.Domain.Ingestion;

/// <summary>Which partition of the event log a user's events go to: always the same one, so a user's events are in order.</summary>
public static class Partitions
{
    /// <summary>How many partitions a log has unless configured otherwise. Fixed for the life of a log.</summary>
    public const int DefaultCount = 16;

    /// <summary>The partition of a user, in [0, <paramref name="count"/>).</summary>
    public static int Of(UserKey user, int count) => (int)(StableHash.Of(user.Value) % (ulong)count);
}
