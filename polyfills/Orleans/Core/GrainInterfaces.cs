using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Anything a grain call can be addressed to.</summary>
    public interface IAddressable;

    /// <summary>An extension of a grain's interface; only the runtime's own are supported here.</summary>
    public interface IGrainExtension : IAddressable;
}

namespace Orleans
{
    /// <summary>The base of grain interfaces.</summary>
    public interface IGrain : IAddressable;

    /// <summary>Grains keyed by a string.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>Grains keyed by a 64-bit integer.</summary>
    public interface IGrainWithIntegerKey : IGrain;

    /// <summary>Grains keyed by a guid.</summary>
    public interface IGrainWithGuidKey : IGrain;

    /// <summary>Grains keyed by an integer and a string.</summary>
    public interface IGrainWithIntegerCompoundKey : IGrain;

    /// <summary>Grains keyed by a guid and a string.</summary>
    public interface IGrainWithGuidCompoundKey : IGrain;

    /// <summary>Interfaces of objects that receive notifications from grains, see <see cref="IGrainFactory.CreateObjectReference{T}"/>.</summary>
    public interface IGrainObserver : IAddressable;
}
