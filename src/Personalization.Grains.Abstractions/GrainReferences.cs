namespace Personalization.Grains;

/// <summary>
/// Makes references to grains of one interface. The same as <c>GetGrain</c>, which works out names and types from
/// attributes by reflection at every call; here that happens once.
/// </summary>
/// <typeparam name="TGrain">The interface.</typeparam>
/// <param name="grains">The cluster's or the silo's factory.</param>
public sealed class GrainReferences<TGrain>(IGrainFactory grains)
    where TGrain : IGrainWithStringKey
{
    private Kind? _kind;

    /// <summary>The grain of a key.</summary>
    /// <param name="key">The key; not empty.</param>
    public TGrain Of(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        if (_kind is { } kind)
        {
            return (TGrain)grains.GetGrain(GrainId.Create(kind.Grain, IdSpan.Create(key)), kind.Interface);
        }

        // What stands in for the runtime in a test gives out the grain itself: of that nothing can be learned.
        var first = grains.GetGrain<TGrain>(key);
        _kind = (object)first is GrainReference reference ? new Kind(reference.GrainId.Type, reference.InterfaceType) : null;
        return first;
    }

    private sealed record Kind(GrainType Grain, GrainInterfaceType Interface);
}
