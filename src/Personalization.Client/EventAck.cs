using Personalization.V1;

namespace Personalization.Client;

/// <summary>The engine's answer to one event.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="ConsistencyToken">Hand this to a later read to be sure that it has seen the event.</param>
public readonly record struct EventAck(EventResult Result, string ConsistencyToken)
{
    /// <summary>True when the event is durable: accepted now or before.</summary>
    public bool IsDurable => Result.Status is EventStatus.Accepted or EventStatus.Duplicate;
}
