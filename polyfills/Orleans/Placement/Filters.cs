using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orleans.Metadata
{
    /// <summary>What is known of a grain class, by name.</summary>
    public sealed class GrainProperties(ImmutableDictionary<string, string> values)
    {
        /// <summary>The values.</summary>
        public ImmutableDictionary<string, string> Properties { get; } = values;
    }
}

namespace Orleans.Placement
{
    /// <summary>Narrows the silos that a grain class may be placed on. It is made anew from the class's properties, where silos decide.</summary>
    public abstract class PlacementFilterStrategy(int order)
    {
        /// <summary>Filters apply in this order; those of one class differ in it.</summary>
        public int Order { get; private set; } = order;

        /// <summary>Takes what <see cref="PopulateGrainProperties"/> gave.</summary>
        public void Initialize(GrainProperties properties)
        {
            Order = int.Parse(
                GetPlacementFilterGrainProperty("order", properties)
                ?? throw new ArgumentException("Invalid properties: the filter's order is missing."),
                CultureInfo.InvariantCulture);
            AdditionalInitialize(properties);
        }

        /// <summary>Takes what <see cref="GetAdditionalGrainProperties"/> gave.</summary>
        public virtual void AdditionalInitialize(GrainProperties properties)
        {
        }

        /// <summary>Writes the filter into a class's properties.</summary>
        public void PopulateGrainProperties(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
        {
            var name = GetType().Name;
            properties["placement-filter"] = properties.TryGetValue("placement-filter", out var others) ? $"{others},{name}" : name;
            properties[KeyOf("order")] = Order.ToString(CultureInfo.InvariantCulture);
            foreach (var (key, value) in GetAdditionalGrainProperties(services, grainClass, grainType, properties))
            {
                properties[KeyOf(key)] = value;
            }
        }

        /// <summary>What the filter needs to be made anew.</summary>
        protected virtual IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
            IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) => [];

        /// <summary>A value that <see cref="GetAdditionalGrainProperties"/> gave.</summary>
        protected string? GetPlacementFilterGrainProperty(string key, GrainProperties properties) => properties.Properties.GetValueOrDefault(KeyOf(key));

        private string KeyOf(string key) => $"placement-filter.{GetType().Name}.{key}";
    }

    /// <summary>Gives a grain class a filter.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
    public abstract class PlacementFilterAttribute : Attribute
    {
        /// <summary>With a strategy.</summary>
        protected PlacementFilterAttribute(PlacementFilterStrategy placement)
        {
            ArgumentNullException.ThrowIfNull(placement);
            PlacementFilterStrategy = placement;
        }

        /// <summary>The strategy.</summary>
        public PlacementFilterStrategy PlacementFilterStrategy { get; }

        /// <summary>Writes the filter into the class's properties.</summary>
        public virtual void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties) =>
            PlacementFilterStrategy.PopulateGrainProperties(services, grainClass, grainType, properties);
    }

    /// <summary>Carries a filter out.</summary>
    public interface IPlacementFilterDirector
    {
        /// <summary>The silos that may stay.</summary>
        IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos);
    }

    /// <summary>Registers filters.</summary>
    public static class PlacementFilterExtensions
    {
        /// <summary>Registers a filter with what carries it out.</summary>
        public static IServiceCollection AddPlacementFilter<TFilter, TDirector>(this IServiceCollection services, ServiceLifetime strategyLifetime)
            where TFilter : PlacementFilterStrategy
            where TDirector : class, IPlacementFilterDirector
        {
            services.Add(ServiceDescriptor.DescribeKeyed(typeof(PlacementFilterStrategy), typeof(TFilter).Name, typeof(TFilter), strategyLifetime));
            services.AddKeyedSingleton<IPlacementFilterDirector, TDirector>(typeof(TFilter));
            return services;
        }
    }

    /// <summary>The filters of grain classes, as one silo applies them.</summary>
    internal sealed class PlacementFilters(IServiceProvider services)
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<GrainType, (PlacementFilterStrategy, IPlacementFilterDirector)[]> _byType = new();

        public IEnumerable<SiloAddress> Apply(GrainClass grainClass, PlacementTarget target, IEnumerable<SiloAddress> silos)
        {
            foreach (var (strategy, director) in _byType.GetOrAdd(grainClass.GrainType, _ => FiltersOf(grainClass)))
            {
                silos = director.Filter(strategy, target, silos);
            }

            return silos;
        }

        private (PlacementFilterStrategy, IPlacementFilterDirector)[] FiltersOf(GrainClass grainClass)
        {
            if (!grainClass.Properties.Properties.TryGetValue("placement-filter", out var names))
            {
                return [];
            }

            var filters = new List<PlacementFilterStrategy>();
            foreach (var name in names.Split(','))
            {
                var filter = services.GetKeyedService<PlacementFilterStrategy>(name)
                    ?? throw new KeyNotFoundException($"Could not resolve placement filter strategy {name} for grain type {grainClass.GrainType}. Ensure that dependencies for that filter have been configured in the Container.");
                filter.Initialize(grainClass.Properties);
                filters.Add(filter);
            }

            if (filters.GroupBy(f => f.Order).Any(g => g.Count() > 1))
            {
                throw new InvalidOperationException($"Placement filters of {grainClass.Type} must have distinct orders.");
            }

            return [.. filters.OrderBy(f => f.Order).Select(f => (f, services.GetRequiredKeyedService<IPlacementFilterDirector>(f.GetType())))];
        }
    }
}
