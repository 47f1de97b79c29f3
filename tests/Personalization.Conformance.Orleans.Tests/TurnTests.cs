using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Serialization.Invocation;

namespace Personalization.Conformance.Orleans;

/// <summary>Counts how many of its requests are in progress at once.</summary>
public interface ITurnGrain : IGrainWithStringKey
{
    /// <summary>Adds one in a way that loses updates unless turns are one at a time.</summary>
    Task<int> AddSlowly();

    /// <summary>Reaches a point, waits for another, and says how many were in progress at most.</summary>
    Task<int> Hold(string point, string until);

    /// <summary>As <see cref="Hold"/>, but may interleave with anything.</summary>
    [AlwaysInterleave]
    Task<int> HoldInterleaving(string point, string until);

    /// <summary>As <see cref="Hold"/>, but may interleave with its like.</summary>
    [ReadOnly]
    Task<int> HoldReading(string point, string until);

    /// <summary>Reaches a point.</summary>
    Task Touch(string point);

    /// <summary>Which schedulers ran what was awaited.</summary>
    Task<SchedulerReport> Schedulers();

    /// <summary>Calls another grain that calls this one back.</summary>
    Task<string> CallAround(string other);

    /// <summary>As <see cref="CallAround"/>, with the chain let back in.</summary>
    Task<string> CallAroundAllowed(string other);

    /// <summary>Calls the named grain's <see cref="Answer"/>.</summary>
    Task<string> CallBack(string to);

    /// <summary>A plain answer.</summary>
    Task<string> Answer();
}

/// <summary>What ran where.</summary>
[GenerateSerializer]
public sealed class SchedulerReport
{
    /// <summary>A turn has a scheduler of its own.</summary>
    [Id(0)]
    public bool OwnAtStart { get; set; }

    /// <summary>The same after an await.</summary>
    [Id(1)]
    public bool SameAfterAwait { get; set; }

    /// <summary>Another after an await that does not ask to come back.</summary>
    [Id(2)]
    public bool EscapedAfterConfigureAwaitFalse { get; set; }

    /// <summary>Task.Run leaves the scheduler.</summary>
    [Id(3)]
    public bool EscapedInTaskRun { get; set; }
}

/// <summary>What the turn grains share.</summary>
public abstract class TurnGrainBase : Grain, ITurnGrain
{
    private int _count;
    private int _inProgress;
    private int _most;

    /// <inheritdoc />
    public async Task<int> AddSlowly()
    {
        var before = _count;
        await Task.Yield();
        await Task.Delay(1);
        return _count = before + 1;
    }

    /// <inheritdoc />
    public async Task<int> Hold(string point, string until)
    {
        _most = Math.Max(_most, ++_inProgress);
        Meeting.Reach(point);
        await Meeting.Wait(until);
        _inProgress--;
        return _most;
    }

    /// <inheritdoc />
    public Task<int> HoldInterleaving(string point, string until) => Hold(point, until);

    /// <inheritdoc />
    public Task<int> HoldReading(string point, string until) => Hold(point, until);

