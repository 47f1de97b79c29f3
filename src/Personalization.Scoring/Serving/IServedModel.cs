using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Serving;

/// <summary>A model at work, as people watch it.</summary>
public interface IServedModel : IAsyncDisposable
{
    /// <summary>What it is, where it runs and what it has done so far.</summary>
    ModelReport Report();
}
