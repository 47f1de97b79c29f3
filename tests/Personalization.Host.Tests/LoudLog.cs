using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Personalization.Host.Tests;

/// <summary>Keeps what is logged as a warning or worse.</summary>
internal sealed class LoudLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Forgets what was said so far.</summary>
    public void Clear() => _lines.Clear();

    public ILogger CreateLogger(string categoryName) => new Loud(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Loud(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        // The runtime's watch over long turns tells how busy the machine is, not that anything went wrong.
        public bool IsEnabled(LogLevel logLevel) =>
            logLevel >= LogLevel.Warning && !category.StartsWith("Orleans.Runtime.Scheduler", StringComparison.Ordinal);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
