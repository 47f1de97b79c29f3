using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>Options of all services of a server.</summary>
public class GrpcServiceOptions
{
    private int? _maxSendMessageSize;
    private int? _maxReceiveMessageSize;
    private bool _maxSendSpecified;
    private bool _maxReceiveSpecified;

    /// <summary>The largest message that may be sent, in bytes; null is no limit, which is the default.</summary>
    public int? MaxSendMessageSize
    {
        get => _maxSendMessageSize;
        set => (_maxSendMessageSize, _maxSendSpecified) = (value, true);
    }

    /// <summary>Whether <see cref="MaxSendMessageSize" /> was set, be it to null.</summary>
    public bool MaxSendMessageSizeSpecified
    {
        get => _maxSendSpecified;
        set => (_maxSendMessageSize, _maxSendSpecified) = (value ? _maxSendMessageSize : null, value);
    }

    /// <summary>The largest message that is received, in bytes; 4 MiB by default, null is no limit.</summary>
    public int? MaxReceiveMessageSize
    {
        get => _maxReceiveMessageSize;
        set => (_maxReceiveMessageSize, _maxReceiveSpecified) = (value, true);
    }

    /// <summary>Whether <see cref="MaxReceiveMessageSize" /> was set, be it to null.</summary>
    public bool MaxReceiveMessageSizeSpecified
    {
        get => _maxReceiveSpecified;
        set => (_maxReceiveMessageSize, _maxReceiveSpecified) = (value ? _maxReceiveMessageSize : null, value);
    }

    /// <summary>Whether callers are told of exceptions. Off by default: they may say more than callers should know.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>The encoding of responses, for callers that accept it.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>How hard responses are compressed.</summary>
    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>The compressions that the server knows; gzip and deflate by default.</summary>
    public IList<ICompressionProvider> CompressionProviders
    {
        get => field ??= [];
        set;
    }

    /// <summary>Whether calls of unknown services and methods go on to other middleware instead of failing with UNIMPLEMENTED.</summary>
    public bool? IgnoreUnknownServices { get; set; }

    /// <summary>Interceptors; the first sees a call first.</summary>
    public InterceptorCollection Interceptors { get; } = [];

    /// <summary>Takes over limits without marking them as set.</summary>
    internal void CopyLimits(GrpcServiceOptions other)
    {
        (_maxSendMessageSize, _maxSendSpecified) = (other._maxSendMessageSize, other._maxSendSpecified);
        (_maxReceiveMessageSize, _maxReceiveSpecified) = (other._maxReceiveMessageSize, other._maxReceiveSpecified);
    }

    /// <summary>Sets a limit that counts as not set.</summary>
    internal void DefaultMaxReceiveMessageSize(int size)
    {
        if (!_maxReceiveSpecified)
        {
            _maxReceiveMessageSize = size;
        }
    }
}

/// <summary>Options of one service; what they leave open is as for all services.</summary>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class;
