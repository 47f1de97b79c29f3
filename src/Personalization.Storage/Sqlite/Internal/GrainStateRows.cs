using Personalization.Storage.Sqlite.Encryption;

namespace Personalization.Storage.Sqlite.Internal;

/// <summary>A stored grain state.</summary>
internal sealed record GrainStateRow(string Format, long Version, long? UserNumber, byte[] State);

/// <summary>What became of a conditional write.</summary>
/// <param name="Written">Whether it happened.</param>
/// <param name="Stored">The version that is stored, when it did not happen; null when there is none.</param>
/// <param name="Erased">Whether it did not happen because the user was erased.</param>
internal readonly record struct StateOutcome(bool Written, long? Stored, bool Erased = false);

/// <summary>The statements over grain states.</summary>
internal static class GrainStateRows
{
    public static GrainStateRow? Select(Database database, string key)
    {
        var select = database.Prepare(Sql.Select).Bind(1, key);
        var row = select.Step()
            ? new GrainStateRow(select.Text(0), select.Int64(1), select.IsNull(2) ? null : select.Int64(2), select.Blob(3).ToArray())
            : null;
        select.Reset();
        return row;
    }

    /// <summary>Writes a state if the stored version is the expected one; null expects that there is none.</summary>
    public static StateOutcome Write(
        Database database, string key, string format, long? expected, long version, long? userNumber, ReadOnlySpan<byte> state)
    {
        database.Prepare(expected is null ? Sql.Insert : Sql.Update)
            .Bind(1, key)
            .Bind(2, format)
            .Bind(3, version)
            .Bind(4, userNumber)
            .Bind(5, state)
            .Bind(6, expected)
            .Run();
        return database.Changes == 1 ? new StateOutcome(true, null) : new StateOutcome(false, VersionOf(database, key));
    }

    /// <summary>Removes a state if the stored version is the expected one.</summary>
    public static StateOutcome Delete(Database database, string key, long? expected)
    {
        if (expected is { } version)
        {
            database.Prepare(Sql.Delete).Bind(1, key).Bind(2, version).Run();
            if (database.Changes == 1)
            {
                return new StateOutcome(true, null);
            }
        }

        // Nothing to remove is no conflict for someone who knew of nothing.
        var stored = VersionOf(database, key);
        return new StateOutcome(stored is null && expected is null, stored);
    }

    private static long? VersionOf(Database database, string key)
    {
        var select = database.Prepare(Sql.SelectVersion).Bind(1, key);
        long? version = select.Step() ? select.Int64(0) : null;
        select.Reset();
        return version;
    }

    private static class Sql
    {
        public const string Select = "SELECT format, version, user_number, state FROM grain_state WHERE key = ?1";

        public const string SelectVersion = "SELECT version FROM grain_state WHERE key = ?1";

        public const string Insert =
            """
            INSERT INTO grain_state (key, format, version, user_number, state)
            SELECT ?1, ?2, ?3, ?4, ?5 WHERE ?6 IS NULL ON CONFLICT (key) DO NOTHING
            """;

        public const string Update =
            "UPDATE grain_state SET format = ?2, version = ?3, user_number = ?4, state = ?5 WHERE key = ?1 AND version = ?6";

        public const string Delete = "DELETE FROM grain_state WHERE key = ?1 AND version = ?2";
    }
}

/// <summary>One grain's state on its way into the store.</summary>
internal sealed class GrainStateWrite(
    UserKeyRing keys, string key, string format, long? expected, long version, UserSecret? secret, ReadOnlyMemory<byte> state)
    : WriteOperation<StateOutcome>
{
    /// <inheritdoc/>
    public override void Execute(Database database)
    {
        if (secret is not null)
        {
            if (keys.IsDestroyed(secret))
            {
                Result = new StateOutcome(false, null, Erased: true);
                return;
            }

            keys.Stage(database, secret);
        }

        Result = GrainStateRows.Write(database, key, format, expected, version, secret?.Number, state.Span);
    }
}
