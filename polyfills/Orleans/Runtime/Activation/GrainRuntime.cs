using System.Reflection;
using Orleans.Core;
using Orleans.Providers;
using Orleans.Storage;
using Orleans.Timers;

namespace Orleans.Runtime;

internal sealed class GrainRuntime(Silo silo, IGrainFactory grainFactory, ITimerRegistry timers) : IGrainRuntime
{
    public string SiloIdentity => silo.Address.ToString();

    public SiloAddress SiloAddress => silo.Address;

    public IGrainFactory GrainFactory => grainFactory;

    public ITimerRegistry TimerRegistry => timers;

    public IServiceProvider ServiceProvider => silo.Services;

    public TimeProvider TimeProvider => silo.TimeProvider;

    public void DeactivateOnIdle(IGrainContext grainContext) =>
        grainContext.Deactivate(new(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan) => ((Activation)grainContext).KeepFor(timeSpan);

    public IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext)
    {
        var type = grainContext.GrainInstance?.GetType() ?? ((Activation)grainContext).Class.Type;
        var name = type.GetCustomAttribute<StorageProviderAttribute>()?.ProviderName;
        return new StateStorageBridge<TGrainState>("state", grainContext, PersistentStates.StorageFor(grainContext.ActivationServices, name, type));
    }
}

internal sealed class GrainContextAccessor : IGrainContextAccessor
{
    public IGrainContext GrainContext => RuntimeContext.Current!;
}
