using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>References to grains cross as references; a grain itself crosses as a reference to it.</summary>
internal sealed class ReferenceToGrainCopier<T, TMode> : Copier<T>
    where TMode : ICopyMode
{
    public override T Copy(T value, CopyContext context)
    {
        if (value is null)
        {
            return value;
        }

        var reference = value as GrainReference ?? GrainExtensions.ReferenceOf((IAddressable)value);
        var cast = typeof(T).IsInterface && typeof(T) != typeof(IAddressable) && reference is not T ? (GrainReference)reference.CastTo(typeof(T)) : reference;
        return (T)(object)(context.Destination is { } destination ? cast.BindTo(destination) : cast);
    }
}
