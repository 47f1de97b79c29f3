namespace Personalization.Benchmarks;

/// <summary>What was measured is not as it must be.</summary>
internal sealed class BenchFailedException(string message) : Exception(message);
