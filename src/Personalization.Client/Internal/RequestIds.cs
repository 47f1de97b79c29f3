using Personalization.V1;

namespace Personalization.Client.Internal;

/// <summary>Gives requests for decisions an id of their own, so that a repetition gets the first one's answer and decides nothing anew.</summary>
internal static class RequestIds
{
    /// <summary>The request with an id: itself when it has one or needs none, else a copy, for the caller may send it again.</summary>
    public static TRequest WithId<TRequest>(TRequest request)
        where TRequest : class => (TRequest)(request switch
    {
        RecommendRequest { RequestId: "" } recommend => new RecommendRequest(recommend) { RequestId = New() },
        RankItemsRequest { RequestId: "" } rank => new RankItemsRequest(rank) { RequestId = New() },
        DecideRequest { RequestId: "" } decide => new DecideRequest(decide) { RequestId = New() },
        BatchRecommendRequest batch when batch.Requests.Any(static one => one.RequestId.Length == 0) =>
            new BatchRecommendRequest { Requests = { batch.Requests.Select(WithId) } },
        _ => (object)request,
    });

    private static string New() => Guid.NewGuid().ToString("N");
}
