namespace Personalization.Benchmarks.Slates;

/// <summary>The sizes of a <see cref="SlateWorld"/>.</summary>
/// <param name="Items">How many items there are, all of them candidates.</param>
/// <param name="Slots">How many a slate shows.</param>
/// <param name="UserFeatures">Features of a user, with the bias.</param>
/// <param name="ItemFeatures">Features of an item, with the bias.</param>
internal sealed record SlateShape(int Items, int Slots, int UserFeatures = 8, int ItemFeatures = 6);
