namespace Personalization.Domain.Ingestion;

/// <summary>
/// Who an event belongs to: a shop's own user id, or the id of a visitor who has not signed in.
/// The two live apart, so that visitor "42" and customer "42" are never the same person.
/// </summary>
/// <remarks>The text form is <c>u:{id}</c> or <c>a:{id}</c>; it is the grain key and the key of every stored row.</remarks>
public readonly record struct UserKey
{
    private UserKey(string value) => Value = value;

    /// <summary>The text form, <c>u:{id}</c> or <c>a:{id}</c>. Never null for a key made by a factory method.</summary>
    public string Value { get; }

    /// <summary>True when this key names a visitor who has not signed in.</summary>
    public bool IsAnonymous => Value is ['a', ':', ..];

    /// <summary>The id without its prefix.</summary>
    public string Id => Value[2..];

    /// <summary>The key of a known user.</summary>
    /// <param name="userId">The shop's id, not empty.</param>
    public static UserKey Known(string userId) => new("u:" + Require(userId));

    /// <summary>The key of a visitor who has not signed in.</summary>
    /// <param name="anonymousId">The visitor's id (a cookie, a device id), not empty.</param>
    public static UserKey Anonymous(string anonymousId) => new("a:" + Require(anonymousId));

    /// <summary>Reads the text form back.</summary>
    /// <exception cref="FormatException">The text is neither <c>u:{id}</c> nor <c>a:{id}</c>.</exception>
    public static UserKey Parse(string value) =>
        TryParse(value, out var key)
            ? key
            : throw new FormatException($"'{value}' is not a user key: expected u:{{id}} or a:{{id}}.");

    /// <summary>Reads the text form back, when it is one.</summary>
    public static bool TryParse(string? value, out UserKey key)
    {
        key = value is ['u' or 'a', ':', _, ..] ? new UserKey(value) : default;
        return key.Value is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value ?? string.Empty;

    private static string Require(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return id;
    }
}
