using Grpc.Core;
using Grpc.Net.Compression;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client;

/// <summary>Options of a channel.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Credentials; by default what the address' scheme says.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>The largest message that may be sent, in bytes; null is no limit, which is the default.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>The largest message that is received, in bytes; 4 MiB by default, null is no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>The compressions that the channel knows; gzip and deflate when null.</summary>
    public IList<ICompressionProvider>? CompressionProviders { get; set; }

    /// <summary>Where the channel logs.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Sends the channel's requests. Not together with <see cref="HttpHandler" />.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Sends the channel's requests; a socket handler of its own when null.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether a client or handler given here is disposed with the channel.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Whether cancelled and late calls throw <see cref="OperationCanceledException" /> in place of <see cref="RpcException" />.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>The HTTP version of requests; 2.0 when null.</summary>
    public Version? HttpVersion { get; set; }

    /// <summary>How strictly <see cref="HttpVersion" /> holds; exactly when null.</summary>
    public HttpVersionPolicy? HttpVersionPolicy { get; set; }
}
