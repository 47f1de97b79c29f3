using Microsoft.Extensions.Options;
using Personalization.Storage.Sqlite;

namespace Personalization.Host.Configuration;

/// <summary>What validated options had to say when they stopped a start.</summary>
internal static class WrongSettings
{
    /// <summary>All complaints; null when the exception is about something else.</summary>
    public static IReadOnlyList<string>? Of(Exception exception) => exception switch
    {
        OptionsValidationException one => [.. Complaints(one)],
        AggregateException many when many.InnerExceptions.All(static e => e is OptionsValidationException) =>
            [.. many.InnerExceptions.Cast<OptionsValidationException>().SelectMany(Complaints)],
        _ => null,
    };

    // The store does not know in which section its options are.
    private static IEnumerable<string> Complaints(OptionsValidationException exception) =>
        exception.OptionsType == typeof(SqliteStorageOptions) ? exception.Failures.Select(static f => $"Storage:{f}") : exception.Failures;
}
