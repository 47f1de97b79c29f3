namespace Personalization.LoadTest.Replaying.Baselines;

/// <summary>A well-known way to recommend that has read the same purchases as the engine, all of them before it is asked.</summary>
internal interface IBaseline
{
    /// <summary>What it is called.</summary>
    string Name { get; }

    /// <summary>The best items for a user, best first, none of which the user has.</summary>
    /// <param name="seen">What the user has bought, by number in <see cref="Purchases"/>.</param>
    /// <param name="user">The user's number.</param>
    /// <param name="count">How many.</param>
    IReadOnlyList<int> Recommend(int user, IReadOnlyList<int> seen, int count);
}
