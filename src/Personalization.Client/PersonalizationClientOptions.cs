using Grpc.Net.Client;

namespace Personalization.Client;

/// <summary>How a <see cref="PersonalizationClient"/> behaves.</summary>
public sealed class PersonalizationClientOptions
{
    /// <summary>How unary calls are tried again.</summary>
    public RetryOptions Retry { get; set; } = new();

    /// <summary>Deadline of a unary call that sets none of its own, retries included. Null: none. Greater than zero. 10 seconds.</summary>
    public TimeSpan? DefaultDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock and the timers: the system's, unless a test brings its own.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The channel's own options, for a channel that the client opens itself.</summary>
    public GrpcChannelOptions Channel { get; set; } = new();

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Retry);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(Channel);
        Retry.Validate();
        if (DefaultDeadline <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(DefaultDeadline), DefaultDeadline, "DefaultDeadline must be greater than zero, or null for none.");
        }
    }
}
