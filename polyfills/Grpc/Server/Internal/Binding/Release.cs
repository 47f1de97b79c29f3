namespace Grpc.AspNetCore.Server.Internal.Binding;

/// <summary>Disposes what was made for a call.</summary>
internal static class Release
{
    public static ValueTask Of(object instance, bool created)
    {
        if (!created)
        {
            return default;
        }

        if (instance is IAsyncDisposable asynchronous)
        {
            return asynchronous.DisposeAsync();
        }

        (instance as IDisposable)?.Dispose();
        return default;
    }
}
