using Orleans.Placement;
using Orleans.Providers;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Personalization.Conformance.Orleans;

/// <summary>An event.</summary>
[GenerateSerializer]
public sealed class Happening
{
    /// <summary>A number.</summary>
    [Id(0)]
    public int Number { get; set; }

    /// <summary>A text.</summary>
    [Id(1)]
    public string Text { get; set; } = "";
}

/// <summary>Subscribes to a stream.</summary>
public interface IListenerGrain : IGrainWithStringKey
{
    /// <summary>Subscribes.</summary>
    Task<Guid> Listen(string ns, string key);

    /// <summary>Ends all subscriptions.</summary>
    Task Stop(string ns, string key);

    /// <summary>What was heard.</summary>
    Task<List<string>> Heard();

    /// <summary>How many subscriptions there are.</summary>
    Task<int> Subscriptions(string ns, string key);

    /// <summary>Publishes.</summary>
    Task Say(string ns, string key, int number, string text);

    /// <summary>Ends the activation.</summary>
    Task End();

    /// <summary>Keeps the grain busy.</summary>
    Task Hold(string point, string until);
}

/// <inheritdoc cref="IListenerGrain" />
[PreferLocalPlacement]
public sealed class ListenerGrain : Grain, IListenerGrain
{
    private readonly List<string> _heard = [];
    private int _failures;

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // What was subscribed in an earlier activation.
        var key = this.GetPrimaryKeyString();
        foreach (var handle in await this.GetStreamProvider("streams").GetStream<Happening>(StreamId.Create("resumed", key)).GetAllSubscriptionHandles())
        {
            await handle.ResumeAsync(Hear);
        }
    }

    /// <inheritdoc />
    public async Task<Guid> Listen(string ns, string key) => (await Stream(ns, key).SubscribeAsync(Hear)).HandleId;

    /// <inheritdoc />
    public async Task Stop(string ns, string key)
    {
        foreach (var handle in await Stream(ns, key).GetAllSubscriptionHandles())
        {
            await handle.UnsubscribeAsync();
        }
    }

    /// <inheritdoc />
    public Task<List<string>> Heard() => Task.FromResult(_heard);

    /// <inheritdoc />
    public async Task<int> Subscriptions(string ns, string key) => (await Stream(ns, key).GetAllSubscriptionHandles()).Count;

    /// <inheritdoc />
    public Task Say(string ns, string key, int number, string text) => Stream(ns, key).OnNextAsync(new() { Number = number, Text = text });

    /// <inheritdoc />
    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task Hold(string point, string until)
    {
        Meeting.Reach(point);
        await Meeting.Wait(until);
    }

    private IAsyncStream<Happening> Stream(string ns, string key) => this.GetStreamProvider("streams").GetStream<Happening>(StreamId.Create(ns, key));

    private Task Hear(Happening happening, StreamSequenceToken? token)
    {
        if (happening.Text == "fail twice" && ++_failures <= 2)
        {
            throw new InvalidOperationException("not yet");
        }

        Meeting.Note("heard " + this.GetPrimaryKeyString(), $"{happening.Number} {happening.Text}");
        _heard.Add($"{happening.Number} {RequestContext.Get("said by")}");
        happening.Text = "changed by a listener";
        return Task.CompletedTask;
    }
}

/// <summary>Subscribes by its class.</summary>
public interface IImplicitListenerGrain : IGrainWithStringKey;

/// <inheritdoc cref="IImplicitListenerGrain" />
[ImplicitStreamSubscription("implicit")]
public sealed class ImplicitListenerGrain : Grain, IImplicitListenerGrain, IStreamSubscriptionObserver
{
    /// <inheritdoc />
    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory)
    {
        var handle = handleFactory.Create<Happening>();
        await handle.ResumeAsync((happening, _) =>
        {
            Meeting.Note("heard implicitly " + this.GetPrimaryKeyString(), happening.Number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return Task.CompletedTask;
        });
    }
}

