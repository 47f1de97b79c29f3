namespace Personalization.Storage.Sqlite.Internal;

/// <summary>
/// A part of the store that gathers what the operations of a transaction do, writes it in one piece, and takes it over
/// into memory when it is durable. Called on the writer's thread only.
/// </summary>
internal interface IWriteParticipant
{
    /// <summary>All operations have been executed: write what they gathered.</summary>
    void BeforeCommit(Database database);

    /// <summary>The transaction is durable; the operations' callers have not been told yet.</summary>
    void AfterCommit();

    /// <summary>The operations' callers have been told.</summary>
    void AfterComplete();

    /// <summary>The transaction did not happen: forget what was gathered.</summary>
    void AfterRollback();

    /// <summary>Whether housekeeping is due.</summary>
    bool NeedsMaintenance { get; }

    /// <summary>Keeps house, in a transaction of its own.</summary>
    void Maintain(Database database);
}
