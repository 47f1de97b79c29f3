using Grpc.Core;
using Grpc.Internal;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// One call on the client, without its message types: from its request to its one end. Whatever ends it first (the server's
/// status, a token, the deadline, disposal, the transport) decides its status; the rest comes too late.
/// </summary>
internal abstract class ClientCall : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly DateTime _deadline;
    private HttpResponseMessage? _response;
    private Task? _sending;
    private Task<Metadata>? _responseHeaders;
    private CallDeadline? _deadlineTimer;
    private CancellationTokenRegistration _userCancellation;
    private StreamingContent? _streamingContent;
    private Status _status;
    private volatile bool _isEnded;
    private bool _hasTrailers;
    private bool _trailersAreInHeaders;
    private Metadata? _trailers;

    protected ClientCall(GrpcChannel channel, IMethod method, in CallOptions options)
    {
        Validate(options);
        Channel = channel;
        Method = method;
        Options = options;
        _deadline = options.Deadline ?? DateTime.MaxValue;
        channel.Register(this);
    }

    public GrpcChannel Channel { get; }

    public CallOptions Options { get; }

    /// <summary>Cancelled when the call ends otherwise than by the server's status.</summary>
    public CancellationToken CancellationToken => _cancellation.Token;

    public bool IsEnded => _isEnded;

    /// <summary>How the call ended; read after <see cref="IsEnded" />.</summary>
    public Status Status => _status;

    public bool IsDisposed { get; private set; }

    /// <summary>The response, when the server has begun one that goes on.</summary>
    public HttpResponseMessage? Response => _response;

    /// <summary>What requests are compressed in, for the channel knows the name.</summary>
    public string? RequestEncoding { get; private set; }

    // Links of the channel's list.
    internal ClientCall? NextActive { get; set; }

    internal ClientCall? PreviousActive { get; set; }

    protected IMethod Method { get; }

    public Status GetStatus() => _isEnded
        ? _status
        : throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    public Metadata GetTrailers() => _hasTrailers
        ? ReadTrailers()
        : throw new InvalidOperationException("Can't get the call trailers because the call has not completed successfully.");

    public Task<Metadata> GetResponseHeadersAsync()
    {
        lock (_gate)
        {
            return _responseHeaders ??= ReadResponseHeadersAsync().Observed();
        }
    }

    public virtual void Dispose()
    {
        IsDisposed = true;
        Cancel(new Status(StatusCode.Cancelled, "gRPC call disposed."));
    }

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(IsDisposed, this);

    public void ExceedDeadline() => Cancel(new Status(StatusCode.DeadlineExceeded, ""));

    /// <summary>Ends the call from this side and tells the server so.</summary>
    public void Cancel(Status status)
    {
        if (!TryEnd(status))
        {
            return;
        }

        _cancellation.Cancel();
        Release();
    }

    /// <summary>Ends the call with what the server said.</summary>
    public void End(Status status, bool trailersAreInHeaders = false)
    {
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            _trailersAreInHeaders = trailersAreInHeaders;
            _hasTrailers = true;
            _status = status;
            _isEnded = true;
        }

        Release();
    }

    /// <summary>Ends the call because something failed on the way; returns what its caller is to see.</summary>
    public Exception Fail(string summary, Exception error)
    {
        Cancel(Resolve(summary, error));
        return CreateException(error);
    }

    /// <summary>What the caller of an ended call is to see.</summary>
    public Exception CreateException(Exception? cause = null)
    {
        if (Channel.ThrowOperationCanceled && _status.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded)
        {
            var token = Options.CancellationToken.IsCancellationRequested ? Options.CancellationToken : _cancellation.Token;
            return new OperationCanceledException(_status.Detail, cause, token);
        }

        return new RpcException(_status, TryReadTrailers());
    }

    /// <summary>Cancels the call with a token that came with a single read or write.</summary>
    public CancellationTokenRegistration CancelWith(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(
            static (state, token) => ((ClientCall)state!).Cancel(
                new Status(StatusCode.Cancelled, "Call canceled by the client.", new OperationCanceledException(token))),
            this);

    /// <summary>Starts the clock and sends the request. The task ends with the response's headers and never fails.</summary>
    protected Task StartAsync(HttpContent content)
    {
        _streamingContent = content as StreamingContent;
        var request = CreateRequest(content);
        StartTimer();
        if (Options.CancellationToken.CanBeCanceled)
        {
            KeepRegistration(CancelWith(Options.CancellationToken));
        }

        return _sending = SendAsync(request);
    }

    private static void Validate(in CallOptions options)
    {
        if (options.Deadline is { } deadline
            && deadline != DateTime.MaxValue
            && deadline != DateTime.MinValue
            && deadline.Kind != DateTimeKind.Utc)
        {
            throw new InvalidOperationException(
                "Deadline must have a kind DateTimeKind.Utc or be equal to DateTime.MaxValue or DateTime.MinValue.");
        }

        if (options.IsWaitForReady)
        {
            throw new NotSupportedException("This channel does not wait for connections: calls with WaitForReady are not supported.");
        }
    }

    private HttpRequestMessage CreateRequest(HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Channel.AddressOf(Method))
        {
            Version = Channel.HttpVersion,
            VersionPolicy = Channel.HttpVersionPolicy,
            Content = content,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("User-Agent", "grpc-dotnet-polyfill/" + VersionInfo.CurrentVersion);
        headers.TryAddWithoutValidation("TE", "trailers");
        headers.TryAddWithoutValidation(WireNames.AcceptEncoding, Channel.Compression.AcceptEncoding);
        if (Options.Headers is not null)
        {
            AddMetadata(request, Options.Headers);
        }

        if (_deadline != DateTime.MaxValue)
        {
            headers.TryAddWithoutValidation(WireNames.Timeout, GrpcTimeout.Encode(_deadline - DateTime.UtcNow));
        }

        return request;
    }

    private void AddMetadata(HttpRequestMessage request, Metadata metadata)
    {
        foreach (var entry in metadata)
        {
            switch (entry.Key)
            {
                case WireNames.Timeout:
                    // The deadline says it.
                    break;
                case WireNames.CompressionRequest:
                    RequestEncoding = entry.Value;
                    request.Headers.TryAddWithoutValidation(WireNames.Encoding, entry.Value);
                    break;
                default:
                    request.Headers.TryAddWithoutValidation(entry.Key, entry.HeaderValue);
                    break;
            }
        }
    }

    private void StartTimer()
    {
        if (_deadline == DateTime.MaxValue)
        {
            return;
        }

        var remaining = _deadline - DateTime.UtcNow;
        if (remaining <= TimeSpan.Zero)
        {
            ExceedDeadline();
            return;
        }

        var timer = new CallDeadline(this, _deadline, remaining);
        lock (_gate)
        {
            if (!_isEnded)
            {
                _deadlineTimer = timer;
                return;
            }
        }

        timer.Dispose();
    }

    private void KeepRegistration(CancellationTokenRegistration registration)
    {
        lock (_gate)
        {
            if (!_isEnded)
            {
                _userCancellation = registration;
                return;
            }
        }

        registration.Unregister();
    }

    private async Task SendAsync(HttpRequestMessage request)
    {
        try
        {
            ClientLog.Starting(Channel.Logger, Method.Type, request.RequestUri!);
            if (Options.Credentials is not null || Channel.CallCredentials is not null)
            {
                await AddCredentialsAsync(request).ConfigureAwait(false);
            }

            CancellationToken.ThrowIfCancellationRequested();
            var response = Channel.Http is HttpClient client
                ? await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken).ConfigureAwait(false)
                : await Channel.Http.SendAsync(request, CancellationToken).ConfigureAwait(false);
            if (KeepResponse(response))
            {
                EndIfRefused(response);
            }
        }
        catch (Exception error)
        {
            Cancel(Resolve("Error starting gRPC call.", error));
        }
    }

    private async ValueTask AddCredentialsAsync(HttpRequestMessage request)
    {
        if (!Channel.IsSecure)
        {
            ClientLog.CredentialsNotUsed(Channel.Logger);
            return;
        }

        if (Options.Credentials is { } own)
        {
            await CallCredentialsReader.ApplyAsync(Channel.Address, Method, request.Headers, own, CancellationToken).ConfigureAwait(false);
        }

        if (Channel.CallCredentials is { } common)
        {
            await CallCredentialsReader.ApplyAsync(Channel.Address, Method, request.Headers, common, CancellationToken).ConfigureAwait(false);
        }
    }

    private bool KeepResponse(HttpResponseMessage response)
    {
        lock (_gate)
        {
            if (!_isEnded)
            {
                _response = response;
                return true;
            }
        }

        // The call ended while its response was on the way: disposing tells the server.
        response.Dispose();
        return false;
    }

    private void EndIfRefused(HttpResponseMessage response)
    {
        if (ResponseOutcome.Find(response.Headers) is { } status)
        {
            End(CheckTrailersOnly(status), trailersAreInHeaders: true);
        }
        else if (ResponseOutcome.FindRefusal(response) is { } refusal)
        {
            End(refusal, trailersAreInHeaders: true);
        }
    }

    /// <summary>A status in the headers means that there are no messages; where there must be one, success is an error.</summary>
    private Status CheckTrailersOnly(Status status) =>
        status.StatusCode == StatusCode.OK && Method.Type is MethodType.Unary or MethodType.ClientStreaming
            ? new Status(StatusCode.Internal, "Failed to deserialize response message. The response header contains a gRPC status of OK, "
                + "but a response message is required.")
            : status;

    private bool TryEnd(Status status)
    {
        lock (_gate)
        {
            if (_isEnded)
            {
                return false;
            }

            _status = status;
            _isEnded = true;
            return true;
        }
    }

    /// <summary>Lets go of everything; runs once, after the end.</summary>
    private void Release()
    {
        if (_status.StatusCode != StatusCode.OK)
        {
            ClientLog.Failed(Channel.Logger, _status.StatusCode, _status.Detail, _status.DebugException);
        }

        Channel.Unregister(this);
        _userCancellation.Unregister();
        _deadlineTimer?.Dispose();
        _response?.Dispose();
        _streamingContent?.Abort();
    }

    private Status Resolve(string summary, Exception error)
    {
        switch (error)
        {
            case RpcException known:
                return known.Status;
            case OperationCanceledException:
                return new Status(StatusCode.Cancelled, "", error);
        }

        var status = TransportErrors.ToStatus(summary, error);

        // A server that is faster than the timer here resets a late call before it can end by itself.
        return status.StatusCode == StatusCode.Cancelled && _deadline <= DateTime.UtcNow
            ? new Status(StatusCode.DeadlineExceeded, status.Detail, status.DebugException)
            : status;
    }

    private async Task<Metadata> ReadResponseHeadersAsync()
    {
        await _sending!.ConfigureAwait(false);
        return _response is null ? throw CreateException() : ResponseMetadata.Read(_response.Headers);
    }

    private Metadata ReadTrailers() =>
        _trailers ??= ResponseMetadata.Read(_trailersAreInHeaders ? _response!.Headers : _response!.TrailingHeaders);

    private Metadata TryReadTrailers()
    {
        try
        {
            return _hasTrailers ? ReadTrailers() : Metadata.Empty;
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            // A trailer that cannot be read must not hide the status.
            ClientLog.TrailersMalformed(Channel.Logger, error);
            return Metadata.Empty;
        }
    }
}
