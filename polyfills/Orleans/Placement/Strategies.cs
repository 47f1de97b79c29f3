using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>How a silo is chosen for a grain's activation.</summary>
    public abstract class PlacementStrategy
    {
        /// <summary>Whether there is one activation at most, found by the directory.</summary>
        public virtual bool IsUsingGrainDirectory => true;

        /// <summary>Takes what <see cref="PopulateGrainProperties"/> gave.</summary>
        public virtual void Initialize(GrainProperties properties)
        {
        }

        /// <summary>Gives what <see cref="Initialize"/> takes.</summary>
        public virtual void PopulateGrainProperties(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
        {
        }
    }

    /// <summary>Any silo.</summary>
    public sealed class RandomPlacement : PlacementStrategy;

    /// <summary>The caller's silo where possible.</summary>
    public sealed class PreferLocalPlacement : PlacementStrategy;

    /// <summary>The silo that the grain's hash says.</summary>
    public sealed class HashBasedPlacement : PlacementStrategy;

    /// <summary>The silo with fewer activations out of two.</summary>
    public sealed class ActivationCountBasedPlacement : PlacementStrategy;

    /// <summary>The silo with most to spare; silos of one process differ by their activations only.</summary>
    public sealed class ResourceOptimizedPlacement : PlacementStrategy;

    internal sealed class StatelessWorkerPlacement(int maxLocal) : PlacementStrategy
    {
        public int MaxLocal => maxLocal;

        public override bool IsUsingGrainDirectory => false;
    }
}

namespace Orleans.Placement
{
    /// <summary>Gives a grain class its placement.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public abstract class PlacementAttribute : Attribute
    {
        /// <summary>With a strategy.</summary>
        protected PlacementAttribute(PlacementStrategy placement)
        {
            ArgumentNullException.ThrowIfNull(placement);
            PlacementStrategy = placement;
        }

        /// <summary>The strategy.</summary>
        public PlacementStrategy PlacementStrategy { get; }
    }

    /// <summary>Any silo.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class RandomPlacementAttribute() : PlacementAttribute(new RandomPlacement());

    /// <summary>The caller's silo where possible.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class PreferLocalPlacementAttribute() : PlacementAttribute(new PreferLocalPlacement());

    /// <summary>The silo that the grain's hash says.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class HashBasedPlacementAttribute() : PlacementAttribute(new HashBasedPlacement());

    /// <summary>The silo with fewer activations out of two.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class ActivationCountBasedPlacementAttribute() : PlacementAttribute(new ActivationCountBasedPlacement());

    /// <summary>The silo with most to spare.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class ResourceOptimizedPlacementAttribute() : PlacementAttribute(new ResourceOptimizedPlacement());
}
