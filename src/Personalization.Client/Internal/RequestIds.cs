using Personalization.V1;

namespace Personalization.Client.Internal;

/// <summary>
/// Gives requests for interventions an id of their own, so that a repetition gets the first one's answer and spends no budget anew.
/// Not requests for slates: a slate that nobody saw does no harm, and a kept answer to every one of them takes the engine memory.
/// </summary>
internal static class RequestIds
{
    /// <summary>The request with an id: itself when it has one or needs none, else a copy, for the caller may send it again.</summary>
    public static TRequest WithId<TRequest>(TRequest request)
        where TRequest : class =>
        request is DecideRequest { RequestId: "" } decide
            ? (TRequest)(object)new DecideRequest(decide) { RequestId = Guid.NewGuid().ToString("N") }
            : request;
}
