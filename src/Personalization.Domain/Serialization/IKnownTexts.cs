namespace Personalization.Domain.Serialization;

/// <summary>Texts that exist as strings already: whoever reads the same ones over and over need not make them again.</summary>
public interface IKnownTexts
{
    /// <summary>The string with this text; null when there is none.</summary>
    string? Find(ReadOnlySpan<char> text);
}
