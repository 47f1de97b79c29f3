namespace Orleans.Runtime;

/// <summary>Makes references that belong to a silo or a client.</summary>
internal sealed class GrainFactory(CallRuntime runtime) : IClusterClient
{
    public IServiceProvider ServiceProvider => runtime.Services;

    public CallRuntime Runtime => runtime;

    public T GetGrain<T>(Guid primaryKey, string? grainClassNamePrefix = null)
        where T : IGrainWithGuidKey => (T)Get(typeof(T), GrainIdKeyExtensions.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public T GetGrain<T>(long primaryKey, string? grainClassNamePrefix = null)
        where T : IGrainWithIntegerKey => (T)Get(typeof(T), GrainIdKeyExtensions.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public T GetGrain<T>(string primaryKey, string? grainClassNamePrefix = null)
        where T : IGrainWithStringKey => (T)Get(typeof(T), KeyOf(primaryKey), grainClassNamePrefix);

    public T GetGrain<T>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where T : IGrainWithGuidCompoundKey => (T)Get(typeof(T), GrainIdKeyExtensions.CreateGuidKey(primaryKey, Extension(keyExtension)), grainClassNamePrefix);

    public T GetGrain<T>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where T : IGrainWithIntegerCompoundKey => (T)Get(typeof(T), GrainIdKeyExtensions.CreateIntegerKey(primaryKey, Extension(keyExtension)), grainClassNamePrefix);

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) => (IGrain)Get(grainInterfaceType, GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey), null);

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) => (IGrain)Get(grainInterfaceType, GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey), null);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => (IGrain)Get(grainInterfaceType, KeyOf(grainPrimaryKey), null);

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) =>
        (IGrain)Get(grainInterfaceType, GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey, Extension(keyExtension)), null);

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) =>
        (IGrain)Get(grainInterfaceType, GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey, Extension(keyExtension)), null);

    public T GetGrain<T>(GrainId grainId)
        where T : IAddressable => (T)(object)ProxyFactory.For(typeof(T))(runtime, grainId);

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) =>
        (IAddressable)ProxyFactory.For(GrainInterfaces.Of(interfaceType))(runtime, grainId);

    public IAddressable GetGrain(GrainId grainId) => new GrainReference(runtime, grainId, typeof(IGrain));

    public T CreateObjectReference<T>(IGrainObserver obj)
        where T : IGrainObserver => (T)runtime.Observers.Add(obj, typeof(T));

    public void DeleteObjectReference<T>(IGrainObserver obj)
        where T : IGrainObserver => runtime.Observers.Remove(obj);

    private static string Extension(string? keyExtension) =>
        string.IsNullOrWhiteSpace(keyExtension) ? throw new ArgumentException("Key extension is empty or whitespace.", nameof(keyExtension)) : keyExtension;

    private static IdSpan KeyOf(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return IdSpan.Create(key);
    }

    private object Get(Type grainInterface, IdSpan key, string? prefix) =>
        ProxyFactory.For(grainInterface)(runtime, GrainId.Create(GrainManifest.Instance.TypeFor(grainInterface, prefix), key));
}
