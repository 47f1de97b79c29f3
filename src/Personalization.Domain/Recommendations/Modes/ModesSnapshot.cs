using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Modes;

/// <summary>Who decides, and what stands in the shadow, as decisions read it. Immutable, safe for concurrent use.</summary>
public sealed record ModesSnapshot
{
    /// <summary>The policy decides, as it is configured, and nothing stands in its shadow.</summary>
    public static ModesSnapshot Plain { get; } = new();

    /// <summary>Who decides.</summary>
    public PolicyMode Mode { get; init; }

    /// <summary>The exploration rule that was promoted; null for the configured one.</summary>
    public IExplorationRule? Exploration { get; init; }

    /// <summary>The same by name.</summary>
    public ExplorationSpec? ExplorationSpec { get; init; }

    /// <summary>What stands in the shadow; null for nothing.</summary>
    public ShadowSnapshot? Shadow { get; init; }

    /// <summary>The next version.</summary>
    /// <param name="changes">What the owner says, of the shadow's model since what this has of it.</param>
    /// <param name="directory">The numbers of the products.</param>
    /// <exception cref="InvalidOperationException">The shadow's model is told from a version on that this does not have.</exception>
    public ModesSnapshot With(ModesChanges changes, ItemDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return new ModesSnapshot
        {
            Mode = changes.Mode,
            Exploration = changes.Exploration?.Make(),
            ExplorationSpec = changes.Exploration,
            Shadow = changes.Shadow is not { } told ? null : new ShadowSnapshot
            {
                Number = told.Number,
                Name = Modes.Shadow.NameOf(told.Number),
                Share = told.Share,
                Exploration = told.Exploration?.Make(),
                Policy = told.Own is null ? null : Own(told, directory),
            },
        };
    }

    /// <summary>Whether shoppers are shown the same with another: what stands in the shadow shows them nothing.</summary>
    public bool ShowsTheSameAs(ModesSnapshot other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Mode == other.Mode && ExplorationSpec == other.ExplorationSpec;
    }

    /// <summary>Binds weights that came before their product was in the catalogue.</summary>
    public ModesSnapshot Bind(ItemDirectory directory) => Shadow?.Policy is null ? this : this with { Shadow = Shadow.Bind(directory) };

    private PolicySnapshot Own(ShadowChanges told, ItemDirectory directory) =>
        told.Own!.From > 0 && Shadow is { Policy: { } known } && Shadow.Number == told.Number
            ? known.With(told.Own, directory)
            : PolicySnapshot.Create(told.Own, directory);
}
