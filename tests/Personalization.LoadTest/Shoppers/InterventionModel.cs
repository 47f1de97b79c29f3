using Personalization.V1;

namespace Personalization.LoadTest.Shoppers;

/// <summary>
/// What an intervention does to a shopper at checkout, in log-odds of a purchase. Help and a person help those who are upset
/// or torn; a discount helps those who mind the price, a perk everyone a little; a survey gets in the way.
/// </summary>
internal static class InterventionModel
{
    /// <summary>What the shop pays for a chat with an adviser, in US dollars.</summary>
    public const decimal HumanCost = 4.0m;

    /// <summary>What a sample in the parcel costs.</summary>
    public const decimal PerkCost = 1.2m;

    /// <summary>Whether the shopper takes it up, and what it does.</summary>
    public static (bool Accepted, double Effect) Respond(SimulatedShopper shopper, InterventionAction action)
    {
        var rng = shopper.Rng;
        var upset = Math.Max(0, -shopper.Mood.Valence);
        switch (action)
        {
            case InterventionAction.Help:
                var helped = rng.Chance(0.15 + (0.6 * upset));
                return (helped, helped ? 0.3 + (1.2 * upset) : -0.05);
            case InterventionAction.Human:
                var spoke = rng.Chance(0.1 + (0.6 * upset));
                return (spoke, spoke ? 0.4 + (1.8 * upset) : -0.15);
            case InterventionAction.Perk:
                return (true, 0.2);
            case InterventionAction.Discount:
                return (true, 0.15 * shopper.Taste.PriceSensitivity);
            case InterventionAction.Survey:
                return (rng.Chance(0.3), -0.1 - (0.3 * upset));
            default:
                return (false, 0);
        }
    }
}
