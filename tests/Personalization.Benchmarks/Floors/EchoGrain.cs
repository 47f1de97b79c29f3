namespace Personalization.Benchmarks.Floors;

/// <summary>The least that a grain can do.</summary>
public interface IEchoGrain : IGrainWithStringKey
{
    /// <summary>Gives back what it got.</summary>
    ValueTask<int> EchoAsync(int number);
}

/// <summary>The least that a grain can do.</summary>
public sealed class EchoGrain : Grain, IEchoGrain
{
    /// <inheritdoc/>
    public ValueTask<int> EchoAsync(int number) => ValueTask.FromResult(number);
}
