namespace Personalization.Domain.Interventions;

/// <summary>What can be done for a shopper who hesitates. Stored as a number: never reuse or renumber a value.</summary>
public enum InterventionAction : byte
{
    /// <summary>Leave them alone.</summary>
    Nothing = 1,
    /// <summary>Offer help: a size guide, a chat, an answer to the question that seems to be in the way.</summary>
    Help = 2,
    /// <summary>Ask.</summary>
    Survey = 3,
    /// <summary>Add something: a sample, free delivery.</summary>
    Perk = 4,
    /// <summary>Take something off the price.</summary>
    Discount = 5,
    /// <summary>Hand over to a person.</summary>
    Human = 6,
}

/// <summary>The actions as a list.</summary>
public static class InterventionActions
{
    /// <summary>How many actions there are.</summary>
    public const int Count = 6;

    /// <summary>All of them, in order of their numbers.</summary>
    public static ReadOnlySpan<InterventionAction> All =>
    [
        InterventionAction.Nothing, InterventionAction.Help, InterventionAction.Survey,
        InterventionAction.Perk, InterventionAction.Discount, InterventionAction.Human,
    ];

    /// <summary>The place of an action in arrays that have one value per action.</summary>
    public static int Index(this InterventionAction action) => (int)action - 1;
}
