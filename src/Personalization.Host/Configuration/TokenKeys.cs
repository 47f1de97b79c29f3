using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Personalization.Domain.Rewards;

namespace Personalization.Host.Configuration;

/// <summary>
/// The keys of attribution tokens: from the configuration (<c>Tokens:Keys:1</c> = base64, <c>Tokens:Current</c> = 1), or, where
/// none are given, one of its own beside the data, made at the first start and readable by its owner alone.
/// </summary>
internal static class TokenKeys
{
    private const string FileName = "token.key";
    private static readonly SortedSet<string> s_names = new(StringComparer.OrdinalIgnoreCase) { "Current", "Keys" };

    public static AttributionTokenSigner Load(IConfiguration configuration, string data)
    {
        if (configuration.GetSection("Tokens").GetChildren().FirstOrDefault(static c => !s_names.Contains(c.Key)) is { } unknown)
        {
            throw new OptionsValidationException(
                Options.DefaultName, typeof(TokenKeys), [$"{unknown.Path} is no setting; Tokens has {string.Join(", ", s_names)}."]);
        }

        var keys = new Dictionary<byte, byte[]>();
        foreach (var key in configuration.GetSection("Tokens:Keys").GetChildren())
        {
            if (!byte.TryParse(key.Key, out var number) || !TryDecode(key.Value, out var bytes))
            {
                throw new StartException($"Tokens:Keys:{key.Key} must have a number from 0 to 255 and at least 16 bytes in base64.");
            }

            keys.Add(number, bytes);
        }

        if (keys.Count == 0)
        {
            return new AttributionTokenSigner(new Dictionary<byte, byte[]> { [0] = OwnKey(data) }, 0);
        }

        var current = configuration.GetValue<byte?>("Tokens:Current") ?? keys.Keys.Max();
        return keys.ContainsKey(current)
            ? new AttributionTokenSigner(keys, current)
            : throw new StartException($"Tokens:Current is {current}; there is no Tokens:Keys:{current}.");
    }

    private static byte[] OwnKey(string data)
    {
        var path = Path.Combine(data, FileName);
        if (File.Exists(path))
        {
            return File.ReadAllBytes(path);
        }

        var key = RandomNumberGenerator.GetBytes(32);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(key);
        return key;
    }

    private static bool TryDecode(string? text, out byte[] bytes)
    {
        bytes = new byte[text?.Length ?? 0];
        var decoded = Convert.TryFromBase64String(text ?? "", bytes, out var written) && written >= 16;
        bytes = bytes[..written];
        return decoded;
    }
}
