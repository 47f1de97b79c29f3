using Orleans.Streams;

namespace Orleans.Providers.Streams.Common;

/// <summary>A place in a stream by number.</summary>
[GenerateSerializer]
public class EventSequenceToken : StreamSequenceToken
{
    /// <summary>With its numbers to be set.</summary>
    public EventSequenceToken()
    {
    }

    /// <summary>A message.</summary>
    public EventSequenceToken(long sequenceNumber)
        : this(sequenceNumber, 0)
    {
    }

    /// <summary>An event of a message.</summary>
    public EventSequenceToken(long sequenceNumber, int eventIndex)
    {
        SequenceNumber = sequenceNumber;
        EventIndex = eventIndex;
    }

    /// <inheritdoc />
    [Id(0)]
    public override long SequenceNumber { get; protected set; }

    /// <inheritdoc />
    [Id(1)]
    public override int EventIndex { get; protected set; }

    /// <inheritdoc />
    public override bool Equals(StreamSequenceToken? other) => other is EventSequenceToken o && SequenceNumber == o.SequenceNumber && EventIndex == o.EventIndex;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as StreamSequenceToken);

    /// <inheritdoc />
    public override int GetHashCode() => (EventIndex * 397) ^ SequenceNumber.GetHashCode();

    /// <inheritdoc />
    public override int CompareTo(StreamSequenceToken? other)
    {
        if (other is null)
        {
            return 1;
        }

        if (other is not EventSequenceToken o)
        {
            throw new ArgumentOutOfRangeException(nameof(other));
        }

        var bySequence = SequenceNumber.CompareTo(o.SequenceNumber);
        return bySequence != 0 ? bySequence : EventIndex.CompareTo(o.EventIndex);
    }

    /// <inheritdoc />
    public override string ToString() => $"[EventSequenceToken: SeqNum={SequenceNumber}, EventIndex={EventIndex}]";
}
