using Personalization.Benchmarks.Load;
using Personalization.Client;
using Personalization.V1;

namespace Personalization.Benchmarks.Recommending;

/// <summary>Asks an engine for slates of ten.</summary>
internal sealed class SlateCalls : IDisposable
{
    /// <summary>No product has this id. A request that excludes it is a request of its own, for which candidates are looked for anew.</summary>
    private const string Nobody = "no-product";

    private readonly Channels _channels;
    private readonly Func<RecommendationService.RecommendationServiceClient> _clients;

    /// <param name="address">Where the engine listens.</param>
    public SlateCalls(string address)
    {
        _channels = new Channels(address);
        _clients = _channels.Clients(channel => new RecommendationService.RecommendationServiceClient(channel));
    }

    /// <summary>Calls as shoppers make them: who asks again within seconds is drawn from the same pool.</summary>
    public Call Usual(Zipf users) => rng => For(users.Next(rng), anew: false);

    /// <summary>Calls each of which finds and scores its candidates.</summary>
    public Call Anew(Zipf users) => rng => For(users.Next(rng), anew: true);

    /// <summary>One slate.</summary>
    public async Task<RecommendResponse> For(string user, bool anew)
    {
        var request = new RecommendRequest { Shopper = Who.User(user), Placement = "home", PageSize = 10 };
        if (anew)
        {
            request.ExcludedProductIds.Add(Nobody);
        }

        return await _clients().RecommendAsync(request);
    }

    public void Dispose() => _channels.Dispose();
}
