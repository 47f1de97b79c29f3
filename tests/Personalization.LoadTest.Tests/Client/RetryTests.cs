using Grpc.Core;
using Personalization.Client;
using Personalization.LoadTest.Tests.Fakes;
using Personalization.V1;

namespace Personalization.LoadTest.Tests.Client;

public sealed class RetryTests
{
    [Fact]
    public async Task UnaryCall_RefusedWithADelay_IsMadeAgain()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.RefuseCalls = 2;
        using var client = engine.Connect();
        var ack = await client.OpenSession(Who.User("ada")).TrackAsync(Events.View("p1", TimeSpan.FromSeconds(1)));
        Assert.True(ack.IsDurable);
        Assert.Single(engine.Events);
    }

    [Fact]
    public async Task UnaryCall_RefusedTooOften_FailsWithTheRefusal()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.RefuseCalls = 10;
        using var client = engine.Connect(new PersonalizationClientOptions { Retry = { MaxAttempts = 3 } });
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => client.OpenSession(Who.User("ada")).TrackAsync(Events.View("p1", TimeSpan.FromSeconds(1))));
        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        Assert.Equal(TimeSpan.FromMilliseconds(5), failure.GetRetryDelay());
        Assert.Equal(7, engine.RefuseCalls);
    }

    [Fact]
    public void DelayAfter_RefusalWithoutADelay_IsFinal()
    {
        var failure = new RpcException(new Status(StatusCode.ResourceExhausted, "full"));
        Assert.Null(new RetryOptions().DelayAfter(failure, 1, 0.5));
    }

    [Fact]
    public void DelayAfter_Unavailable_GrowsToTheCeiling()
    {
        var options = new RetryOptions { InitialBackoff = TimeSpan.FromMilliseconds(100), MaxBackoff = TimeSpan.FromMilliseconds(300) };
        var failure = new RpcException(new Status(StatusCode.Unavailable, "gone"));
        Assert.Equal([100, 200, 300], new[] { 1, 2, 3 }.Select(attempt => options.DelayAfter(failure, attempt, 1)!.Value.TotalMilliseconds));
    }

    [Fact]
    public void DelayAfter_InvalidArgument_IsFinal() =>
        Assert.Null(new RetryOptions().DelayAfter(new RpcException(new Status(StatusCode.InvalidArgument, "no")), 1, 1));

    [Fact]
    public void Connect_OptionOutOfRange_NamesItAndWhatIsAllowed()
    {
        var options = new PersonalizationClientOptions { Retry = { MaxAttempts = 0 } };
        var failure = Assert.Throws<ArgumentOutOfRangeException>(() => PersonalizationClient.Connect("http://127.0.0.1:1", options));
        Assert.Contains("MaxAttempts must be 1 to 20", failure.Message, StringComparison.Ordinal);
    }
}
