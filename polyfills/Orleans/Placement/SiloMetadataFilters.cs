using System.Globalization;
using Orleans.Metadata;
using Orleans.Placement;

namespace Orleans.Runtime.Placement.Filtering;

/// <summary>Only silos that tell the same as the placing silo by these keys.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class RequiredMatchSiloMetadataPlacementFilterAttribute(string[] metadataKeys, int order = 0)
    : PlacementFilterAttribute(new RequiredMatchSiloMetadataPlacementFilterStrategy(metadataKeys, order));

/// <summary>Silos that tell the same as the placing silo by as many of these keys as leaves enough of them.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class PreferredMatchSiloMetadataPlacementFilterAttribute(string[] orderedMetadataKeys, int minCandidates = 2, int order = 0)
    : PlacementFilterAttribute(new PreferredMatchSiloMetadataPlacementFilterStrategy(orderedMetadataKeys, minCandidates, order));

/// <summary>Only silos that tell the same as the placing silo by these keys.</summary>
public class RequiredMatchSiloMetadataPlacementFilterStrategy : PlacementFilterStrategy
{
    /// <summary>With its keys to be set.</summary>
    public RequiredMatchSiloMetadataPlacementFilterStrategy()
        : base(0) => MetadataKeys = [];

    /// <summary>With its keys.</summary>
    public RequiredMatchSiloMetadataPlacementFilterStrategy(string[] metadataKeys, int order)
        : base(order) => MetadataKeys = metadataKeys;

    /// <summary>The keys.</summary>
    public string[] MetadataKeys { get; private set; }

    /// <inheritdoc />
    public override void AdditionalInitialize(GrainProperties properties) =>
        MetadataKeys = (GetPlacementFilterGrainProperty("metadata-keys", properties) ?? throw new ArgumentException("Invalid metadata keys property.")).Split(',');

    /// <inheritdoc />
    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) =>
        [new("metadata-keys", string.Join(',', MetadataKeys))];
}

/// <summary>Silos that tell the same as the placing silo by as many of these keys as leaves enough of them.</summary>
public class PreferredMatchSiloMetadataPlacementFilterStrategy : PlacementFilterStrategy
{
    /// <summary>With its keys to be set.</summary>
    public PreferredMatchSiloMetadataPlacementFilterStrategy()
        : base(0) => OrderedMetadataKeys = [];

    /// <summary>With its keys.</summary>
    public PreferredMatchSiloMetadataPlacementFilterStrategy(string[] orderedMetadataKeys, int minCandidates, int order)
        : base(order)
    {
        OrderedMetadataKeys = orderedMetadataKeys;
        MinCandidates = minCandidates;
    }

    /// <summary>The keys, the most general first.</summary>
    public string[] OrderedMetadataKeys { get; set; }

    /// <summary>How many silos are enough.</summary>
    public int MinCandidates { get; set; }

    /// <inheritdoc />
    public override void AdditionalInitialize(GrainProperties properties)
    {
        OrderedMetadataKeys = (GetPlacementFilterGrainProperty("ordered-metadata-keys", properties) ?? throw new ArgumentException("Invalid ordered metadata keys property.")).Split(',');
        MinCandidates = int.Parse(GetPlacementFilterGrainProperty("min-candidates", properties)!, CultureInfo.InvariantCulture);
    }

    /// <inheritdoc />
    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) =>
        [new("ordered-metadata-keys", string.Join(',', OrderedMetadataKeys)), new("min-candidates", MinCandidates.ToString(CultureInfo.InvariantCulture))];
}