/// <summary>Events reach who subscribed: in order, in turns, as copies, and again after the subscriber's end.</summary>
[Collection(ClusterFixture.Name)]
public sealed class StreamTests(ClusterFixture fixture)
{
    [Fact]
    public async Task Subscriber_GetsEventsInOrder()
    {
        var key = ClusterFixture.NewKey();
        var (listener, speaker) = (Listener(key), Listener(ClusterFixture.NewKey()));
        await listener.Listen("plain", key);
        for (var i = 0; i < 20; i++)
        {
            await speaker.Say("plain", key, i, "hello");
        }

        await HeardBy(key, 20);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i} hello"), Meeting.Notes("heard " + key));
    }

    [Fact]
    public async Task Subscribers_EachGetACopy()
    {
        var (stream, one, two) = (ClusterFixture.NewKey(), ClusterFixture.NewKey(), ClusterFixture.NewKey());
        await Listener(one).Listen("plain", stream);
        await Listener(two).Listen("plain", stream);
        await Listener(one).Say("plain", stream, 1, "original");
        await HeardBy(one, 1);
        await HeardBy(two, 1);
        Assert.Equal(["1 original"], Meeting.Notes("heard " + one));
        Assert.Equal(["1 original"], Meeting.Notes("heard " + two));
    }

    [Fact]
    public async Task Subscribing_Twice_DeliversTwice()
    {
        var key = ClusterFixture.NewKey();
        var listener = Listener(key);
        Assert.NotEqual(await listener.Listen("plain", key), await listener.Listen("plain", key));
        Assert.Equal(2, await listener.Subscriptions("plain", key));
        await listener.Say("plain", key, 1, "twice");
        await HeardBy(key, 2);
    }

    [Fact]
    public async Task Unsubscribing_EndsDelivery()
    {
        var key = ClusterFixture.NewKey();
        var listener = Listener(key);
        await listener.Listen("plain", key);
        await listener.Say("plain", key, 1, "heard");
        await HeardBy(key, 1);
        await listener.Stop("plain", key);
        Assert.Equal(0, await listener.Subscriptions("plain", key));
        await listener.Say("plain", key, 2, "not heard");
        await Task.Delay(500);
        Assert.Single(Meeting.Notes("heard " + key));
    }

    [Fact]
    public async Task Subscriber_ThatEnded_IsActivatedAndResumes()
    {
        var key = ClusterFixture.NewKey();
        var (listener, speaker) = (Listener(key), Listener(ClusterFixture.NewKey()));
        await listener.Listen("resumed", key);
        await speaker.Say("resumed", key, 1, "before");
        await HeardBy(key, 1);
        await listener.End();
        await speaker.Say("resumed", key, 2, "after");
        await HeardBy(key, 2);
        Assert.Equal(["1 before", "2 after"], Meeting.Notes("heard " + key));
    }

    [Fact]
    public async Task Subscriber_ThatDoesNotResume_HearsNothing()
    {
        var key = ClusterFixture.NewKey();
        var (listener, speaker) = (Listener(key), Listener(ClusterFixture.NewKey()));
        await listener.Listen("plain", key);
        await speaker.Say("plain", key, 1, "before");
        await HeardBy(key, 1);
        await listener.End();
        await speaker.Say("plain", key, 2, "after");
        await Task.Delay(500);
        Assert.Equal(["1 before"], Meeting.Notes("heard " + key));
        Assert.Equal(1, await listener.Subscriptions("plain", key));
    }

    [Fact]
    public async Task Delivery_ToABusyGrain_WaitsForItsTurn()
    {
        var key = ClusterFixture.NewKey();
        var (listener, speaker) = (Listener(key), Listener(ClusterFixture.NewKey()));
        await listener.Listen("plain", key);
        var held = listener.Hold(key + "held", key + "go");
        await Meeting.Wait(key + "held");
        await speaker.Say("plain", key, 1, "later");
        await Task.Delay(500);
        Assert.Empty(Meeting.Notes("heard " + key));
        Meeting.Reach(key + "go");
        await held;
        await HeardBy(key, 1);
    }

    [Fact]
    public async Task Delivery_ThatFails_IsTriedAgain()
    {
        var key = ClusterFixture.NewKey();
        var listener = Listener(key);
        await listener.Listen("plain", key);
        await listener.Say("plain", key, 1, "fail twice");
        await listener.Say("plain", key, 2, "next");
        await HeardBy(key, 2);
        Assert.Equal(["1 fail twice", "2 next"], Meeting.Notes("heard " + key));
    }

    [Fact]
    public async Task ImplicitSubscriber_GetsTheEventsOfItsKey()
    {
        var key = ClusterFixture.NewKey();
        await Listener(ClusterFixture.NewKey()).Say("implicit", key, 7, "");
        await Meeting.Until(() => Meeting.Notes("heard implicitly " + key).Length == 1, "An implicit delivery");
        Assert.Equal(["7"], Meeting.Notes("heard implicitly " + key));
    }

    [Fact]
    public async Task Client_PublishesAndSubscribes()
    {
        var key = ClusterFixture.NewKey();
        var stream = fixture.Cluster.Client.GetStreamProvider("streams").GetStream<Happening>(StreamId.Create("plain", key));
        var batches = new List<int>();
        var handle = await stream.SubscribeAsync((happening, _) =>
        {
            Meeting.Note("client " + key, happening.Number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return Task.CompletedTask;
        });
        await Listener(key).Listen("plain", key);
        await stream.OnNextBatchAsync([new() { Number = 1 }, new() { Number = 2 }]);
        await HeardBy(key, 2);
        await Meeting.Until(() => Meeting.Notes("client " + key).Length == 2, "Delivery to the client");
        Assert.Equal(["1", "2"], Meeting.Notes("client " + key));
        await handle.UnsubscribeAsync();
    }

    [Fact]
    public async Task RequestContext_GoesWithEvents()
    {
        var key = ClusterFixture.NewKey();
        var listener = Listener(key);
        await listener.Listen("plain", key);
        RequestContext.Set("said by", "the test");
        await Listener(ClusterFixture.NewKey()).Say("plain", key, 1, "");
        RequestContext.Clear();
        await HeardBy(key, 1);
        Assert.Equal(["1 the test"], await listener.Heard());
    }

    [Fact]
    public void Provider_Unknown_Fails() => Assert.Throws<KeyNotFoundException>(() => fixture.Cluster.Client.GetStreamProvider("unknown"));

    private static Task HeardBy(string key, int count) => Meeting.Until(() => Meeting.Notes("heard " + key).Length >= count, $"{count} events");

    private IListenerGrain Listener(string key) => fixture.Client.GetGrain<IListenerGrain>(key);
}
