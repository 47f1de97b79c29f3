using Personalization.V1;

namespace Personalization.Client.Internal;

/// <summary>An event on its way, and who waits for its answer.</summary>
internal readonly record struct PendingEvent(Event Event, TaskCompletionSource<EventAck>? Answer);
