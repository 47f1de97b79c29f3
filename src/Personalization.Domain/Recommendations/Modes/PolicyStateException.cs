namespace Personalization.Domain.Recommendations.Modes;

/// <summary>A change of the policy cannot be made as things stand; the message says why.</summary>
/// <param name="problem">Why.</param>
public sealed class PolicyStateException(string problem) : Exception(problem);
