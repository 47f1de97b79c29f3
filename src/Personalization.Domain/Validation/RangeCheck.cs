using System.Collections.Immutable;
using System.Globalization;

namespace Personalization.Domain.Validation;

/// <summary>Gathers what is out of range.</summary>
internal sealed class RangeCheck
{
    private readonly ImmutableArray<FieldProblem>.Builder _problems = ImmutableArray.CreateBuilder<FieldProblem>();

    public ImmutableArray<FieldProblem> Problems => _problems.ToImmutable();

    /// <summary>Throws with all problems in the message when there are any.</summary>
    public static void ThrowIfAny(ImmutableArray<FieldProblem> problems, string parameter)
    {
        if (!problems.IsEmpty)
        {
            throw new ArgumentException(string.Join(' ', problems), parameter);
        }
    }

    public void Add(string field, string problem, string allowed) => _problems.Add(new FieldProblem(field, problem, allowed));

    public void Number(string field, double value, double min, double max)
    {
        // Written so that NaN is out of every range.
        if (!(value >= min && value <= max))
        {
            Add(field, string.Create(CultureInfo.InvariantCulture, $"is {value}"), string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"));
        }
    }

    public void Time(string field, TimeSpan value, TimeSpan min, TimeSpan max)
    {
        if (value < min || value > max)
        {
            Add(field, $"is {value}", $"{min} to {max}");
        }
    }
}
