namespace Grpc.Net.Client.Internal;

/// <summary>Marks tasks whose failure nobody may ever ask for.</summary>
internal static class TaskObservation
{
    public static Task<T> Observed<T>(this Task<T> task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            _ = task.ContinueWith(
                static failed => _ = failed.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        return task;
    }
}
