namespace Personalization.Grains.Recommendations;

/// <summary>
/// Gives decisions their ids. An id is the seed of all luck in its decision, so it must not be guessable from outside nor
/// repeat.
/// </summary>
public interface IDecisionIds
{
    /// <summary>A new id: 1 to 64 characters, unique for ever.</summary>
    string Next();
}
