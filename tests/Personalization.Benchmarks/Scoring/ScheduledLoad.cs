namespace Personalization.Benchmarks.Scoring;

/// <summary>What calls on a schedule can measure.</summary>
internal static class ScheduledLoad
{
    /// <summary>
    /// Calls a second that can be started on time beside a batcher on two processors. What takes more, such as the behaviour
    /// model, is measured at parts of this: beyond it the load waits for itself.
    /// </summary>
    public const double MostPerSecond = 20_000;
}
