using System.Net.Http.Headers;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Writes what call credentials say into a request's headers.</summary>
internal sealed class CallCredentialsReader : CallCredentialsConfiguratorBase
{
    private readonly List<AsyncAuthInterceptor> _interceptors = [];

    public static async ValueTask ApplyAsync(
        Uri address, IMethod method, HttpRequestHeaders headers, CallCredentials credentials, CancellationToken cancellationToken)
    {
        var reader = new CallCredentialsReader();
        credentials.InternalPopulateConfiguration(reader, null);
        var context = new AuthInterceptorContext(ServiceUrl(address, method), method.Name, cancellationToken);
        foreach (var interceptor in reader._interceptors)
        {
            var metadata = new Metadata();
            await interceptor(context, metadata).ConfigureAwait(false);
            foreach (var entry in metadata)
            {
                headers.TryAddWithoutValidation(entry.Key, entry.HeaderValue);
            }
        }
    }

    public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) => _interceptors.Add(interceptor);

    public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials)
    {
        foreach (var part in credentials)
        {
            part.InternalPopulateConfiguration(this, state);
        }
    }

    /// <summary>The address of the service, without a port that goes without saying: it becomes the audience of tokens.</summary>
    private static string ServiceUrl(Uri address, IMethod method) =>
        $"{address.Scheme}://{(address.IsDefaultPort ? address.Host : address.Authority)}/{method.ServiceName}";
}
