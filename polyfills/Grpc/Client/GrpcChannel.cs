using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Grpc.Internal;
using Grpc.Net.Client.Internal;
using Grpc.Net.Compression;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grpc.Net.Client;

/// <summary>A way to a server over HTTP/2. Made once and used by many calls at a time.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly ConcurrentDictionary<IMethod, Uri> _methodAddresses = new();
    private readonly Func<IMethod, Uri> _makeMethodAddress;
    private readonly ActiveCalls _activeCalls = new();
    private readonly bool _ownsHttp;

    private GrpcChannel(Uri address, GrpcChannelOptions options) : base(address.Authority)
    {
        if (options.HttpClient is not null && options.HttpHandler is not null)
        {
            throw new ArgumentException(
                $"{nameof(GrpcChannelOptions.HttpClient)} and {nameof(GrpcChannelOptions.HttpHandler)} have been configured. "
                + "Only one HTTP caller can be specified.");
        }

        Address = address;
        (IsSecure, CallCredentials) = ChannelSecurity.Resolve(address, options.Credentials);
        Http = options.HttpClient ?? new HttpMessageInvoker(options.HttpHandler ?? CreateHandler(), disposeHandler: true);
        _ownsHttp = options.DisposeHttpClient || (options.HttpClient is null && options.HttpHandler is null);
        MaxSendMessageSize = options.MaxSendMessageSize;
        MaxReceiveMessageSize = options.MaxReceiveMessageSize;
        Compression = new MessageCompression(options.CompressionProviders ?? (IEnumerable<ICompressionProvider>)MessageCompression.DefaultProviders);
        ThrowOperationCanceled = options.ThrowOperationCanceledOnCancellation;
        HttpVersion = options.HttpVersion ?? System.Net.HttpVersion.Version20;
        HttpVersionPolicy = options.HttpVersionPolicy ?? System.Net.Http.HttpVersionPolicy.RequestVersionExact;
        Logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Grpc.Net.Client.Internal.GrpcCall");
        _makeMethodAddress = method => new Uri(address, method.FullName);
    }

    internal Uri Address { get; }

    internal bool IsSecure { get; }

    internal CallCredentials? CallCredentials { get; }

    internal HttpMessageInvoker Http { get; }

    internal int? MaxSendMessageSize { get; }

    internal int? MaxReceiveMessageSize { get; }

    internal MessageCompression Compression { get; }

    internal bool ThrowOperationCanceled { get; }

    internal Version HttpVersion { get; }

    internal HttpVersionPolicy HttpVersionPolicy { get; }

    internal ILogger Logger { get; }

    /// <summary>A channel to an address such as <c>https://host:port</c>; <c>http</c> speaks HTTP/2 without TLS.</summary>
    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to an address, with options.</summary>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ForAddress(new Uri(address), channelOptions);
    }

    /// <summary>A channel to an address.</summary>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to an address, with options.</summary>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return new GrpcChannel(address, channelOptions);
    }

    /// <inheritdoc />
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_activeCalls.AreClosed, this);
        return new HttpCallInvoker(this);
    }

    /// <summary>Cancels the calls that run, and closes the connections if they are the channel's own.</summary>
    public void Dispose()
    {
        if (!_activeCalls.Close())
        {
            return;
        }

        if (_ownsHttp)
        {
            Http.Dispose();
        }
    }

    internal Uri AddressOf(IMethod method) => _methodAddresses.GetOrAdd(method, _makeMethodAddress);

    internal void Register(ClientCall call) => ObjectDisposedException.ThrowIf(!_activeCalls.TryAdd(call), this);

    internal void Unregister(ClientCall call) => _activeCalls.Remove(call);

    private static SocketsHttpHandler CreateHandler() => new()
    {
        // One connection carries only as many calls at a time as the server allows.
        EnableMultipleHttp2Connections = true,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
    };
}
