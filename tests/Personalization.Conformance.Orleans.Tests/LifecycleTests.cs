using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Placement;

namespace Personalization.Conformance.Orleans;

/// <summary>Notes its life.</summary>
public interface ILifeGrain : IGrainWithStringKey
{
    /// <summary>Which activation this is.</summary>
    Task<Guid> Activation();

    /// <summary>Ends the activation, and says that the request went on after that.</summary>
    Task<string> EndThenGoOn();

    /// <summary>Runs a timer.</summary>
    Task StartTimer(string notes, TimeSpan due, TimeSpan period, bool interleave);

    /// <summary>Runs a timer whose ticks count as use of the grain.</summary>
    Task StartKeepingTimer(TimeSpan period);

    /// <summary>Changes the timer.</summary>
    Task ChangeTimer(TimeSpan due, TimeSpan period);

    /// <summary>Stops the timer.</summary>
    Task StopTimer();

    /// <summary>Runs a timer that fails each time.</summary>
    Task StartFailingTimer(string notes);

    /// <summary>Keeps the grain busy.</summary>
    Task Hold(string point, string until);

    /// <summary>Makes a timer outside a turn.</summary>
    Task TimerOutside();

    /// <summary>Whether the timer's run was a turn.</summary>
    Task<bool> TimerRunsInTurn();
}

/// <inheritdoc cref="ILifeGrain" />
[PreferLocalPlacement]
public sealed class LifeGrain : Grain, ILifeGrain, IDisposable
{
    private readonly Guid _activation = Guid.NewGuid();
    private IGrainTimer? _timer;

    private string Notes => "life " + this.GetPrimaryKeyString();

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Meeting.Note(Notes, "activating");
        if (this.GetPrimaryKeyString().StartsWith("stillborn", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("cannot live");
        }

        await Task.Delay(10, cancellationToken);
        Meeting.Note(Notes, "active");
    }

