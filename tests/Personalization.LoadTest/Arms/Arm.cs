namespace Personalization.LoadTest.Arms;

/// <summary>Who fills the slates of a shopper.</summary>
internal enum Arm
{
    /// <summary>The engine under test.</summary>
    Engine,
    /// <summary>What everybody clicks, puts into the cart and buys.</summary>
    Popularity,
    /// <summary>Chance.</summary>
    Random,
}

/// <summary>Which shopper is in which arm.</summary>
internal static class ArmAssignment
{
    /// <summary>Half of the shoppers see the engine's slates, a quarter each the others'.</summary>
    public static Arm Of(int shopper) => (shopper % 4) switch
    {
        0 or 2 => Arm.Engine,
        1 => Arm.Popularity,
        _ => Arm.Random,
    };
}
