namespace Personalization.Benchmarks.Load;

/// <summary>A call was refused for lack of room or time: it counts as a failure, and the load goes on.</summary>
internal sealed class RefusedCallException(string message) : Exception(message);