    /// <inheritdoc />
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Meeting.Note(Notes, "deactivating " + reason.ReasonCode);
        await Task.Delay(10, cancellationToken);
        Meeting.Note(Notes, "inactive");
    }

    /// <inheritdoc />
    public void Dispose() => Meeting.Note(Notes, "disposed");

    /// <inheritdoc />
    public Task<Guid> Activation()
    {
        Meeting.Note(Notes, "call");
        return Task.FromResult(_activation);
    }

    /// <inheritdoc />
    public async Task<string> EndThenGoOn()
    {
        DeactivateOnIdle();
        await Task.Delay(50);
        Meeting.Note(Notes, "went on");
        return "went on";
    }

    /// <inheritdoc />
    public Task StartTimer(string notes, TimeSpan due, TimeSpan period, bool interleave)
    {
        _timer = this.RegisterGrainTimer(
            static (list, _) =>
            {
                Meeting.Note(list, "tick");
                return Task.CompletedTask;
            },
            notes,
            new() { DueTime = due, Period = period, Interleave = interleave });
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StartKeepingTimer(TimeSpan period)
    {
        _timer = this.RegisterGrainTimer(
            static () => Task.CompletedTask, new GrainTimerCreationOptions(TimeSpan.Zero, period) { KeepAlive = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task ChangeTimer(TimeSpan due, TimeSpan period)
    {
        _timer!.Change(due, period);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopTimer()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StartFailingTimer(string notes)
    {
        this.RegisterGrainTimer(
            () =>
            {
                Meeting.Note(notes, "tick");
                throw new InvalidOperationException("a tick failed");
            },
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(10));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task Hold(string point, string until)
    {
        Meeting.Reach(point);
        await Meeting.Wait(until);
    }

    /// <inheritdoc />
    public Task TimerOutside() => Task.Run(() => this.RegisterGrainTimer(() => Task.CompletedTask, TimeSpan.Zero, TimeSpan.Zero));

    /// <inheritdoc />
    public async Task<bool> TimerRunsInTurn()
    {
        var own = TaskScheduler.Current;
        var ran = new TaskCompletionSource<bool>();
        using var timer = this.RegisterGrainTimer(
            async () =>
            {
                await Task.Delay(1);
                ran.TrySetResult(ReferenceEquals(TaskScheduler.Current, own));
            },
            new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = true });
        return await ran.Task;
    }
}

/// <summary>Says where its workers are.</summary>
public interface IWorkerGrain : IGrainWithIntegerKey
{
    /// <summary>Waits, and gives the worker's id.</summary>
    Task<Guid> Work(string point, string until);
}

/// <inheritdoc cref="IWorkerGrain" />
[StatelessWorker(2)]
public sealed class WorkerGrain : Grain, IWorkerGrain
{
    private readonly Guid _id = Guid.NewGuid();

    /// <inheritdoc />
    public async Task<Guid> Work(string point, string until)
    {
        Meeting.Note(point, _id.ToString());
        await Meeting.Wait(until);
        return _id;
    }
}

/// <summary>Activations begin with a call, end when asked or idle, and their timers with them.</summary>
[Collection(ClusterFixture.Name)]
public sealed class LifecycleTests(ClusterFixture fixture)
{
    [Fact]
    public async Task FirstCall_ActivatesBeforeItRuns()
    {
        var (grain, notes) = New();
        await grain.Activation();
        Assert.Equal(["activating", "active", "call"], notes());
    }

    [Fact]
    public async Task DeactivateOnIdle_EndsAfterTheRequestAndTheNextCallStartsAnew()
    {
        var (grain, notes) = New();
        var before = await grain.Activation();
        Assert.Equal("went on", await grain.EndThenGoOn());
        Assert.NotEqual(before, await grain.Activation());
        Assert.Equal(
            ["activating", "active", "call", "went on", "deactivating ApplicationRequested", "inactive", "disposed", "activating", "active", "call"],
            notes());
    }

    [Fact]
    public async Task DeactivateOnIdle_WithRequestsWaiting_HasThemRunInTheNextActivation()
    {
        var (grain, _) = New();
        var before = await grain.Activation();
        var ending = grain.EndThenGoOn();
        var waiting = Enumerable.Range(0, 5).Select(_ => grain.Activation()).ToList();
        await ending;
        var after = await Task.WhenAll(waiting);
        Assert.DoesNotContain(before, after);
        Assert.Single(after.Distinct());
    }

    [Fact]
    public async Task OnActivateAsync_ThatFails_FailsTheCall()
    {
        var grain = fixture.Client.GetGrain<ILifeGrain>("stillborn" + ClusterFixture.NewKey());
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(grain.Activation);
        Assert.Equal("cannot live", exception.Message);
    }

    [Fact]
    public async Task ForceActivationCollection_EndsIdleActivations()
    {
        var (grain, notes) = New();
        var before = await grain.Activation();
        await fixture.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        await Meeting.Until(() => notes().Contains("inactive"), "The end of an idle activation");
        Assert.Contains("deactivating ActivationIdle", notes());
        Assert.NotEqual(before, await grain.Activation());
    }

    [Fact]
    public async Task Timer_RunsUntilStopped()
    {
        var (grain, id) = (New().Grain, ClusterFixture.NewKey());
        await grain.StartTimer(id, TimeSpan.Zero, TimeSpan.FromMilliseconds(10), interleave: false);
        await Meeting.Until(() => Meeting.Notes(id).Length >= 3, "Three ticks");
        await grain.StopTimer();
        var count = Meeting.Notes(id).Length;
        await Task.Delay(100);
        Assert.InRange(Meeting.Notes(id).Length, count, count + 1);
    }

    [Fact]
    public async Task Timer_WithInfinitePeriod_RunsOnce()
    {
        var (grain, id) = (New().Grain, ClusterFixture.NewKey());
        await grain.StartTimer(id, TimeSpan.Zero, Timeout.InfiniteTimeSpan, interleave: false);
        await Meeting.Until(() => Meeting.Notes(id).Length == 1, "A tick");
        await Task.Delay(100);
        Assert.Single(Meeting.Notes(id));
        await grain.ChangeTimer(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await Meeting.Until(() => Meeting.Notes(id).Length == 2, "A tick after the change");
    }

    [Fact]
    public async Task Timer_OfABusyGrain_WaitsForItsTurn()
    {
        var (grain, id) = (New().Grain, ClusterFixture.NewKey());
        await grain.StartTimer(id, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(10), interleave: false);
        var held = grain.Hold(id + "held", id + "go");
        await Meeting.Wait(id + "held");

        // On a slow machine the timer may have ticked before the call came to its turn.
        var before = Meeting.Notes(id).Length;
        await Task.Delay(300);
        Assert.Equal(before, Meeting.Notes(id).Length);
        Meeting.Reach(id + "go");
        await held;
        await Meeting.Until(() => Meeting.Notes(id).Length > before, "A tick");
        await grain.StopTimer();
    }

    [Fact]
    public async Task InterleavingTimer_OfABusyGrain_Runs()
    {
        var (grain, id) = (New().Grain, ClusterFixture.NewKey());
        await grain.StartTimer(id, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(10), interleave: true);
        var held = grain.Hold(id + "held", id + "go");
        await Meeting.Wait(id + "held");
        await Meeting.Until(() => Meeting.Notes(id).Length > 0, "A tick");
        Meeting.Reach(id + "go");
        await held;
        await grain.StopTimer();
    }

    [Fact]
    public async Task Timer_ThatFails_RunsAgain()
    {
        var (grain, id) = (New().Grain, ClusterFixture.NewKey());
        await grain.StartFailingTimer(id);
        await Meeting.Until(() => Meeting.Notes(id).Length >= 3, "Three ticks");
        await grain.EndThenGoOn();
    }

    [Fact]
    public async Task Timer_OfAnEndedActivation_RunsNoMore()
    {
        var (grain, id) = (New().Grain, ClusterFixture.NewKey());
        await grain.StartTimer(id, TimeSpan.Zero, TimeSpan.FromMilliseconds(10), interleave: true);
        await Meeting.Until(() => Meeting.Notes(id).Length > 0, "A tick");
        await grain.EndThenGoOn();
        await grain.Activation();
        var count = Meeting.Notes(id).Length;
        await Task.Delay(100);
        Assert.Equal(count, Meeting.Notes(id).Length);
    }

    [Fact]
    public async Task Timer_DoesNotKeepItsGrain()
    {
        var (grain, notes) = New();
        await grain.StartTimer(ClusterFixture.NewKey(), TimeSpan.Zero, TimeSpan.FromMilliseconds(20), interleave: false);
        await Task.Delay(300);
        await fixture.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.FromMilliseconds(200));
        await Meeting.Until(() => notes().Contains("inactive"), "The end of an idle activation");
    }

    [Fact]
    public async Task Timer_MadeOutsideATurn_IsRefused() => await Assert.ThrowsAnyAsync<Exception>(() => fixture.Silo.GetGrain<ILifeGrain>(ClusterFixture.NewKey()).TimerOutside());

    [Fact]
    public async Task Timer_RunsInATurn() => Assert.True(await New().Grain.TimerRunsInTurn());

    [Fact]
    public async Task StatelessWorker_UnderLoad_HasSeveralActivationsUpToItsLimit()
    {
        var id = ClusterFixture.NewKey();
        var grain = fixture.Silo.GetGrain<IWorkerGrain>(Random.Shared.NextInt64());
        var calls = Enumerable.Range(0, 4).Select(_ => grain.Work(id, id + "go")).ToList();
        await Meeting.Until(() => Meeting.Notes(id).Length == 2, "Two workers at work");
        await Task.Delay(100);
        Assert.Equal(2, Meeting.Notes(id).Length);
        Meeting.Reach(id + "go");
        Assert.Equal(2, (await Task.WhenAll(calls)).Distinct().Count());
    }

    private (ILifeGrain Grain, Func<string[]> Notes) New()
    {
        var key = ClusterFixture.NewKey();
        return (fixture.Silo.GetGrain<ILifeGrain>(key), () => Meeting.Notes("life " + key));
    }
}
