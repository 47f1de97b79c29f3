namespace Personalization.Domain.Ingestion;

/// <summary>One value of an event's or a request's context map: text, a number or a truth value.</summary>
public readonly record struct ContextValue
{
    private ContextValue(ContextValueKind kind, string? text, double number)
    {
        Kind = kind;
        Text = text;
        Number = number;
    }

    /// <summary>What the value is.</summary>
    public ContextValueKind Kind { get; }

    /// <summary>The text, when <see cref="Kind"/> is <see cref="ContextValueKind.Text"/>.</summary>
    public string? Text { get; }

    /// <summary>The number, or 1 and 0 for true and false.</summary>
    public double Number { get; }

    /// <summary>A text value.</summary>
    public static ContextValue Of(string text) => new(ContextValueKind.Text, text, 0);

    /// <summary>A number; finite.</summary>
    public static ContextValue Of(double number) => new(ContextValueKind.Number, null, number);

    /// <summary>A truth value.</summary>
    public static ContextValue Of(bool truth) => new(ContextValueKind.Boolean, null, truth ? 1 : 0);
}

/// <summary>What a <see cref="ContextValue"/> holds.</summary>
public enum ContextValueKind : byte
{
    /// <summary>Text.</summary>
    Text = 0,
    /// <summary>A number.</summary>
    Number = 1,
    /// <summary>A truth value.</summary>
    Boolean = 2,
}
