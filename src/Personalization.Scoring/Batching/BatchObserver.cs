namespace Personalization.Scoring.Batching;

/// <summary>Told of every batch that was computed.</summary>
/// <param name="size">Its items.</param>
/// <param name="exit">Why it went.</param>
/// <param name="queueTime">Time that its items waited, summed.</param>
/// <param name="computeTime">Time that it took.</param>
public delegate void BatchObserver(int size, BatchExit exit, TimeSpan queueTime, TimeSpan computeTime);
