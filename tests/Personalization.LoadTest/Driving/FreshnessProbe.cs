using Personalization.Client;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;
using Personalization.V1;

namespace Personalization.LoadTest.Driving;

/// <summary>
/// Measures how long it takes from the acknowledgement of an event until a read that does not ask for it shows it: sends an
/// event as a shopper of its own, then reads again and again until an answer is as of that event or later. The time of the
/// last read is part of the figure.
/// </summary>
internal sealed class FreshnessProbe(
    PersonalizationClient client, FreshnessRead read, Catalogue catalogue, RunRecord record, TimeProvider time, Rng rng, string runId)
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(10);

    /// <summary>Probes until stopped.</summary>
    /// <param name="every">How long to rest between two probes.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task RunAsync(TimeSpan every, CancellationToken cancellationToken)
    {
        for (var n = 0; !cancellationToken.IsCancellationRequested; n++)
        {
            try
            {
                await ProbeAsync(n, cancellationToken);
                await Task.Delay(every, time, cancellationToken);
            }
            catch (Exception e) when (cancellationToken.IsCancellationRequested && e is OperationCanceledException or Grpc.Core.RpcException { StatusCode: Grpc.Core.StatusCode.Cancelled })
            {
                return;
            }
            catch (Exception e) when (e is Grpc.Core.RpcException or FormatException)
            {
                record.Failed("freshness probe", e);
                await Task.Delay(every, time, CancellationToken.None);
            }
        }
    }

    private async Task ProbeAsync(int n, CancellationToken cancellationToken)
    {
        // A few shoppers only, so that their profiles are as warm as those of other shoppers.
        var session = client.OpenSession(Who.User($"probe-{runId}-{n % 16}", "probe"));
        var ack = await session.TrackAsync(Events.View(rng.Pick(catalogue.Items).ProductId, TimeSpan.FromSeconds(2)), cancellationToken);
        var acknowledged = time.GetTimestamp();
        record.Acknowledged(new Event { Behaviour = new Behaviour() }, ack);
        while (true)
        {
            if (Shows(await read(session.Shopper, cancellationToken), ack.ConsistencyToken))
            {
                record.Freshness.Record(time.GetElapsedTime(acknowledged));
                return;
            }

            if (time.GetElapsedTime(acknowledged) > GiveUpAfter)
            {
                record.Error($"freshness probe: an acknowledged event did not show within {GiveUpAfter.TotalSeconds:F0} s");
                return;
            }
        }
    }

    private static bool Shows(AsOf? asOf, string token) =>
        asOf is not null && ConsistencyToken.OffsetOf(token, asOf.Partition) is > 0 and var offset && asOf.Offset >= offset;
}

/// <summary>Reads something about a shopper, and says what the answer knew; null: nothing.</summary>
internal delegate Task<AsOf?> FreshnessRead(Shopper shopper, CancellationToken cancellationToken);

/// <summary>What can be read.</summary>
internal static class FreshnessReads
{
    /// <summary>The shopper's profile.</summary>
    public static FreshnessRead Profile(PersonalizationClient client) => async (shopper, cancellationToken) =>
    {
        var answer = await client.Profiles.GetProfileAsync(new GetProfileRequest { Shopper = shopper }, cancellationToken: cancellationToken);
        return answer.Profile.AsOf;
    };

    /// <summary>The shopper's next recommendation.</summary>
    public static FreshnessRead Recommendation(PersonalizationClient client) => async (shopper, cancellationToken) =>
    {
        var answer = await client.Recommendations.RecommendAsync(
            new RecommendRequest { Shopper = shopper, PageSize = 10 }, cancellationToken: cancellationToken);
        return answer.ProfileAsOf;
    };
}
