using Microsoft.Extensions.Logging;
using Personalization.Domain.Storage;

namespace Personalization.Storage.Sqlite.Internal;

/// <summary>
/// The one writer of the file: a thread that takes whatever waits, executes it in one transaction, commits, and tells
/// everybody at once. While a commit waits for the disk the next group gathers, so the group grows with the load by itself.
/// What nobody waits for (<see cref="WriteOperation.IsPatient"/>) does not begin a commit for 10 ms.
/// </summary>
internal sealed class GroupCommitWriter : IStorageHealth
{
    // A commit costs the same for one record and for a hundred, and a hundred decisions come in so long under load.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(10);

    private readonly Database _database;
    private readonly Checkpointer _checkpointer;
    private readonly WriteQueue _queue = new(s_patience);
    private readonly SemaphoreSlim _roomForOthers;
    private readonly IReadOnlyList<IWriteParticipant> _participants;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _failing;
    private volatile string? _lastError;
    private bool _truncate;

    public GroupCommitWriter(
        Database database, Checkpointer checkpointer, IReadOnlyList<IWriteParticipant> participants, int maxWaitingWrites, ILogger logger)
    {
        _database = database;
        _checkpointer = checkpointer;
        _participants = participants;
        _logger = logger;
        _roomForOthers = new SemaphoreSlim(maxWaitingWrites);
        _thread = new Thread(Run) { IsBackground = true, Name = "store-writer" };
    }

    /// <inheritdoc/>
    public bool IsHealthy => _failing is null;

    /// <inheritdoc/>
    public string? LastError => _lastError;

    /// <summary>Begins to write.</summary>
    public void Start() => _thread.Start();

    /// <summary>Queues an append. Never waits: whoever appends has bounded what waits before.</summary>
    public void EnqueueAppend(WriteOperation operation) => _queue.Enqueue(operation, isAppend: true);

    /// <summary>Queues any other operation, waiting for room, and waits for it to be durable.</summary>
    public async ValueTask<TResult> WriteAsync<TResult>(WriteOperation<TResult> operation, CancellationToken cancellationToken)
    {
        await _roomForOthers.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _queue.Enqueue(operation, isAppend: false);

            // Room is given back when the write ends, not when its caller stops waiting.
            _ = operation.Completion.ContinueWith(
                static (_, room) => ((SemaphoreSlim)room!).Release(),
                _roomForOthers,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
        catch (ObjectDisposedException)
        {
            _roomForOthers.Release();
            throw;
        }

        return cancellationToken.CanBeCanceled
            ? await operation.Completion.WaitAsync(cancellationToken).ConfigureAwait(false)
            : await operation.Completion.ConfigureAwait(false);
    }

    /// <summary>Queues a function, waiting for room, and waits for it to be durable.</summary>
    public ValueTask<TResult> WriteAsync<TResult>(
        Func<Database, TResult> execute, CancellationToken cancellationToken, Action<TResult>? completed = null) =>
        WriteAsync(new WriteFunction<TResult>(execute, completed), cancellationToken);

    /// <summary>Lets nothing more in, writes what waits, and stops.</summary>
    public Task StopAsync()
    {
        _queue.Close();
        return _stopped.Task;
    }

    /// <summary>
    /// Has the write-ahead log emptied after the transaction in progress, because it holds what must not be anywhere any
    /// more. On the writer's thread; done before anything that is queued afterwards.
    /// </summary>
    public void EmptyWriteAheadLog() => _truncate = true;

    private void Run()
    {
        var batch = new List<WriteOperation>();
        while (_queue.Take(batch))
        {
            CommitTogether(batch);
            Maintain();
            Checkpoint();
        }

        _stopped.SetResult();
    }

    private void CommitTogether(List<WriteOperation> batch)
    {
        try
        {
            InTransaction(batch, ExecuteAll);
        }
        catch (SqliteFailureException e) when (e.IsDiskFailure)
        {
            RollBack();
            ReportFailure(e);
            var unavailable = new StorageUnavailableException($"The store cannot write: {e.Message}", e);
            batch.ForEach(operation => operation.Fail(unavailable));
            return;
        }
        catch (Exception e)
        {
            RollBack();
            if (batch.Count == 1)
            {
                batch[0].Fail(e);
                return;
            }

            // One of them is at fault; the others shall not pay for it.
            foreach (var operation in batch)
            {
                CommitTogether([operation]);
            }

            return;
        }

        ReportSuccess();
        foreach (var participant in _participants)
        {
            participant.AfterCommit();
        }

        batch.ForEach(static operation => operation.Complete());
        foreach (var participant in _participants)
        {
            participant.AfterComplete();
        }
    }

    private void ExecuteAll(List<WriteOperation> batch)
    {
        foreach (var operation in batch)
        {
            operation.Execute(_database);
        }

        foreach (var participant in _participants)
        {
            participant.BeforeCommit(_database);
        }
    }

    private void Maintain()
    {
        foreach (var participant in _participants)
        {
            if (!participant.NeedsMaintenance)
            {
                continue;
            }

            try
            {
                InTransaction(participant, p => p.Maintain(_database));
                participant.AfterCommit();
            }
            catch (Exception e)
            {
                // Nothing is lost by it; it is due again after the next commit.
                RollBack();
                ReportFailure(e);
            }
        }
    }

    private void Checkpoint()
    {
        try
        {
            if (_truncate)
            {
                // Asked again after the next commit when readers are in the way now.
                _truncate = !_checkpointer.Truncate();
            }
            else
            {
                _checkpointer.AfterCommit();
            }
        }
        catch (SqliteFailureException e)
        {
            // What was committed is in the log, which goes on growing until this works.
            ReportFailure(e);
        }
    }

    private void InTransaction<T>(T argument, Action<T> work)
    {
        _database.Prepare(Sql.Begin).Run();
        work(argument);
        _database.Prepare(Sql.Commit).Run();
    }

    private void RollBack()
    {
        foreach (var participant in _participants)
        {
            participant.AfterRollback();
        }

        try
        {
            _database.Prepare(Sql.Rollback).Run();
        }
        catch (SqliteFailureException)
        {
            // After some failures SQLite has rolled back already, and there is no transaction to end.
        }
    }

    private void ReportFailure(Exception e)
    {
        _lastError = e.Message;
        if (_failing is null)
        {
            StorageLog.WriteFailed(_logger, e);
        }

        _failing = e.Message;
    }

    private void ReportSuccess()
    {
        if (_failing is not null)
        {
            _failing = null;
            StorageLog.WriteRecovered(_logger);
        }
    }

    private static class Sql
    {
        public const string Begin = "BEGIN IMMEDIATE";
        public const string Commit = "COMMIT";
        public const string Rollback = "ROLLBACK";
    }
}
