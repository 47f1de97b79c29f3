using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Personalization.Grains;

/// <summary>A section that knows what was asked of it, and so which of its settings nobody reads.</summary>
internal sealed class AskedSection(IConfigurationSection section) : IConfigurationSection
{
    private readonly SortedSet<string> _asked = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public string Key => section.Key;

    /// <inheritdoc/>
    public string Path => section.Path;

    /// <inheritdoc/>
    public string? Value
    {
        get => section.Value;
        set => throw new NotSupportedException("Settings are read here, not written.");
    }

    /// <inheritdoc/>
    public string? this[string key]
    {
        get => GetSection(key).Value;
        set => throw new NotSupportedException("Settings are read here, not written.");
    }

    /// <inheritdoc/>
    public IConfigurationSection GetSection(string key)
    {
        _asked.Add(key);
        return section.GetSection(key);
    }

    /// <inheritdoc/>
    public IEnumerable<IConfigurationSection> GetChildren() => section.GetChildren();

    /// <inheritdoc/>
    public IChangeToken GetReloadToken() => section.GetReloadToken();

    /// <summary>A complaint for each setting that nobody has asked for: a typing mistake must not be taken for silence.</summary>
    public IReadOnlyList<string> Unasked() =>
    [
        .. section.GetChildren().Where(child => !_asked.Contains(child.Key)).Select(child =>
            $"{child.Path} is no setting, or none that applies with the others; {section.Path} has {string.Join(", ", _asked)}."),
    ];
}
