using System.Runtime.CompilerServices;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Serialization;

namespace Personalization.Conformance.Orleans.Calls;

/// <summary>An error of the application's with a member that crosses, and one that does not.</summary>
[GenerateSerializer]
public sealed class OwnException(string message) : Exception(message)
{
    /// <summary>Crosses.</summary>
    [Id(0)]
    public int Code { get; set; }

    /// <summary>Does not cross between silos.</summary>
    [field: NonSerialized]
    public int Forgotten { get; set; }
}

/// <summary>An error without the mark.</summary>
public sealed class UnmarkedException(string message) : Exception(message);

/// <summary>Calls of all kinds.</summary>
public interface ICallGrain : IGrainWithStringKey
{
    /// <summary>Throws before it returns a task.</summary>
    Task ThrowAtOnce(string message);

    /// <summary>Throws later.</summary>
    Task<int> ThrowLater(string message);

    /// <summary>Throws an error of the application's.</summary>
    ValueTask ThrowOwn();

    /// <summary>Throws an error without the mark.</summary>
    Task ThrowUnmarked();

    /// <summary>Calls another grain that throws.</summary>
    Task ThrowBehind();

    /// <summary>Waits longer than its callers do.</summary>
    [ResponseTimeout("00:00:00.5")]
    Task WaitLong(string until);

    /// <summary>Reaches a point after another; its callers do not wait.</summary>
    [OneWay]
    Task Later(string after, string point);

    /// <summary>Its callers learn nothing of its error.</summary>
    [OneWay]
    Task FailUnseen();

    /// <summary>Its callers do not wait.</summary>
    void Notify(string point);

    /// <summary>Waits for its token.</summary>
    Task<string> WaitForToken(string point, CancellationToken cancellationToken);

    /// <summary>Whether its token is cancelled at its start.</summary>
    Task<bool> IsCancelled(CancellationToken cancellationToken);

    /// <summary>Keeps the grain busy.</summary>
    Task Hold(string point, string until);

    /// <summary>The request context's value, and that of a grain called from here.</summary>
    Task<string?[]> Context(string key, string? set);

    /// <summary>The request context's value.</summary>
    Task<string?> ContextValue(string key);

    /// <summary>Elements one after another.</summary>
    IAsyncEnumerable<int> Count(int to, CancellationToken cancellationToken = default);

    /// <summary>Elements, then an error.</summary>
    IAsyncEnumerable<int> CountThenFail(int to);

    /// <summary>Elements without end; notes when it is over.</summary>
    IAsyncEnumerable<int> CountForever(string over, CancellationToken cancellationToken = default);

    /// <summary>An element after each time that the point is reached.</summary>
    IAsyncEnumerable<string> Watch(string point);

    /// <summary>A sum; filters see it.</summary>
    Task<int> Add(int left, int right);

    /// <summary>The silo it is on.</summary>
    Task<SiloAddress> Where();

    /// <summary>What it got from the container.</summary>
    Task<string> Injected();

    /// <summary>Its own keys.</summary>
    Task<string> Identity();

    /// <summary>Gives a reference to itself to another grain, which calls it.</summary>
    Task<string> IntroduceTo(ICallGrain other);

    /// <summary>Asks a grain for its identity.</summary>
    Task<string> Ask(ICallGrain grain);

    /// <summary>Notifies an observer.</summary>
    Task Tell(ICallObserver observer, string text);

    /// <summary>Ends the activation.</summary>
    Task End();
}

/// <summary>Gets notified.</summary>
public interface ICallObserver : IGrainObserver
{
    /// <summary>A text.</summary>
    Task Told(string text);
}

/// <summary>A base interface.</summary>
public interface IBaseCalls : IGrainWithIntegerKey
{
    /// <summary>Of the base.</summary>
    Task<string> Base();
}

/// <summary>A derived interface.</summary>
public interface IDerivedCalls : IBaseCalls
{
    /// <summary>Of the derived.</summary>
    Task<string> Derived();
}

/// <inheritdoc cref="IDerivedCalls" />
public sealed class DerivedCallsGrain : Grain, IDerivedCalls
{
    /// <inheritdoc />
    public Task<string> Base() => Task.FromResult($"base {this.GetPrimaryKeyLong()}");

    /// <inheritdoc />
    public Task<string> Derived() => Task.FromResult("derived");
}

/// <summary>Keys of all kinds.</summary>
public interface IGuidKeyGrain : IGrainWithGuidKey
{
    /// <summary>Its key.</summary>
    Task<Guid> Key();
}

