using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Serving;

/// <summary>A model at work, as people watch it.</summary>
public interface IServedModel
{
    /// <summary><c>name@version+hash</c>.</summary>
    string Version { get; }

    /// <summary>On what it runs: <c>cpu</c> or <c>cuda</c>, with the reason where another was asked for.</summary>
    string Device { get; }

    /// <summary>What its batcher has done so far.</summary>
    BatcherStatistics Statistics();
}
