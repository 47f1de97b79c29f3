using System.Diagnostics;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Internal;
using Grpc.Net.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>One call on the server: the handler's context over an HTTP request.</summary>
internal sealed class ServerCall : ServerCallContext, IServerCallContextFeature
{
    private Metadata? _requestHeaders;
    private Metadata? _trailers;
    private AuthContext? _authContext;
    private Activity? _activity;
    private ServerDeadline? _deadline;
    private ICompressionProvider? _responseCompression;

    public ServerCall(HttpContext httpContext, MethodOptions options, ILogger logger)
    {
        HttpContext = httpContext;
        Options = options;
        Logger = logger;
    }

    public HttpContext HttpContext { get; }

    public MethodOptions Options { get; }

    public ILogger Logger { get; }

    public MessagePayload Payload { get; } = new();

    public FrameWriter FrameWriter { get; } = new();

    /// <summary>What the caller said its compressed messages are in.</summary>
    public string? RequestEncoding => HttpContext.Request.Headers.GrpcEncoding;

    /// <summary>What the next message is compressed with.</summary>
    public ICompressionProvider? MessageCompression =>
        _responseCompression is not null && (WriteOptionsCore?.Flags & WriteFlags.NoCompress) is not WriteFlags.NoCompress
            ? _responseCompression
            : null;

    public bool IsDeadlineExceeded => _deadline?.IsExceeded ?? false;

    public ServerCallContext ServerCallContext => this;

    protected override string MethodCore => HttpContext.Request.Path.Value!;

    protected override string HostCore => HttpContext.Request.Host.Value!;

    protected override string PeerCore => field ??= DescribePeer(HttpContext.Connection);

    protected override DateTime DeadlineCore => _deadline?.At ?? DateTime.MaxValue;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= RequestMetadata.Read(HttpContext.Request.Headers);

    protected override CancellationToken CancellationTokenCore => _deadline?.CancellationToken ?? HttpContext.RequestAborted;

    protected override Metadata ResponseTrailersCore => _trailers ??= [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= PeerCertificate.Describe(HttpContext.Connection.ClientCertificate);

    protected override IDictionary<object, object> UserStateCore => HttpContext.Items!;

    /// <summary>Starts the clock and chooses the response's encoding.</summary>
    public void Start()
    {
        HttpContext.Response.ContentType = WireNames.ContentType;
        _activity = HttpContext.Features.Get<IHttpActivityFeature>()?.Activity;
        _activity?.AddTag("grpc.method", MethodCore);
        StartDeadline();
        if (Options.ResponseEncoding is { } encoding && IsAccepted(encoding))
        {
            UseResponseEncoding(encoding);
        }
    }

    /// <summary>Ends a call whose handler returned.</summary>
    public ValueTask CompleteAsync()
    {
        if (_deadline is null)
        {
            WriteOutcome();
            return default;
        }

        return CompleteWithDeadlineAsync(_deadline);
    }

    /// <summary>Ends a call whose handler threw.</summary>
    public async ValueTask FailAsync(Exception error, string method)
    {
        // The handler has not written its outcome if it is still the deadline's to write.
        var mayWrite = _deadline is null || await _deadline.StopAsync();
        StatusCore = Resolve(error, method);
        if (mayWrite)
        {
            WriteOutcome();
        }
    }

    /// <summary>Ends the call for the caller now, whatever its handler is doing.</summary>
    public async Task ExceedDeadlineAsync()
    {
        var response = HttpContext.Response;
        StatusCore = new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded");
        ResponseStatus.Write(ResponseStatus.Destination(response), StatusCore);
        await response.CompleteAsync();
        Reset();
    }

    /// <summary>Tells the caller's transport that nothing more will come.</summary>
    public void Reset()
    {
        if (HttpContext.Features.Get<IHttpResetFeature>() is { } reset)
        {
            reset.Reset(HttpProtocol.IsHttp3(HttpContext.Request.Protocol) ? WireNames.Http3Cancel : WireNames.Http2Cancel);
        }
        else
        {
            HttpContext.Abort();
        }
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotImplementedException("Context propagation is not supported by servers on ASP.NET Core.");

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        var response = HttpContext.Response;
        if (response.HasStarted)
        {
            throw new InvalidOperationException("Response headers can only be sent once per call.");
        }

        foreach (var entry in responseHeaders)
        {
            AddResponseHeader(response.Headers, entry);
        }

        await response.BodyWriter.FlushAsync();
    }

    private static string DescribePeer(ConnectionInfo connection)
    {
        var (address, port) = (connection.RemoteIpAddress, connection.RemotePort);
        return address?.AddressFamily switch
        {
            null => "unknown",
            AddressFamily.InterNetwork => $"ipv4:{address}:{port}",
            AddressFamily.InterNetworkV6 => $"ipv6:[{address}]:{port}",
            _ => $"unknown:{address}:{port}",
        };
    }

    private void AddResponseHeader(IHeaderDictionary headers, Metadata.Entry entry)
    {
        if (entry.Key == WireNames.CompressionRequest)
        {
            UseResponseEncoding(entry.Value);
            return;
        }

        try
        {
            headers.Append(entry.Key, entry.HeaderValue);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Error adding response header '{entry.Key}'.", error);
        }
    }

    private void UseResponseEncoding(string encoding)
    {
        _responseCompression = Options.Compression.Find(encoding);
        HttpContext.Response.Headers.GrpcEncoding = encoding;
    }

    private bool IsAccepted(string encoding)
    {
        foreach (var value in HttpContext.Request.Headers.GrpcAcceptEncoding)
        {
            foreach (var part in value.AsSpan().Split(','))
            {
                if (value.AsSpan(part).Trim().SequenceEqual(encoding))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void StartDeadline()
    {
        var header = HttpContext.Request.Headers.GrpcTimeout;
        if (header.Count == 0)
        {
            return;
        }

        if (header.Count == 1 && GrpcTimeout.TryDecode(header[0], out var timeout) && timeout > TimeSpan.Zero)
        {
            _deadline = ServerDeadline.Start(this, timeout);
        }
        else
        {
            ServerLog.InvalidTimeout(Logger, header.ToString());
        }
    }

    private async ValueTask CompleteWithDeadlineAsync(ServerDeadline deadline)
    {
        if (await deadline.StopAsync())
        {
            WriteOutcome();
        }
    }

    private Status Resolve(Exception error, string method)
    {
        if (error is RpcException raised)
        {
            ServerLog.StatusRaised(Logger, raised.StatusCode, raised.Status.Detail, raised.Status.DebugException);
            foreach (var entry in raised.Trailers)
            {
                ResponseTrailersCore.Add(entry);
            }

            return raised.Status;
        }

        if (error is OperationCanceledException || (error is IOException && CancellationTokenCore.IsCancellationRequested))
        {
            ServerLog.MethodCancelled(Logger, method, error);
        }
        else
        {
            ServerLog.MethodFailed(Logger, method, error);
        }

        const string Detail = "Exception was thrown by handler.";
        return new Status(
            StatusCode.Unknown,
            Options.EnableDetailedErrors ? $"{Detail} {ExceptionText.Describe(error)}" : Detail,
            error);
    }

    private void WriteOutcome()
    {
        var status = StatusCore;
        ResponseStatus.Write(ResponseStatus.Destination(HttpContext.Response), status, _trailers);
        _activity?.AddTag("grpc.status_code", ResponseStatus.Text(status.StatusCode));
    }
}