    /// <inheritdoc />
    public Task Touch(string point)
    {
        Meeting.Reach(point);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task<SchedulerReport> Schedulers()
    {
        var own = TaskScheduler.Current;
        var report = new SchedulerReport { OwnAtStart = own != TaskScheduler.Default };
        await Task.Delay(1);
        report.SameAfterAwait = ReferenceEquals(TaskScheduler.Current, own);
        report.EscapedInTaskRun = await Task.Run(() => TaskScheduler.Current == TaskScheduler.Default);
#pragma warning disable ORLEANS0014 // What it does is the point.
        await Task.Delay(1).ConfigureAwait(false);
#pragma warning restore ORLEANS0014
        report.EscapedAfterConfigureAwaitFalse = TaskScheduler.Current == TaskScheduler.Default;
        return report;
    }

    /// <inheritdoc />
    public Task<string> CallAround(string other) => GrainFactory.GetGrain<ITurnGrain>(other, GetType().FullName).CallBack(this.GetPrimaryKeyString());

    /// <inheritdoc />
    public async Task<string> CallAroundAllowed(string other)
    {
        using var section = RequestContext.AllowCallChainReentrancy();
        return await CallAround(other);
    }

    /// <inheritdoc />
    public Task<string> CallBack(string to) => GrainFactory.GetGrain<ITurnGrain>(to, GetType().FullName).Answer();

    /// <inheritdoc />
    public Task<string> Answer() => Task.FromResult("here");
}

/// <summary>One request at a time.</summary>
[PreferLocalPlacement]
public sealed class PlainTurnGrain : TurnGrainBase;

/// <summary>Any number of requests.</summary>
[Reentrant]
public sealed class ReentrantTurnGrain : TurnGrainBase;

/// <summary>Requests that a function lets in.</summary>
[MayInterleave(nameof(Allows))]
public sealed class ChoosyTurnGrain : TurnGrainBase
{
    /// <summary>Lets in requests for points named "welcome".</summary>
    public static bool Allows(IInvokable request) =>
        request.GetMethodName() == nameof(Touch) && request.GetArgument(0) is string point && point.StartsWith("welcome", StringComparison.Ordinal);
}

/// <summary>Requests take turns, and attributes say which may share.</summary>
[Collection(ClusterFixture.Name)]
public sealed class TurnTests(ClusterFixture fixture)
{
    [Fact]
    public async Task Call_ManyAtOnce_OneTurnAtATime()
    {
        var grain = Plain();
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => grain.AddSlowly()));
        Assert.Equal(Enumerable.Range(1, 50), results.Order());
    }

    [Fact]
    public async Task Call_WhileAnotherAwaits_WaitsForItsEnd()
    {
        var (grain, id) = (Plain(), ClusterFixture.NewKey());
        var held = grain.Hold(id + "held", id + "go");
        await Meeting.Wait(id + "held");
        var touch = grain.Touch(id + "touched");
        await Task.Delay(100);
        Assert.False(touch.IsCompleted);
        Meeting.Reach(id + "go");
        await held;
        await touch;
    }

    [Fact]
    public async Task Call_FromOneCaller_KeepsItsOrder()
    {
        var grain = fixture.Silo.GetGrain<IOrderGrain>(ClusterFixture.NewKey());
        await grain.Add(-1);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => grain.Add(i)));
        Assert.Equal(Enumerable.Range(-1, 201), await grain.All());
    }

    [Fact]
    public async Task Await_InATurn_ComesBackToTheActivationsScheduler()
    {
        foreach (var factory in new[] { fixture.Client, fixture.Silo })
        {
            var report = await factory.GetGrain<ITurnGrain>(ClusterFixture.NewKey(), typeof(PlainTurnGrain).FullName).Schedulers();
            Assert.True(report.OwnAtStart);
            Assert.True(report.SameAfterAwait);
            Assert.True(report.EscapedInTaskRun);
            Assert.True(report.EscapedAfterConfigureAwaitFalse);
        }
    }

    [Fact]
    public async Task AlwaysInterleave_WhileAnotherAwaits_Runs()
    {
        var (grain, id) = (Plain(), ClusterFixture.NewKey());
        var held = grain.Hold(id + "held", id + "go");
        await Meeting.Wait(id + "held");
        var interleaved = grain.HoldInterleaving(id + "in", id + "go");
        await Meeting.Wait(id + "in");
        Meeting.Reach(id + "go");
        Assert.Equal(2, Math.Max(await held, await interleaved));
    }

    [Fact]
    public async Task Call_WhileAnInterleavingOneAwaits_Runs()
    {
        var (grain, id) = (Plain(), ClusterFixture.NewKey());
        var held = grain.HoldInterleaving(id + "held", id + "go");
        await Meeting.Wait(id + "held");
        await grain.Touch(id + "touched").WaitAsync(Meeting.Patience);
        Meeting.Reach(id + "go");
        await held;
    }

    [Fact]
    public async Task ReadOnly_WhileAnotherReadOnlyAwaits_RunsAndKeepsOthersOut()
    {
        var (grain, id) = (Plain(), ClusterFixture.NewKey());
        var first = grain.HoldReading(id + "first", id + "go");
        await Meeting.Wait(id + "first");
        var write = grain.Touch(id + "write");
        var second = grain.HoldReading(id + "second", id + "go");
        await Meeting.Wait(id + "second");
        Assert.False(write.IsCompleted);
        Meeting.Reach(id + "go");
        Assert.Equal(2, Math.Max(await first, await second));
        await write;
    }

    [Fact]
    public async Task Reentrant_WhileAnotherAwaits_Runs()
    {
        var grain = fixture.Silo.GetGrain<ITurnGrain>(ClusterFixture.NewKey(), typeof(ReentrantTurnGrain).FullName);
        var id = ClusterFixture.NewKey();
        var held = grain.Hold(id + "held", id + "go");
        await Meeting.Wait(id + "held");
        var second = grain.Hold(id + "second", id + "go");
        await Meeting.Wait(id + "second");
        Meeting.Reach(id + "go");
        Assert.Equal(2, Math.Max(await held, await second));
    }

    [Fact]
    public async Task MayInterleave_ByItsPredicate_LetsInWhatItAllows()
    {
        var grain = fixture.Silo.GetGrain<ITurnGrain>(ClusterFixture.NewKey(), typeof(ChoosyTurnGrain).FullName);
        var id = ClusterFixture.NewKey();
        var held = grain.Hold(id + "held", id + "go");
        await Meeting.Wait(id + "held");
        var unwelcome = grain.Touch("other" + id);
        await grain.Touch("welcome" + id).WaitAsync(Meeting.Patience);
        Assert.False(unwelcome.IsCompleted);
        Meeting.Reach(id + "go");
        await held;
        await unwelcome;
    }

    [Fact]
    public async Task CallChain_ByDefault_DoesNotReenter()
    {
        var grain = fixture.Silo.GetGrain<IDeadlockGrain>(ClusterFixture.NewKey());
        await Assert.ThrowsAsync<TimeoutException>(() => grain.CallMyself());
    }

    [Fact]
    public async Task CallChain_WhenAllowed_Reenters()
    {
        var grain = Plain();
        Assert.Equal("here", await grain.CallAroundAllowed(ClusterFixture.NewKey()));
    }

    private ITurnGrain Plain() => fixture.Silo.GetGrain<ITurnGrain>(ClusterFixture.NewKey(), typeof(PlainTurnGrain).FullName);
}

/// <summary>Keeps what it gets in order.</summary>
public interface IOrderGrain : IGrainWithStringKey
{
    /// <summary>Adds a number.</summary>
    Task Add(int number);

    /// <summary>All numbers.</summary>
    Task<List<int>> All();
}

/// <inheritdoc cref="IOrderGrain" />
[PreferLocalPlacement]
public sealed class OrderGrain : Grain, IOrderGrain
{
    private readonly List<int> _numbers = [];

    /// <inheritdoc />
    public Task Add(int number)
    {
        _numbers.Add(number);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<List<int>> All() => Task.FromResult(_numbers);
}

/// <summary>Waits for itself.</summary>
public interface IDeadlockGrain : IGrainWithStringKey
{
    /// <summary>Calls itself, and waits.</summary>
    Task CallMyself();

    /// <summary>Does nothing.</summary>
    [ResponseTimeout("00:00:01")]
    Task Nothing();
}

/// <inheritdoc cref="IDeadlockGrain" />
public sealed class DeadlockGrain : Grain, IDeadlockGrain
{
    /// <inheritdoc />
    public Task CallMyself() => this.AsReference<IDeadlockGrain>().Nothing();

    /// <inheritdoc />
    public Task Nothing() => Task.CompletedTask;
}
