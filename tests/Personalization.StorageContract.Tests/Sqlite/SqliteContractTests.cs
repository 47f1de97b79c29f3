using Personalization.StorageContract.Tests.Contract;

namespace Personalization.StorageContract.Tests.Sqlite;

public sealed class SqliteGrainStorageTests : GrainStorageContract<SqliteStoreFactory>;

public sealed class SqliteDocumentStoreTests : DocumentStoreContract<SqliteStoreFactory>;

public sealed class SqliteDecisionLogTests : DecisionLogContract<SqliteStoreFactory>;

public sealed class SqliteRejectedEventStoreTests : RejectedEventStoreContract<SqliteStoreFactory>;
