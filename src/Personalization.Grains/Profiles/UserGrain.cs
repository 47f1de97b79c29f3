using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Interventions;
using Personalization.Grains.Operations;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Profiles;

/// <summary>
/// One shopper: profile, pending decisions, intervention history. Events come only from the shopper's partition, in order;
/// everything else reads. The parts of the class lie with the stages that they belong to.
/// </summary>
/// <remarks>
/// Reentrant, so that a read can wait for an event while the event is on its way in. Folding itself has no await in it: no
/// other call sees it half done.
/// </remarks>
[Reentrant]
public sealed partial class UserGrain : Grain, IUserFoldGrain, IUserProfileGrain, IUserRecommendationGrain, IUserInterventionGrain
{
    private readonly IPersistentState<UserState> _state;
    private readonly UserServices _services;
    private readonly ILogger<UserGrain> _logger;

    // Made for whoever first waits or watches: there are as many of these as there are shoppers in memory.
    private OffsetWaiters? _waiters;
    private ChangeSignal? _profileChanged;
    private UserKey _user;
    private int _partition;
    private Task _writing = Task.CompletedTask;
    private bool _dirty;

    /// <summary>Made by the runtime.</summary>
    public UserGrain(
        [PersistentState("user", StorageNames.State)] IPersistentState<UserState> state,
        UserServices services,
        ILogger<UserGrain> logger)
    {
        _state = state;
        _services = services;
        _logger = logger;
    }

    private UserState State => _state.State;

    private ChangeSignal ProfileChanged => _profileChanged ??= new ChangeSignal();

    private DateTimeOffset Now => _services.Time.GetUtcNow();

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _user = UserKey.Parse(this.GetPrimaryKeyString());
        _partition = Partitions.Of(_user, _services.Log.PartitionCount);
        State.Profile ??= new UserProfile(_services.ProfileModel);
        State.Rewards ??= _services.Rewards.NewJoiner();

        // Of a shopper who was stored a while ago, all of it has been taken since.
        State.Settle(_services.Checkpoints.Of(_partition));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        ProfileChanged.Complete();
        _waiters?.FailAll();
        if (_dirty)
        {
            // A courtesy, not a promise: what is not persisted here is replayed from the log.
            await Persist();
        }
    }

    /// <inheritdoc/>
    public async Task<long> Persist()
    {
        // One write at a time: the store refuses a write that does not follow the last one.
        while (!_writing.IsCompleted)
        {
            await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        if (!_dirty)
        {
            return State.AppliedOffset;
        }

        // The state is encoded before the first await inside the store, so what is folded in meanwhile waits for the next write.
        var offset = State.AppliedOffset;
        State.Settle(_services.Checkpoints.Of(_partition));
        _dirty = false;
        var writing = _state.WriteStateAsync();
        _writing = writing;
        try
        {
            await writing;
            return offset;
        }
        catch
        {
            _dirty = true;
            throw;
        }
        finally
        {
            // What is done need not be remembered; unless another write has begun already.
            if (ReferenceEquals(_writing, writing))
            {
                _writing = Task.CompletedTask;
            }
        }
    }

    /// <summary>Waits until the shopper's events up to an offset of the partition have been applied.</summary>
    private async ValueTask WaitForAsync(long offset, CancellationToken cancellationToken)
    {
        if (offset <= State.AppliedOffset)
        {
            return;
        }

        using var span = EngineTraces.Start(EngineTraces.Wait);

        // The offset may be another shopper's, out of the same batch: then this one's own events never reach it, but the
        // partition does. Whichever knows first.
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var own = (_waiters ??= new OffsetWaiters()).WaitAsync(offset, done.Token);
        var partition = GrainFactory.GetGrain<IIngestionPartitionGrain>(_partition).WaitForApplied(offset, done.Token);
        var first = await Task.WhenAny(own, partition);
        await done.CancelAsync();
        await first;
    }
}
