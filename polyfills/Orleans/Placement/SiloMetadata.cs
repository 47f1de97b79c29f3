using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;
using Orleans.Runtime.Placement.Filtering;

namespace Orleans.Runtime.MembershipService.SiloMetadata
{
    /// <summary>What a silo tells the others of itself.</summary>
    [GenerateSerializer, Alias("Orleans.Runtime.MembershipService.SiloMetadata.SiloMetadata")]
    public record SiloMetadata
    {
        /// <summary>Nothing.</summary>
        public static SiloMetadata Empty { get; } = new();

        /// <summary>The values.</summary>
        [Id(0)]
        public ImmutableDictionary<string, string> Metadata { get; private init; } = ImmutableDictionary<string, string>.Empty;

        internal static SiloMetadata From(IEnumerable<KeyValuePair<string, string>> values) => new() { Metadata = ImmutableDictionary.CreateRange(values) };
    }

    /// <summary>What silos tell of themselves.</summary>
    public interface ISiloMetadataCache
    {
        /// <summary>What a silo tells; empty when it tells nothing.</summary>
        SiloMetadata GetSiloMetadata(SiloAddress siloAddress);
    }

    /// <summary>Has a silo tell of itself.</summary>
    public static class SiloMetadataHostingExtensions
    {
        private const string Section = "Orleans:Metadata";

        /// <summary>What the configuration has at <c>Orleans:Metadata</c>.</summary>
        public static ISiloBuilder UseSiloMetadata(this ISiloBuilder builder) => builder.UseSiloMetadata(builder.Configuration);

        /// <summary>What a configuration has at <c>Orleans:Metadata</c>.</summary>
        public static ISiloBuilder UseSiloMetadata(this ISiloBuilder builder, IConfiguration configuration) =>
            configuration is IConfigurationSection section && !section.GetSection(Section).Exists()
                ? builder.UseSiloMetadata(section)
                : builder.UseSiloMetadata(configuration.GetSection(Section));

        /// <summary>What a section of the configuration has.</summary>
        public static ISiloBuilder UseSiloMetadata(this ISiloBuilder builder, IConfigurationSection configurationSection) =>
            builder.UseSiloMetadata(configurationSection.Get<Dictionary<string, string>>() ?? []);

        /// <summary>The given values.</summary>
        public static ISiloBuilder UseSiloMetadata(this ISiloBuilder builder, Dictionary<string, string> metadata)
        {
            builder.Services.AddSingleton(new OwnSiloMetadata(SiloMetadata.From(metadata)));
            builder.Services.AddSingleton<ISiloMetadataCache, SiloMetadataCache>();
            builder.Services.AddPlacementFilter<PreferredMatchSiloMetadataPlacementFilterStrategy, PreferredMatchDirector>(ServiceLifetime.Transient);
            builder.Services.AddPlacementFilter<RequiredMatchSiloMetadataPlacementFilterStrategy, RequiredMatchDirector>(ServiceLifetime.Transient);
            return builder;
        }
    }

    internal sealed record OwnSiloMetadata(SiloMetadata Value);

    internal sealed class SiloMetadataCache(IServiceProvider services) : ISiloMetadataCache
    {
        public SiloMetadata GetSiloMetadata(SiloAddress siloAddress) =>
            services.GetRequiredService<Silo>().Cluster.Find(siloAddress)?.Services.GetService<OwnSiloMetadata>()?.Value ?? SiloMetadata.Empty;
    }

    internal sealed class RequiredMatchDirector(ILocalSiloDetails local, ISiloMetadataCache cache) : IPlacementFilterDirector
    {
        public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
        {
            var keys = ((RequiredMatchSiloMetadataPlacementFilterStrategy)filterStrategy).MetadataKeys;
            var own = cache.GetSiloMetadata(local.SiloAddress).Metadata;
            return silos.Where(s => SiloMetadataMatch.All(own, cache.GetSiloMetadata(s).Metadata, keys));
        }
    }

    internal sealed class PreferredMatchDirector(ILocalSiloDetails local, ISiloMetadataCache cache) : IPlacementFilterDirector
    {
        public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
        {
            var strategy = (PreferredMatchSiloMetadataPlacementFilterStrategy)filterStrategy;
            var all = silos.ToList();
            var own = cache.GetSiloMetadata(local.SiloAddress).Metadata;

            if (all.Count <= strategy.MinCandidates)
            {
                return all;
            }

            // The last key matters most: the first is the first to be given up.
            for (var first = 0; first < strategy.OrderedMetadataKeys.Length; first++)
            {
                var keys = strategy.OrderedMetadataKeys[first..];
                var matching = all.Where(s => SiloMetadataMatch.All(own, cache.GetSiloMetadata(s).Metadata, keys)).ToList();
                if (matching.Count >= strategy.MinCandidates)
                {
                    return matching;
                }
            }

            return all;
        }
    }

    internal static class SiloMetadataMatch
    {
        public static bool All(ImmutableDictionary<string, string> own, ImmutableDictionary<string, string> other, string[] keys) =>
            keys.All(k => own.TryGetValue(k, out var a) && other.TryGetValue(k, out var b) && a == b);
    }
}
