using Orleans.Runtime.Placement;

namespace Orleans.Runtime.Placement
{
    /// <summary>What is to be placed.</summary>
    public readonly struct PlacementTarget(GrainId grainIdentity, Dictionary<string, object>? requestContextData, GrainInterfaceType interfaceType, ushort interfaceVersion)
    {
        /// <summary>The grain.</summary>
        public GrainId GrainIdentity { get; } = grainIdentity;

        /// <summary>The interface it is called by.</summary>
        public GrainInterfaceType InterfaceType { get; } = interfaceType;

        /// <summary>The interface's version.</summary>
        public ushort InterfaceVersion { get; } = interfaceVersion;

        /// <summary>The request context of the call.</summary>
        public Dictionary<string, object> RequestContextData { get; } = requestContextData!;
    }

    /// <summary>What a director knows.</summary>
    public interface IPlacementContext
    {
        /// <summary>The silo that places.</summary>
        SiloAddress LocalSilo { get; }

        /// <summary>That silo's status.</summary>
        SiloStatus LocalSiloStatus { get; }

        /// <summary>The silos that may have the grain, after filters.</summary>
        SiloAddress[] GetCompatibleSilos(PlacementTarget target);
    }

    /// <summary>Chooses silos for activations.</summary>
    public interface IPlacementDirector
    {
        /// <summary>Chooses a silo.</summary>
        Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context);
    }
}

namespace Orleans.Placement
{
    /// <summary>Chooses by the strategies that come with the runtime.</summary>
    internal sealed class BuiltInDirectors(Runtime.Silo silo) : IPlacementDirector
    {
        public Task<Runtime.SiloAddress> OnAddActivation(Runtime.PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
        {
            var silos = context.GetCompatibleSilos(target);
            return Task.FromResult(strategy switch
            {
                Runtime.PreferLocalPlacement when silos.Contains(context.LocalSilo) => context.LocalSilo,
                Runtime.HashBasedPlacement => silos.Order().ElementAt((int)(target.GrainIdentity.GetUniformHashCode() % (uint)silos.Length)),
                Runtime.ActivationCountBasedPlacement => Fewest(Random.Shared.GetItems(silos, 2)),
                Runtime.ResourceOptimizedPlacement => Fewest(silos),
                _ => silos[Random.Shared.Next(silos.Length)],
            });
        }

        private Runtime.SiloAddress Fewest(Runtime.SiloAddress[] silos) => silos.MinBy(s => silo.Cluster.Find(s)?.ActivationCount ?? int.MaxValue)!;
    }
}
