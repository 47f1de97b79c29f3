using Personalization.V1;

namespace Personalization.Client;

/// <summary>How an <see cref="EventWriter"/> behaves.</summary>
public sealed class EventWriterOptions
{
    /// <summary>Events in one message at most: 1 to 1,000. 200.</summary>
    public int MaxBatch { get; set; } = 200;

    /// <summary>
    /// Events that wait to be sent at most: 1 to 1,000,000. 10,000. A full buffer makes the callers wait: that is how the
    /// engine's pace reaches them.
    /// </summary>
    public int BufferCapacity { get; set; } = 10_000;

    /// <summary>
    /// How long an event waits for company before it is sent: 0 to 1 second. 0: what is there is sent at once, and batches
    /// grow by themselves while a message is on its way.
    /// </summary>
    public TimeSpan Linger { get; set; } = TimeSpan.Zero;

    /// <summary>The pause before a broken stream is opened again, unless the server names one. Greater than zero. 100 ms.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>For how long a broken stream is opened again and again before what waits is given up. Not negative. 30 seconds.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Hears of every answer, from the thread that reads them: be quick and do not throw.</summary>
    public Action<Event, EventAck>? Answered { get; set; }

    /// <summary>Hears of every event that was given up, with the reason. Be quick and do not throw.</summary>
    public Action<Event, Exception>? Failed { get; set; }

    internal void Validate()
    {
        Check(MaxBatch is >= 1 and <= 1000, nameof(MaxBatch), MaxBatch, "1 to 1,000");
        Check(BufferCapacity is >= 1 and <= 1_000_000, nameof(BufferCapacity), BufferCapacity, "1 to 1,000,000");
        Check(Linger >= TimeSpan.Zero && Linger <= TimeSpan.FromSeconds(1), nameof(Linger), Linger, "0 to 1 second");
        Check(ReconnectDelay > TimeSpan.Zero, nameof(ReconnectDelay), ReconnectDelay, "greater than zero");
        Check(GiveUpAfter >= TimeSpan.Zero, nameof(GiveUpAfter), GiveUpAfter, "not negative");
    }

    private static void Check(bool holds, string name, object value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {allowed}.");
        }
    }
}
