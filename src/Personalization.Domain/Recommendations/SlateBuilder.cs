using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations;

/// <summary>Turns what was drawn into an answer and into what is remembered of it. All that making a slate allocates, is made here.</summary>
internal readonly ref struct SlateBuilder(
    in RecommendInput input, CatalogSnapshot catalog, PolicySnapshot policy, ExaminationModel examination, RecommendWorkspace workspace)
{
    /// <summary>What is learned from was looked at for sure: b = 1 wherever it stood.</summary>
    private static readonly ImmutableArray<byte> s_lookedAt = [ExaminationGrid.Pack(1)];

    private readonly RecommendInput _input = input;

    public Slate Build(int count, ImmutableArray<string> unknown, KeptPool? pool)
    {
        var items = new RecommendedItem[count];
        var remembered = new DecisionItem[count];
        var (product, logarithm) = (1.0, 0.0);
        for (var slot = 0; slot < count; slot++)
        {
            var propensity = workspace.Propensities[slot];
            product *= propensity;
            logarithm += Math.Log(propensity);
            (items[slot], remembered[slot]) = Item(slot, workspace.Picks[slot], propensity);
        }

        return new Slate
        {
            Items = ImmutableCollectionsMarshal.AsImmutableArray(items),
            Propensity = product,
            LogPropensity = logarithm,
            Degraded = Degradations(count, unknown.Length),
            UnknownCandidates = unknown,
            CandidateCount = workspace.Candidates.Count,
            Pool = pool,
            Decision = Remember(ImmutableCollectionsMarshal.AsImmutableArray(remembered)),
        };
    }

    private (RecommendedItem Item, DecisionItem Remembered) Item(int slot, int candidate, double propensity)
    {
        var number = workspace.Candidates.Items[candidate];
        var row = workspace.Features.AsSpan(candidate * FeatureSchema.ItemCount, FeatureSchema.ItemCount);
        var id = catalog.Directory[number];
        var item = new RecommendedItem
        {
            ItemId = id,
            Rank = slot + 1,
            Score = workspace.Means[candidate],
            Boost = workspace.Boosts.Count > 0 ? workspace.Factors[candidate] : 1,
            Propensity = propensity,
            Source = CandidateSources.NameOf(workspace.Candidates.Sources[candidate]),
            Sentiment = catalog.Sentiment(number),
            Reasons = _input.Request.Explain
                ? Explainer.Explain(new ExplainedItem(catalog, policy, workspace, candidate))
                : [],
        };
        return (item, new DecisionItem(id, Pack(row), (float)propensity, (Half)workspace.Means[candidate], workspace.SlotCandidates?.ElementAtOrDefault(slot)));
    }

    private Decision Remember(ImmutableArray<DecisionItem> items) => new()
    {
        DecisionId = _input.DecisionId,
        At = _input.Now,
        Arm = _input.Arm,
        Experiment = _input.Experiment ?? string.Empty,
        Placement = _input.Request.Placement,
        Touchpoint = _input.Request.Touchpoint,
        PolicyVersion = policy.Version,
        CatalogVersion = catalog.Version,
        FeatureVersion = FeatureSchema.Version,
        User = Pack(workspace.User),
        Items = items,
        Examination = ExaminationOf(items.Length),
        Swaps = Swaps(),
        Mode = _input.IsApprentice ? PolicyMode.Apprentice : PolicyMode.Online,
        Shadow = Shadow(),
    };

    // A byte a slot: what it is learned with, whatever is known of positions by then.
    private ImmutableArray<byte> ExaminationOf(int slots)
    {
        if (examination == ExaminationModel.Cascade)
        {
            return s_lookedAt;
        }

        var known = policy.Standing.Examination;
        return known.Length <= slots ? known : ImmutableArray.Create(known, 0, slots);
    }

    private ImmutableArray<Half> Swaps()
    {
        if (workspace.SwapCount == 0)
        {
            return [];
        }

        var swaps = new Half[workspace.SwapCount];
        for (var slot = 0; slot < swaps.Length; slot++)
        {
            swaps[slot] = (Half)workspace.Swaps[slot];
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(swaps);
    }

    private DecisionShadow? Shadow()
    {
        if (workspace.ShadowCount == 0)
        {
            return null;
        }

        var propensities = new float[workspace.ShadowCount];
        for (var slot = 0; slot < propensities.Length; slot++)
        {
            propensities[slot] = (float)workspace.ShadowPropensities[slot];
        }

        return new DecisionShadow(workspace.ShadowNumber, ImmutableCollectionsMarshal.AsImmutableArray(propensities));
    }

    private static ImmutableArray<sbyte> Pack(ReadOnlySpan<float> features)
    {
        var packed = new sbyte[features.Length];
        FeatureGrid.Pack(features, packed);
        return ImmutableCollectionsMarshal.AsImmutableArray(packed);
    }

    private ImmutableArray<Degradation> Degradations(int count, int unknown)
    {
        var wanted = _input.Request.Candidates.IsDefault
            ? _input.Request.PageSize
            : Math.Min(_input.Request.PageSize, _input.Request.Candidates.Length - unknown);
        var whole = catalog.ListedCount > 0 && _input.Policy is not null && _input.Policy.Shape == FeatureSchema.Shape
            && _input.CoVisitation is not null && _input.StaleSince is null && count >= wanted;
        if (whole)
        {
            return [];
        }

        var degraded = ImmutableArray.CreateBuilder<Degradation>();
        if (catalog.ListedCount == 0)
        {
            degraded.Add(new(DegradationCodes.NoCatalog, "The catalogue has not been loaded here, or has no products."));
        }
        else if (count < wanted)
        {
            degraded.Add(new(DegradationCodes.FewCandidates, $"{count} of {wanted} products may be shown."));
        }

        AddPolicy(degraded);
        if (_input.CoVisitation is null)
        {
            degraded.Add(new(DegradationCodes.NoCoVisitation, "What goes with what has not been loaded here."));
        }

        if (_input.StaleSince is { } since)
        {
            degraded.Add(new(DegradationCodes.StaleSnapshot, $"Changes since {since.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} may be missing."));
        }

        return degraded.ToImmutable();
    }

    private void AddPolicy(ImmutableArray<Degradation>.Builder degraded)
    {
        if (_input.Policy is null)
        {
            degraded.Add(new(DegradationCodes.NoPolicy, "What was learned has not been loaded here: ordered by what is believed beforehand."));
        }
        else if (_input.Policy.Shape != FeatureSchema.Shape)
        {
            degraded.Add(new(DegradationCodes.PolicyMismatch, $"The policy was learned with {_input.Policy.Shape}, not {FeatureSchema.Shape}."));
        }
    }
}
