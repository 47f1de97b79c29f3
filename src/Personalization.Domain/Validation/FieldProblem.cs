namespace Personalization.Domain.Validation;

/// <summary>What is wrong with one field of some input or options.</summary>
/// <param name="Field">The field, as a path from the object that was checked: <c>CategoryPath[2]</c>.</param>
/// <param name="Problem">What is wrong with its value, for a person.</param>
/// <param name="Allowed">What is allowed: the range, the length, the form.</param>
public readonly record struct FieldProblem(string Field, string Problem, string Allowed)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field}: {Problem}; allowed: {Allowed}.";
}
