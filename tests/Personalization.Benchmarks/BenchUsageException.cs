namespace Personalization.Benchmarks;

/// <summary>A benchmark cannot run with what it was given; the message says what it wants.</summary>
internal sealed class BenchUsageException(string message) : Exception(message);
