namespace Personalization.Storage.Sqlite.Internal;

/// <summary>Something to write: executed on the writer's thread, in a transaction that it shares with others.</summary>
internal abstract class WriteOperation
{
    /// <summary>How much of a transaction's time it takes: the number of records it writes.</summary>
    public virtual int Weight => 1;

    /// <summary>Whether nobody waits for it: it may wait for company, so that a commit is not made for it alone.</summary>
    public virtual bool IsPatient => false;

    /// <summary>
    /// Makes the changes. May be executed again, after a rollback, when another operation of its transaction failed: what
    /// it does to memory must wait for <see cref="Complete"/>.
    /// </summary>
    public abstract void Execute(Database database);

    /// <summary>The transaction is durable: tell the caller.</summary>
    public abstract void Complete();

    /// <summary>The operation did not happen: tell the caller.</summary>
    public abstract void Fail(Exception error);
}

/// <summary>An operation with a result.</summary>
internal abstract class WriteOperation<TResult> : WriteOperation
{
    private readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the operation is durable or has failed.</summary>
    public Task<TResult> Completion => _done.Task;

    /// <summary>What <see cref="WriteOperation.Execute"/> found out.</summary>
    protected TResult Result { get; set; } = default!;

    /// <inheritdoc/>
    public override void Complete() => _done.SetResult(Result);

    /// <inheritdoc/>
    public override void Fail(Exception error) => _done.SetException(error);
}

/// <summary>An operation made of a function.</summary>
/// <param name="execute">Makes the changes.</param>
/// <param name="completed">What is to be done in memory when they are durable, on the writer's thread.</param>
internal sealed class WriteFunction<TResult>(Func<Database, TResult> execute, Action<TResult>? completed = null) : WriteOperation<TResult>
{
    /// <inheritdoc/>
    public override void Execute(Database database) => Result = execute(database);

    /// <inheritdoc/>
    public override void Complete()
    {
        completed?.Invoke(Result);
        base.Complete();
    }
}