/// <inheritdoc cref="IGuidKeyGrain" />
public sealed class GuidKeyGrain : Grain, IGuidKeyGrain
{
    /// <inheritdoc />
    public Task<Guid> Key() => Task.FromResult(this.GetPrimaryKey());
}

/// <summary>Keys of all kinds.</summary>
public interface ICompoundKeyGrain : IGrainWithIntegerCompoundKey
{
    /// <summary>Its key.</summary>
    Task<string> Key();
}

/// <inheritdoc cref="ICompoundKeyGrain" />
public sealed class CompoundKeyGrain : Grain, ICompoundKeyGrain
{
    /// <inheritdoc />
    public Task<string> Key() => Task.FromResult($"{this.GetPrimaryKeyLong(out var extension)}:{extension}");
}

/// <inheritdoc cref="ICallGrain" />
[PreferLocalPlacement]
public sealed class CallGrain(SomeService service) : Grain, ICallGrain
{
    /// <inheritdoc />
    public Task ThrowAtOnce(string message) => throw new ArgumentException(message);

    /// <inheritdoc />
    public async Task<int> ThrowLater(string message)
    {
        await Task.Yield();
        throw new InvalidOperationException(message, new FormatException("inner"));
    }

    /// <inheritdoc />
    public ValueTask ThrowOwn() => throw new OwnException("own") { Code = 5, Forgotten = 6 };

    /// <inheritdoc />
    public Task ThrowUnmarked() => throw new UnmarkedException("unmarked");

    /// <inheritdoc />
    public Task ThrowBehind() => GrainFactory.GetGrain<ICallGrain>(this.GetPrimaryKeyString() + "behind").ThrowLater("from behind");

    /// <inheritdoc />
    public Task WaitLong(string until) => Meeting.Wait(until);

    /// <inheritdoc />
    public async Task Later(string after, string point)
    {
        await Meeting.Wait(after);
        Meeting.Reach(point);
    }

    /// <inheritdoc />
    public Task FailUnseen() => throw new InvalidOperationException("unseen");

    /// <inheritdoc />
    public void Notify(string point) => Meeting.Reach(point);

    /// <inheritdoc />
    public async Task<string> WaitForToken(string point, CancellationToken cancellationToken)
    {
        Meeting.Reach(point);
        try
        {
            await Task.Delay(Meeting.Patience, cancellationToken);
            return "not cancelled";
        }
        catch (OperationCanceledException)
        {
            Meeting.Reach(point + "cancelled", TaskScheduler.Current == TaskScheduler.Default ? "outside" : "in turn");
            throw;
        }
    }

    /// <inheritdoc />
    public Task<bool> IsCancelled(CancellationToken cancellationToken) => Task.FromResult(cancellationToken.IsCancellationRequested);

    /// <inheritdoc />
    public async Task Hold(string point, string until)
    {
        Meeting.Reach(point);
        await Meeting.Wait(until);
    }

    /// <inheritdoc />
    public async Task<string?[]> Context(string key, string? set)
    {
        var mine = RequestContext.Get(key) as string;
        if (set is not null)
        {
            RequestContext.Set(key, set);
        }

        await Task.Yield();
        return [mine, RequestContext.Get(key) as string, await GrainFactory.GetGrain<ICallGrain>(this.GetPrimaryKeyString() + "next").ContextValue(key)];
    }

    /// <inheritdoc />
    public Task<string?> ContextValue(string key) => Task.FromResult(RequestContext.Get(key) as string);

