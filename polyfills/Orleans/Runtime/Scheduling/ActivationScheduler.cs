namespace Orleans.Runtime;

/// <summary>
/// Runs an activation's work one item at a time, in order: continuations of its tasks, and requests as they come. Within
/// its turns it is <see cref="TaskScheduler.Current"/>, so that what is awaited there comes back to it.
/// </summary>
internal sealed class ActivationScheduler(Activation activation, int quantumMilliseconds) : TaskScheduler, IThreadPoolWorkItem, IWorkItemScheduler
{
    private static readonly Action<object?> s_drain = static scheduler => ((ActivationScheduler)scheduler!).Drain();

    private readonly Queue<object> _queue = new();
    private bool _scheduled;

    public override int MaximumConcurrencyLevel => 1;

    public void Enqueue(object item)
    {
        lock (_queue)
        {
            _queue.Enqueue(item);
            if (_scheduled)
            {
                return;
            }

            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    public void QueueAction(Action action) => new Task(action).Start(this);

    public void QueueAction(Action<object> action, object state) => new Task(action!, state).Start(this);

    void IWorkItemScheduler.QueueTask(Task task) => task.Start(this);

    void IThreadPoolWorkItem.Execute()
    {
        // One task for a whole quantum: it makes this the current scheduler for all that runs in it.
        var previous = RuntimeContext.Exchange(activation);
        try
        {
            new Task(s_drain, this).RunSynchronously(this);
        }
        finally
        {
            RuntimeContext.Exchange(previous);
        }
    }

    protected override void QueueTask(Task task) => Enqueue(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(RuntimeContext.Current, activation) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_queue)
        {
            return [.. _queue.OfType<Task>()];
        }
    }

    private void Drain()
    {
        var end = Environment.TickCount64 + quantumMilliseconds;
        do
        {
            object item;
            lock (_queue)
            {
                if (!_queue.TryDequeue(out item!))
                {
                    _scheduled = false;
                    return;
                }
            }

            if (item is Task task)
            {
                TryExecuteTask(task);
            }
            else
            {
                activation.OnReceived((GrainCall)item);
            }

            activation.StartWaiting();
        }
        while (Environment.TickCount64 < end);

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
