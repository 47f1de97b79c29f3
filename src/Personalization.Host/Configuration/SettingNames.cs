using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Options;
using Personalization.Api;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Profiles;
using Personalization.Scoring;
using Personalization.Storage.Sqlite;

namespace Personalization.Host.Configuration;

/// <summary>The names of all settings. One that nothing reads is refused: a typing mistake must not be taken for silence.</summary>
internal static class SettingNames
{
    private const string EnvironmentPrefix = "PERSONALIZATION_";

    /// <summary>The engine's sections that are bound by their options' properties.</summary>
    private static readonly Dictionary<string, Type> s_bound = new(StringComparer.OrdinalIgnoreCase)
    {
        [EngineOptions.Section] = typeof(EngineOptions),
        ["Storage"] = typeof(SqliteStorageOptions),
        [RetentionOptions.Section] = typeof(RetentionOptions),
        [PumpOptions.Section] = typeof(PumpOptions),
        [IntentOptions.Section] = typeof(IntentOptions),
        ["Scoring"] = typeof(ScoringOptions),
        [ApiOptions.SectionName] = typeof(ApiOptions),
    };

    /// <summary>The engine's sections whose readers know by themselves what they do not know.</summary>
    private static readonly string[] s_read = ["Recommender", "Rewards", "Interventions", "Experiment", "Consent", "Tokens"];

    /// <summary>Sections that what the engine stands on reads.</summary>
    private static readonly string[] s_others = ["Logging", "Kestrel", "Orleans"];

    /// <summary>Whether a key, split at its first colon, is in a section that somebody reads.</summary>
    public static bool IsSection(IReadOnlyList<string> key) => key.Count > 1
        && (s_bound.ContainsKey(key[0])
            || s_read.Contains(key[0], StringComparer.OrdinalIgnoreCase) || s_others.Contains(key[0], StringComparer.OrdinalIgnoreCase));

    /// <summary>Throws when something is set that nothing reads.</summary>
    /// <exception cref="OptionsValidationException">Its failures name each.</exception>
    public static void ThrowIfUnknown(IConfiguration configuration)
    {
        var unknown = s_bound
            .SelectMany(section => Unknown(configuration.GetSection(section.Key), section.Value))
            .Concat(UnknownSections())
            .ToArray();
        if (unknown.Length > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(EngineOptions), unknown);
        }
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, Type type)
    {
        foreach (var child in section.GetChildren())
        {
            var property = type.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            if (property?.SetMethod is not { IsPublic: true })
            {
                yield return $"{child.Path} is no setting; {section.Path} has {string.Join(", ", NamesOf(type))}.";
                continue;
            }

            foreach (var below in Below(child, property.PropertyType))
            {
                yield return below;
            }
        }
    }

    private static IEnumerable<string> Below(IConfigurationSection section, Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>)
            ? section.GetChildren().SelectMany(item => Unknown(item, type.GenericTypeArguments[0]))
            : type.Namespace?.StartsWith(nameof(Personalization), StringComparison.Ordinal) == true && !type.IsEnum
                ? Unknown(section, type)
                : [];

    private static IEnumerable<string> NamesOf(Type type) =>
        type.GetProperties().Where(static p => p.SetMethod is { IsPublic: true }).Select(static p => p.Name).Order(StringComparer.Ordinal);

    // Whoever uses the prefix means the engine; other variables may be anybody's.
    private static IEnumerable<string> UnknownSections() =>
        from DictionaryEntry variable in Environment.GetEnvironmentVariables()
        let name = (string)variable.Key
        where name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase)
        let key = name[EnvironmentPrefix.Length..].Split("__", 2)
        where key.Length > 1 && !IsSection(key)
        select $"{name} is no setting: there is no section '{key[0]}'.";
}
