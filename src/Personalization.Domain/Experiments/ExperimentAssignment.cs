using System.Collections.Immutable;
using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Experiments;

/// <summary>An experiment: arms among which shoppers are divided for good, by hash, without anything being stored.</summary>
/// <remarks>
/// Salted hashing as in Kohavi, Tang and Xu, "Trustworthy Online Controlled Experiments" (2020), ch. 4: the same shopper is
/// always in the same arm, arms are independent between experiments of different names, and a new version divides anew.
/// </remarks>
public sealed record Experiment
{
    /// <summary>Its name, 1 to 64 characters; part of the salt.</summary>
    public required string Name { get; init; }

    /// <summary>Its version, from 1; part of the salt.</summary>
    public required int Version { get; init; }

    /// <summary>The arms; at least one, with different names and a sum of weights above 0.</summary>
    public required ImmutableArray<ExperimentArm> Arms { get; init; }

    /// <summary>The arm of a shopper.</summary>
    public ExperimentArm ArmOf(UserKey user)
    {
        double total = 0;
        foreach (var arm in Arms)
        {
            total += arm.Weight;
        }

        var point = StableHash.ToUnit(StableHash.Of(user.Value, StableHash.Of(Name) + (ulong)Version)) * total;
        foreach (var arm in Arms)
        {
            point -= arm.Weight;
            if (point < 0)
            {
                return arm;
            }
        }

        return Arms[^1];
    }

    /// <summary>How an answer names the arm that it was made in: <c>name@version/arm</c>.</summary>
    public string Label(ExperimentArm arm) => $"{Name}@{Version}/{arm.Name}";

    /// <summary>Checks the rules.</summary>
    /// <exception cref="ArgumentException">A rule is broken; the message says which and what is allowed.</exception>
    public void Validate()
    {
        if (Name.Length is 0 or > 64)
        {
            throw new ArgumentException($"Name: has {Name.Length} characters; allowed: 1 to 64.");
        }

        if (Version < 1)
        {
            throw new ArgumentException($"Version: is {Version}; allowed: at least 1.");
        }

        if (Arms.IsDefaultOrEmpty || Arms.Select(static a => a.Name).Distinct(StringComparer.Ordinal).Count() != Arms.Length)
        {
            throw new ArgumentException("Arms: there must be at least one, with different names.");
        }

        if (Arms.Any(static a => !(a.Weight >= 0) || !double.IsFinite(a.Weight)) || Arms.Sum(static a => a.Weight) <= 0)
        {
            throw new ArgumentException("Arms: weights must be finite and not negative, with a sum above 0.");
        }
    }
}

/// <summary>An arm of an experiment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Weight">Its share of the shoppers, against the sum of all weights.</param>
public readonly record struct ExperimentArm(string Name, double Weight);
