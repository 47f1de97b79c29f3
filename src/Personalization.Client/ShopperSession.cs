using Personalization.V1;

namespace Personalization.Client;

/// <summary>
/// One shopper's visit. It names the shopper in every call, gives events their ids and times, and remembers what has been
/// written, so that every read sees it: a recommendation asked for after a click knows of the click.
/// </summary>
/// <remarks>Safe for many threads. Made by <see cref="PersonalizationClient.OpenSession"/>.</remarks>
public sealed class ShopperSession
{
    private readonly PersonalizationClient _client;
    private readonly EventWriter? _writer;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private string _token = string.Empty;

    internal ShopperSession(PersonalizationClient client, Shopper shopper, EventWriter? writer, TimeProvider time)
    {
        _client = client;
        Shopper = shopper;
        _writer = writer;
        _time = time;
    }

    /// <summary>Who.</summary>
    public Shopper Shopper { get; }

    /// <summary>Stands for everything that was written in this session; empty when nothing was.</summary>
    public string Token
    {
        get
        {
            lock (_lock)
            {
                return _token;
            }
        }
    }

    /// <summary>Adds a token from elsewhere (another process that wrote for this shopper) to what reads must have seen.</summary>
    /// <param name="consistencyToken">The token; empty or null for none.</param>
    /// <exception cref="FormatException">It is not a token.</exception>
    public void MustSee(string? consistencyToken)
    {
        lock (_lock)
        {
            _token = ConsistencyToken.Merge(_token, consistencyToken);
        }
    }

    /// <summary>Sends an event and waits for its answer. Who, when and id are filled in where they are not set.</summary>
    /// <param name="shopperEvent">The event; <see cref="Events"/> makes the common ones. It is not copied.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The answer: an event may have been rejected.</returns>
    /// <exception cref="Grpc.Core.RpcException">The call failed.</exception>
    public async Task<EventAck> TrackAsync(Event shopperEvent, CancellationToken cancellationToken = default)
    {
        Complete(shopperEvent);
        if (_writer is not null)
        {
            var ack = await _writer.SendAsync(shopperEvent, cancellationToken).ConfigureAwait(false);
            MustSee(ack.ConsistencyToken);
            return ack;
        }

        var response = await TrackAllAsync([shopperEvent], cancellationToken).ConfigureAwait(false);
        return new EventAck(response.Results[0], response.ConsistencyToken);
    }

    /// <summary>
    /// Hands an event to the session's writer and does not wait for its answer. Events stay in order: a read after a later,
    /// awaited <see cref="TrackAsync"/> has seen this one too.
    /// </summary>
    /// <param name="shopperEvent">The event. It is not copied.</param>
    /// <param name="cancellationToken">Gives up waiting for room in the writer's buffer.</param>
    /// <exception cref="InvalidOperationException">The session was opened without a writer.</exception>
    /// <exception cref="Grpc.Core.RpcException">The writer's stream could not be kept open.</exception>
    public ValueTask PostAsync(Event shopperEvent, CancellationToken cancellationToken = default) =>
        _writer is null
            ? throw new InvalidOperationException("PostAsync needs a session that was opened with an EventWriter; use TrackAsync.")
            : _writer.PostAsync(Complete(shopperEvent), cancellationToken);

    /// <summary>Sends up to 1,000 events in one call, not through the session's writer.</summary>
    /// <param name="shopperEvents">The events. They are not copied. None: nothing is sent.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One result per event, in order.</returns>
    /// <exception cref="Grpc.Core.RpcException">The call failed.</exception>
    public async Task<IngestEventsResponse> TrackAllAsync(IEnumerable<Event> shopperEvents, CancellationToken cancellationToken = default)
    {
        var request = new IngestEventsRequest();
        foreach (var shopperEvent in shopperEvents)
        {
            request.Events.Add(Complete(shopperEvent));
        }

        if (request.Events.Count == 0)
        {
            return new IngestEventsResponse();
        }

        var response = await _client.Ingestion.IngestEventsAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
        MustSee(response.ConsistencyToken);
        return response;
    }