    /// <inheritdoc />
    public async IAsyncEnumerable<int> Count(int to, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < to; i++)
        {
            if (i % 7 == 0)
            {
                await Task.Yield();
            }

            yield return i;
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<int> CountThenFail(int to)
    {
        for (var i = 0; i < to; i++)
        {
            await Task.Yield();
            yield return i;
        }

        throw new InvalidOperationException("after the elements");
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<int> CountForever(string over, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                await Task.Delay(1, cancellationToken);
                yield return i;
            }
        }
        finally
        {
            Meeting.Reach(over);
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<string> Watch(string point)
    {
        for (var i = 0; i < 3; i++)
        {
            yield return await Meeting.Wait(point + i);
        }
    }

    /// <inheritdoc />
    public Task<int> Add(int left, int right) => Task.FromResult(left + right);

    /// <inheritdoc />
    public Task<SiloAddress> Where() => Task.FromResult(GrainContext.Address.SiloAddress!);

    /// <inheritdoc />
    public Task<string> Injected() => Task.FromResult(service.Text);

    /// <inheritdoc />
    public Task<string> Identity() => Task.FromResult($"{this.GetPrimaryKeyString()} {this.GetGrainId()}");

    /// <inheritdoc />
    public Task<string> IntroduceTo(ICallGrain other) => other.Ask(this);

    /// <inheritdoc />
    public Task<string> Ask(ICallGrain grain) => Task.FromResult(grain.GetPrimaryKeyString());

    /// <inheritdoc />
    public Task Tell(ICallObserver observer, string text) => observer.Told(text);

    /// <inheritdoc />
    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

/// <summary>Doubles the right side of sums of a thousand, and notes what it sees.</summary>
public sealed class IncomingFilter : IIncomingGrainCallFilter
{
    /// <inheritdoc />
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType != typeof(ICallGrain) || context.InterfaceMethod.Name != nameof(ICallGrain.Add))
        {
            await context.Invoke();
            return;
        }

        var left = (int)context.Request.GetArgument(0)!;
        if (left == 1000)
        {
            context.Request.SetArgument(1, (int)context.Request.GetArgument(1)! * 2);
            Meeting.Note("incoming", $"{context.MethodName} {context.Request.GetArgumentCount()} {context.ImplementationMethod.DeclaringType!.Name} {context.Grain.GetType().Name} {RequestContext.Get("outgoing")}");
        }

        if (left == 2000)
        {
            throw new UnauthorizedAccessException("refused by a filter");
        }

        await context.Invoke();
        if (left == 3000)
        {
            context.Result = (int)context.Result! + 1;
        }
    }
}

/// <summary>Puts a mark into the request context.</summary>
public sealed class OutgoingFilter : IOutgoingGrainCallFilter
{
    /// <inheritdoc />
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod.Name == nameof(ICallGrain.Add))
        {
            RequestContext.Set("outgoing", "marked");
        }

        await context.Invoke();
    }
}

/// <summary>How calls succeed, fail, end early and pass things on.</summary>
[Collection(ClusterFixture.Name)]
public sealed class CallTests(ClusterFixture fixture)
{
    public static TheoryData<bool> Sides => [true, false];

