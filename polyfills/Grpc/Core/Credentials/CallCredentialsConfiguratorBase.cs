namespace Grpc.Core;

/// <summary>Is told by <see cref="CallCredentials" /> what they are.</summary>
public abstract class CallCredentialsConfiguratorBase
{
    /// <summary>They have parts.</summary>
    public abstract void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials);

    /// <summary>They write headers.</summary>
    public abstract void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor);
}
