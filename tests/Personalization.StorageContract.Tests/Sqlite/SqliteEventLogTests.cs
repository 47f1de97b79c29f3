using Personalization.StorageContract.Tests.Contract;

namespace Personalization.StorageContract.Tests.Sqlite;

public sealed class SqliteEventLogTests : EventLogContract<SqliteStoreFactory>;