    [Theory, MemberData(nameof(Sides))]
    public async Task Exception_ThrownByTheGrain_ReachesTheCaller(bool local)
    {
        var grain = Grain(local);
        Assert.Contains("at once", (await Assert.ThrowsAsync<ArgumentException>(() => grain.ThrowAtOnce("at once"))).Message, StringComparison.Ordinal);
        var later = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.ThrowLater("later"));
        Assert.Equal("later", later.Message);
        Assert.Equal("inner", Assert.IsType<FormatException>(later.InnerException).Message);
        Assert.Contains(nameof(ICallGrain.ThrowLater), later.StackTrace, StringComparison.Ordinal);
        var own = await Assert.ThrowsAsync<OwnException>(() => grain.ThrowOwn().AsTask());
        Assert.Equal(5, own.Code);
        Assert.Equal("own", own.Message);
        Assert.Equal("from behind", (await Assert.ThrowsAsync<InvalidOperationException>(grain.ThrowBehind)).Message);
    }

    [Fact]
    public async Task UnmarkedException_WithinASilo_ReachesTheCaller() =>
        Assert.Equal("unmarked", (await Assert.ThrowsAsync<UnmarkedException>(Grain(local: true).ThrowUnmarked)).Message);

    [Fact]
    public async Task UnmarkedException_ToAClient_IsReplacedByTheCodecsError()
    {
        var exception = await Assert.ThrowsAsync<CodecNotFoundException>(Grain(local: false).ThrowUnmarked);
        Assert.Contains(nameof(UnmarkedException), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExceptionMember_WithoutId_DoesNotCrossTheWire() =>
        Assert.Equal(0, (await Assert.ThrowsAsync<OwnException>(() => Grain(local: false).ThrowOwn().AsTask())).Forgotten);

    [Theory, MemberData(nameof(Sides))]
    public async Task ResponseTimeout_WhenTheGrainIsLate_FailsTheCall(bool local)
    {
        var id = ClusterFixture.NewKey();
        var exception = await Assert.ThrowsAsync<TimeoutException>(() => Grain(local).WaitLong(id));
        Assert.Contains("did not arrive on time", exception.Message, StringComparison.Ordinal);
        Meeting.Reach(id);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task OneWay_ReturnsBeforeTheGrainIsDone(bool local)
    {
        var (grain, id) = (Grain(local), ClusterFixture.NewKey());
        await grain.Later(id + "go", id + "done");
        Meeting.Reach(id + "go");
        await Meeting.Wait(id + "done");
        grain.Notify(id + "void");
        await Meeting.Wait(id + "void");
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task OneWay_ThatFails_TellsNobody(bool local)
    {
        var grain = Grain(local);
        await grain.FailUnseen();
        Assert.Equal(3, await grain.Add(1, 2));
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task CancellationToken_CancelledByTheCaller_CancelsTheGrains(bool local)
    {
        var (grain, id) = (Grain(local), ClusterFixture.NewKey());
        using var source = new CancellationTokenSource();
        var call = grain.WaitForToken(id, source.Token);
        await Meeting.Wait(id);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal("in turn", await Meeting.Wait(id + "cancelled"));
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task CancellationToken_CancelledBefore_FailsTheCall(bool local) =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Grain(local).IsCancelled(new CancellationToken(canceled: true)));

    [Theory, MemberData(nameof(Sides))]
    public async Task CancellationToken_NotCancelled_ChangesNothing(bool local)
    {
        using var source = new CancellationTokenSource();
        Assert.False(await Grain(local).IsCancelled(source.Token));
        Assert.False(await Grain(local).IsCancelled(default));
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task CancellationToken_CancelledWhileQueued_FailsTheCallAtOnce(bool local)
    {
        var (grain, id) = (Grain(local), ClusterFixture.NewKey());
        var held = grain.Hold(id + "held", id + "go");
        await Meeting.Wait(id + "held");
        using var source = new CancellationTokenSource();
        var queued = grain.WaitForToken(id + "never", source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued.WaitAsync(Meeting.Patience));
        Meeting.Reach(id + "go");
        await held;
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task RequestContext_GoesWithCallsAndDoesNotComeBack(bool local)
    {
        var grain = Grain(local);
        RequestContext.Set("key", "caller's");
        Assert.Equal((string?[])["caller's", "caller's", "caller's"], await grain.Context("key", null));
        Assert.Equal((string?[])["caller's", "grain's", "grain's"], await grain.Context("key", "grain's"));
        Assert.Equal("caller's", RequestContext.Get("key"));
        RequestContext.Clear();
        Assert.Null(await grain.ContextValue("key"));
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task AsyncEnumerable_ToItsEnd_GivesAllElementsInOrder(bool local)
    {
        var grain = Grain(local);
        var all = new List<int>();
        await foreach (var i in grain.Count(1000))
        {
            all.Add(i);
        }

        Assert.Equal(Enumerable.Range(0, 1000), all);
        all.Clear();
        await foreach (var i in grain.Count(10).WithBatchSize(3))
        {
            all.Add(i);
        }

        Assert.Equal(Enumerable.Range(0, 10), all);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task AsyncEnumerable_ThatFails_GivesElementsThenTheError(bool local)
    {
        var all = new List<int>();
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var i in Grain(local).CountThenFail(5))
            {
                all.Add(i);
            }
        });
        Assert.Equal("after the elements", exception.Message);
        Assert.Equal(Enumerable.Range(0, 5), all);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task AsyncEnumerable_LeftEarly_EndsAtTheGrain(bool local)
    {
        var id = ClusterFixture.NewKey();
        await foreach (var i in Grain(local).CountForever(id))
        {
            if (i >= 3)
            {
                break;
            }
        }

        await Meeting.Wait(id);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task AsyncEnumerable_Cancelled_EndsOnBothSides(bool local)
    {
        var id = ClusterFixture.NewKey();
        using var source = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var i in Grain(local).CountForever(id).WithCancellation(source.Token))
            {
                if (i == 3)
                {
                    await source.CancelAsync();
                }
            }
        });
        await Meeting.Wait(id);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task AsyncEnumerable_WhileItWaits_LetsOtherCallsIn(bool local)
    {
        var (grain, id) = (Grain(local), ClusterFixture.NewKey());
        await using var watch = grain.Watch(id).GetAsyncEnumerator();
        var first = watch.MoveNextAsync();
        Assert.Equal(3, await grain.Add(1, 2));
        Meeting.Reach(id + "0", "zero");
        Assert.True(await first);
        Assert.Equal("zero", watch.Current);
        var second = watch.MoveNextAsync();
        Assert.Equal(7, await grain.Add(3, 4));
        Meeting.Reach(id + "1", "one");
        Assert.True(await second);
        Assert.Equal("one", watch.Current);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task AsyncEnumerable_WhoseGrainEnded_IsAborted(bool local)
    {
        var (grain, id) = (Grain(local), ClusterFixture.NewKey());
        await using var watch = grain.Watch(id).WithBatchSize(1).GetAsyncEnumerator();
        Meeting.Reach(id + "0", "zero");
        Assert.True(await watch.MoveNextAsync());
        await grain.End();
        await grain.Add(1, 2);
        await Assert.ThrowsAsync<EnumerationAbortedException>(async () => await watch.MoveNextAsync());
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task IncomingFilter_ChangesArgumentsAndResultsAndRefuses(bool local)
    {
        var grain = Grain(local);
        Assert.Equal(1010, await grain.Add(1000, 5));
        Assert.Equal("refused by a filter", (await Assert.ThrowsAsync<UnauthorizedAccessException>(() => grain.Add(2000, 1))).Message);
        Assert.Equal(3003, await grain.Add(3000, 2));
        Assert.Contains(Meeting.Notes("incoming"), n => n.StartsWith("Add 2 CallGrain CallGrain", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OutgoingFilter_OfASilo_RunsBeforeTheCall()
    {
        await Grain(local: true).Add(1000, 1);
        Assert.Contains("Add 2 CallGrain CallGrain marked", Meeting.Notes("incoming"));
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task Keys_OfAllKinds_ComeBackAsTheyWere(bool local)
    {
        var factory = local ? fixture.Silo : fixture.Client;
        var guid = Guid.NewGuid();
        Assert.Equal(guid, await factory.GetGrain<IGuidKeyGrain>(guid).Key());
        Assert.Equal("base -5", await factory.GetGrain<IDerivedCalls>(-5).Base());
        Assert.Equal($"{long.MinValue}:ext", await factory.GetGrain<ICompoundKeyGrain>(long.MinValue, "ext").Key());
        var key = ClusterFixture.NewKey() + "/ü";
        Assert.Equal($"{key} call/{key}", await factory.GetGrain<ICallGrain>(key).Identity());
        Assert.Equal("derivedcalls/FF", factory.GetGrain<IDerivedCalls>(255).GetGrainId().ToString());
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task InterfaceInheritance_CallsBothInterfaces(bool local)
    {
        var factory = local ? fixture.Silo : fixture.Client;
        var derived = factory.GetGrain<IDerivedCalls>(1);
        Assert.Equal("base 1", await derived.Base());
        Assert.Equal("derived", await derived.Derived());
        var asBase = factory.GetGrain<IBaseCalls>(1);
        Assert.Equal("derived", await asBase.AsReference<IDerivedCalls>().Derived());
        Assert.Equal(derived.GetGrainId(), asBase.GetGrainId());
        Assert.Equal((object)derived, asBase);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task References_AsArguments_PointToTheSameGrain(bool local)
    {
        var factory = local ? fixture.Silo : fixture.Client;
        var (one, other) = (factory.GetGrain<ICallGrain>(ClusterFixture.NewKey()), factory.GetGrain<ICallGrain>(ClusterFixture.NewKey()));
        Assert.Equal(one.GetPrimaryKeyString(), await one.IntroduceTo(other));
        Assert.Equal(one.GetPrimaryKeyString(), await other.Ask(one));
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task Constructor_GetsWhatTheContainerHas(bool local) => Assert.Equal("from the container", await Grain(local).Injected());

    [Fact]
    public void GetGrain_OfAnInterfaceWithoutAClass_Fails() =>
        Assert.Throws<ArgumentException>(() => fixture.Client.GetGrain<IOrphanGrain>("x"));

    [Theory, MemberData(nameof(Sides))]
    public async Task Observer_GivenToAGrain_IsCalled(bool local)
    {
        var factory = local ? fixture.Silo : fixture.Client;
        var observer = new Observer();
        var reference = factory.CreateObjectReference<ICallObserver>(observer);
        await Grain(local).Tell(reference, "told");
        Assert.Equal("told", await observer.Told.Task.WaitAsync(Meeting.Patience));
        factory.DeleteObjectReference<ICallObserver>(reference);
        GC.KeepAlive(observer);
    }

    [Fact]
    public async Task PreferLocalPlacement_FromASilo_PlacesThere()
    {
        var primary = fixture.Cluster.Primary!.SiloAddress;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(primary, await Grain(local: true).Where());
        }
    }

    private ICallGrain Grain(bool local) => (local ? fixture.Silo : fixture.Client).GetGrain<ICallGrain>(ClusterFixture.NewKey());

    private sealed class Observer : ICallObserver
    {
        public TaskCompletionSource<string> Told { get; } = new();

        Task ICallObserver.Told(string text)
        {
            Told.TrySetResult(text);
            return Task.CompletedTask;
        }
    }
}

/// <summary>No class has it.</summary>
public interface IOrphanGrain : IGrainWithStringKey
{
    /// <summary>Nothing.</summary>
    Task Nothing();
}
