using Microsoft.Extensions.Options;

namespace Personalization.Storage.Sqlite;

/// <summary>Says what is wrong with the options, all of it at once.</summary>
public sealed class SqliteStorageOptionsValidator : IValidateOptions<SqliteStorageOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SqliteStorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Path))
        {
            problems.Add($"{nameof(options.Path)} is empty: expected the path of a file.");
        }

        Range(problems, nameof(options.PartitionCount), options.PartitionCount ?? 1, 1, Schema.MaxPartitions);
        Range(problems, nameof(options.MaxPendingAppends), options.MaxPendingAppends, 1, 10_000_000);
        Range(problems, nameof(options.MaxPendingBytes), options.MaxPendingBytes, 1 << 20, long.MaxValue);
        Range(problems, nameof(options.MaxPendingWrites), options.MaxPendingWrites, 1, 10_000_000);
        Range(problems, nameof(options.DedupEntriesPerPartition), options.DedupEntriesPerPartition ?? 0, 0, 1 << 24);
        Range(problems, nameof(options.CompactionBytes), options.CompactionBytes, 64 << 10, 1 << 30);
        Range(problems, nameof(options.CachedUserKeys), options.CachedUserKeys, 16, int.MaxValue);
        Range(problems, nameof(options.RejectedMaxCount), options.RejectedMaxCount, 1, int.MaxValue);
        Positive(problems, nameof(options.DedupAge), options.DedupAge);
        Positive(problems, nameof(options.RejectedMaxAge), options.RejectedMaxAge);
        if (!Enum.IsDefined(options.Durability))
        {
            problems.Add($"{nameof(options.Durability)} is {options.Durability}: expected {string.Join(" or ", Enum.GetNames<SqliteDurability>())}.");
        }

        if (options.MasterKey is { } key && !IsMasterKey(key))
        {
            problems.Add($"{nameof(options.MasterKey)} is not a key: expected 32 bytes in base64.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static bool IsMasterKey(string text)
    {
        Span<byte> bytes = stackalloc byte[64];
        return text.Length <= 64 && Convert.TryFromBase64String(text, bytes, out var length) && length == 32;
    }

    private static void Range(List<string> problems, string name, long value, long min, long max)
    {
        if (value < min || value > max)
        {
            problems.Add(max == long.MaxValue ? $"{name} is {value}: expected at least {min}." : $"{name} is {value}: expected {min} to {max}.");
        }
    }

    private static void Positive(List<string> problems, string name, TimeSpan value)
    {
        if (value <= TimeSpan.Zero)
        {
            problems.Add($"{name} is {value}: expected more than zero.");
        }
    }
}