    /// <summary>Asks for a slate that knows of everything written in this session.</summary>
    /// <param name="request">What is asked for; the shopper is filled in. Null: the defaults.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="Grpc.Core.RpcException">The call failed.</exception>
    public async Task<RecommendResponse> RecommendAsync(RecommendRequest? request = null, CancellationToken cancellationToken = default)
    {
        request ??= new RecommendRequest();
        request.Shopper = Shopper;
        request.MinConsistencyToken = ConsistencyToken.Merge(request.MinConsistencyToken, Token);
        return await _client.Recommendations.RecommendAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has the caller's own candidates put in order.</summary>
    /// <param name="request">The candidates; the shopper is filled in.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="Grpc.Core.RpcException">The call failed.</exception>
    public async Task<RankItemsResponse> RankAsync(RankItemsRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Shopper = Shopper;
        request.MinConsistencyToken = ConsistencyToken.Merge(request.MinConsistencyToken, Token);
        return await _client.Recommendations.RankItemsAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says what became of recommended items.</summary>
    /// <param name="outcomes">Up to 1,000; <see cref="Attribution"/> makes them. They are not copied. None, as of a slate without items: nothing is sent.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="Grpc.Core.RpcException">The call failed.</exception>
    public async Task<ReportOutcomesResponse> ReportAsync(IEnumerable<Outcome> outcomes, CancellationToken cancellationToken = default)
    {
        var request = new ReportOutcomesRequest();
        var now = Events.At(_time.GetUtcNow());
        foreach (var outcome in outcomes)
        {
            outcome.Shopper ??= Shopper;
            outcome.OccurredAt ??= now;
            request.Outcomes.Add(outcome);
        }

        if (request.Outcomes.Count == 0)
        {
            return new ReportOutcomesResponse();
        }

        var response = await _client.Rewards.ReportOutcomesAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
        MustSee(response.ConsistencyToken);
        return response;
    }

    /// <summary>Asks whether to step in, and how.</summary>
    /// <param name="request">Where and with what in the cart; the shopper is filled in.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="Grpc.Core.RpcException">The call failed.</exception>
    public async Task<DecideResponse> DecideAsync(DecideRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Shopper = Shopper;
        request.MinConsistencyToken = ConsistencyToken.Merge(request.MinConsistencyToken, Token);
        return await _client.Interventions.DecideAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says what became of an intervention.</summary>
    /// <param name="outcome">The outcome, with the decision's attribution token; the shopper is filled in.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="Grpc.Core.RpcException">The call failed.</exception>
    public async Task<ReportOutcomeResponse> ReportInterventionAsync(ReportOutcomeRequest outcome, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        outcome.Shopper ??= Shopper;
        outcome.OccurredAt ??= Events.At(_time.GetUtcNow());
        var response = await _client.Interventions.ReportOutcomeAsync(outcome, cancellationToken: cancellationToken).ConfigureAwait(false);
        MustSee(response.ConsistencyToken);
        return response;
    }

    /// <summary>The profile, with everything written in this session folded in.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="Grpc.Core.RpcException">The call failed.</exception>
    public async Task<Profile> GetProfileAsync(CancellationToken cancellationToken = default)
    {
        var request = new GetProfileRequest { Shopper = Shopper, MinConsistencyToken = Token };
        var response = await _client.Profiles.GetProfileAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
        return response.Profile;
    }

    /// <summary>Grants or withdraws consents.</summary>
    /// <param name="changes">1 to 16 changes; what is not named stays.</param>
    /// <param name="policyVersion">The version of the text that was agreed to: up to 64 characters.</param>
    /// <param name="source">Where it was given: up to 64 characters.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>All consents after the change.</returns>
    /// <exception cref="Grpc.Core.RpcException">The call failed.</exception>
    public async Task<IReadOnlyList<ConsentState>> SetConsentAsync(
        IEnumerable<ConsentState> changes, string policyVersion = "", string source = "", CancellationToken cancellationToken = default)
    {
        var request = new SetConsentRequest { Shopper = Shopper, PolicyVersion = policyVersion, Source = source };
        request.Changes.AddRange(changes);
        var response = await _client.Profiles.SetConsentAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
        MustSee(response.ConsistencyToken);
        return response.Consents;
    }

    private Event Complete(Event shopperEvent)
    {
        ArgumentNullException.ThrowIfNull(shopperEvent);
        shopperEvent.Shopper ??= Shopper;
        shopperEvent.OccurredAt ??= Events.At(_time.GetUtcNow());
        if (shopperEvent.EventId.Length == 0)
        {
            shopperEvent.EventId = Guid.CreateVersion7(_time.GetUtcNow()).ToString("N");
        }

        return shopperEvent;
    }
}
