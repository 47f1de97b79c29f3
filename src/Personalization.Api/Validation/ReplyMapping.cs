using Google.Protobuf.Collections;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Validation;

/// <summary>What replies share: versions, what they knew, and why they are less than they could be.</summary>
internal static class ReplyMapping
{
    /// <summary>The versions that an answer was made with.</summary>
    public static Wire.Versions Versions(string policy, string[] models, string experiment, long catalog)
    {
        var versions = new Wire.Versions { Policy = policy, Experiment = experiment, Catalog = catalog };
        versions.Models.Add(models);
        return versions;
    }

    /// <summary>What an answer knew.</summary>
    public static Wire.AsOf AsOf(int partition, long offset, DateTimeOffset? occurredAt) => new()
    {
        Partition = partition,
        Offset = offset,
        OccurredAt = occurredAt is { } at ? TimeMapping.ToTimestamp(at) : null,
    };

    /// <summary>Adds why an answer is less than it could be.</summary>
    public static void Add(RepeatedField<Wire.Degradation> target, DegradationMessage[] degraded)
    {
        foreach (var (reason, detail) in degraded)
        {
            target.Add(new Wire.Degradation { Reason = reason, Detail = detail });
        }
    }
}
