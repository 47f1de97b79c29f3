using Grpc.Core;
using Grpc.Net.Client;
using Personalization.Client.Internal;
using Personalization.V1;

namespace Personalization.Client;

/// <summary>
/// The engine, from a storefront's side: one typed client per stage over one channel, with calls repeated where that helps
/// (<see cref="RetryOptions"/>), a batching <see cref="EventWriter"/>, and <see cref="ShopperSession"/>s that read their own writes.
/// </summary>
/// <remarks>
/// <code>
/// using var engine = PersonalizationClient.Connect("http://127.0.0.1:5000");
/// var visit = engine.OpenSession(Who.User("ada", "visit-1"));
///
/// await visit.TrackAsync(Events.View("serum-12", dwell: TimeSpan.FromSeconds(9)));
/// await visit.TrackAsync(Events.Review("serum-12", "My skin has never felt softer."));
///
/// var slate = await visit.RecommendAsync(new RecommendRequest { Placement = "home", PageSize = 5 });
/// foreach (var item in slate.Items) Console.WriteLine($"{item.Rank}. {item.ProductId} from {item.Source}");
/// await visit.ReportAsync(slate.Impressions().Append(slate.Click(slate.Items[0])));
/// </code>
/// Safe for many threads; make one and share it.
/// </remarks>
public sealed class PersonalizationClient : IDisposable
{
    private readonly PersonalizationClientOptions _options;
    private readonly GrpcChannel? _owned;

    private PersonalizationClient(CallInvoker channel, GrpcChannel? owned, PersonalizationClientOptions options)
    {
        options.Validate();
        _options = options;
        _owned = owned;
        var calls = new RetryingCallInvoker(channel, options);
        Ingestion = new IngestionService.IngestionServiceClient(calls);
        Sentiments = new SentimentService.SentimentServiceClient(calls);
        Models = new ModelService.ModelServiceClient(calls);
        Recommendations = new RecommendationService.RecommendationServiceClient(calls);
        Policies = new PolicyService.PolicyServiceClient(calls);
        Rewards = new RewardService.RewardServiceClient(calls);
        Interventions = new InterventionService.InterventionServiceClient(calls);
        Profiles = new ProfileService.ProfileServiceClient(calls);
        Catalog = new CatalogService.CatalogServiceClient(calls);
        Evaluations = new EvaluationService.EvaluationServiceClient(calls);
        Operations = new OperationsService.OperationsServiceClient(calls);
    }

    /// <summary>Takes in what shoppers do, say and show.</summary>
    public IngestionService.IngestionServiceClient Ingestion { get; }

    /// <summary>Feelings read out of payloads, and forgotten.</summary>
    public SentimentService.SentimentServiceClient Sentiments { get; }

    /// <summary>Which versions of the scoring models read for whom.</summary>
    public ModelService.ModelServiceClient Models { get; }

    /// <summary>Says what to show.</summary>
    public RecommendationService.RecommendationServiceClient Recommendations { get; }

    /// <summary>How the recommendation policy stands; its model out, in and back.</summary>
    public PolicyService.PolicyServiceClient Policies { get; }

    /// <summary>Hears what became of recommendations.</summary>
    public RewardService.RewardServiceClient Rewards { get; }

    /// <summary>Says whether to step in, and how.</summary>
    public InterventionService.InterventionServiceClient Interventions { get; }

    /// <summary>What is known and felt about a shopper, and what may be done with it.</summary>
    public ProfileService.ProfileServiceClient Profiles { get; }

    /// <summary>The products, and what shoppers feel about them.</summary>
    public CatalogService.CatalogServiceClient Catalog { get; }

    /// <summary>What another policy would have got, from the log of decisions.</summary>
    public EvaluationService.EvaluationServiceClient Evaluations { get; }

    /// <summary>How the engine itself is doing.</summary>
    public OperationsService.OperationsServiceClient Operations { get; }

    /// <summary>Opens a channel of its own, which is closed with the client.</summary>
    /// <param name="address">The engine's gRPC address, such as <c>http://127.0.0.1:5000</c>.</param>
    /// <param name="options">How it behaves; null: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static PersonalizationClient Connect(string address, PersonalizationClientOptions? options = null)
    {
        options ??= new PersonalizationClientOptions();
        options.Validate();
        var channel = GrpcChannel.ForAddress(address, options.Channel);
        return new PersonalizationClient(channel.CreateCallInvoker(), channel, options);
    }

    /// <summary>Uses a channel, or anything else that makes calls, that the caller keeps.</summary>
    /// <param name="calls">What makes the calls.</param>
    /// <param name="options">How it behaves; null: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static PersonalizationClient Over(CallInvoker calls, PersonalizationClientOptions? options = null) =>
        new(calls, null, options ?? new PersonalizationClientOptions());

    /// <summary>Opens a visit of a shopper. Costs nothing: no call is made.</summary>
    /// <param name="shopper">Who; <see cref="Who"/> names them.</param>
    /// <param name="writer">Sends the session's events in batches with everybody else's; null: one call per event.</param>
    public ShopperSession OpenSession(Shopper shopper, EventWriter? writer = null)
    {
        ArgumentNullException.ThrowIfNull(shopper);
        return new ShopperSession(this, shopper, writer, _options.TimeProvider);
    }

    /// <summary>Opens a stream for events. Share it among sessions; dispose of it to see everything acknowledged.</summary>
    /// <param name="options">How it behaves; null: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public EventWriter OpenEventWriter(EventWriterOptions? options = null) =>
        new(Ingestion, options ?? new EventWriterOptions(), _options.TimeProvider);

    /// <summary>Closes the channel, if the client opened it.</summary>
    public void Dispose() => _owned?.Dispose();
}
