using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Personalization.Storage.Sqlite;
using Personalization.Storage.Sqlite.Internal;
using Personalization.StorageContract.Tests.Contract;

namespace Personalization.StorageContract.Tests.Sqlite;

/// <summary>What a store refuses to be opened with, and how it says so.</summary>
public sealed class OpeningTests : StoreContract<SqliteStoreFactory>
{
    private SqliteStorageOptions Options => Factory.Options(new StoreSettings());

    [Fact]
    public void Open_WhileOpen_SaysThatItIsInUse()
    {
        using var first = SqliteStore.Open(Options);
        Assert.Contains("in use", Assert.Throws<IOException>(() => SqliteStore.Open(Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WithAnotherPartitionCount_NamesBoth()
    {
        SqliteStore.Open(Options).Dispose();
        var other = Options;
        other.PartitionCount = 5;
        var error = Assert.Throws<InvalidOperationException>(() => SqliteStore.Open(other));
        Assert.Contains("has 4 partitions", error.Message, StringComparison.Ordinal);
        Assert.Contains("is 5", error.Message, StringComparison.Ordinal);

        // A refusal leaves nothing behind that would be in the way.
        SqliteStore.Open(Options).Dispose();
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(null, 16)]
    public void Open_WithoutAPartitionCount_HasThatOfTheFileOrTheDefault(int? made, int expected)
    {
        var options = Options;
        options.PartitionCount = made;
        SqliteStore.Open(options).Dispose();
        options.PartitionCount = null;
        using var store = SqliteStore.Open(options);
        Assert.Equal(expected, store.Events.PartitionCount);
    }

    [Fact]
    public void DedupEntries_Unset_AreAMillionOfAllPartitionsTogether()
    {
        Assert.Equal(1 << 16, new SqliteStorageOptions().DedupEntriesOf(16));
        Assert.Equal(1 << 14, new SqliteStorageOptions().DedupEntriesOf(64));
        Assert.Equal(7, new SqliteStorageOptions { DedupEntriesPerPartition = 7 }.DedupEntriesOf(64));
    }

    [Fact]
    public void Open_OfALaterSchema_IsRefused()
    {
        SqliteStore.Open(Options).Dispose();
        using (var database = Database.OpenForWriting(Factory.Path))
        {
            database.Execute($"PRAGMA user_version = {Schema.Version + 1}");
        }

        var error = Assert.Throws<InvalidOperationException>(() => SqliteStore.Open(Options));
        Assert.Contains($"schema version {Schema.Version + 1}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_InAFolderThatIsNotThere_Fails()
    {
        var options = Options;
        options.Path = Path.Combine(Path.GetDirectoryName(Factory.Path)!, "missing", "store.db");
        Assert.ThrowsAny<IOException>(() => SqliteStore.Open(options));
    }

    [Fact]
    public void Open_OfAFileThatIsNoStore_Fails()
    {
        File.WriteAllText(Factory.Path, new string('x', 8192));
        Assert.ThrowsAny<IOException>(() => SqliteStore.Open(Options));
    }

    [Fact]
    public async Task Open_WithAnotherMasterKey_IsRefused()
    {
        var options = Options;
        options.MasterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var store = SqliteStore.Open(options);
        await store.Events.AppendAsync(Entries.Of("42", "e-1"));
        await store.DisposeAsync();

        var other = Options;
        other.MasterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var error = Assert.Throws<InvalidOperationException>(() => SqliteStore.Open(other));
        Assert.Contains("master key", error.Message, StringComparison.Ordinal);

        await using var reopened = SqliteStore.Open(options);
        Assert.Single(await reopened.Events.ReadAllAsync(Entries.PartitionOf("42")));
        Assert.False(File.Exists(Factory.Path + ".key"));
    }

    [Fact]
    public void Open_WithoutAMasterKey_MakesAKeyFileForItsOwnerOnly()
    {
        SqliteStore.Open(Options).Dispose();
        var file = Factory.Path + ".key";
        Assert.Equal(32, Convert.FromBase64String(File.ReadAllText(file)).Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        SqliteStore.Open(Options).Dispose();
    }

    [Fact]
    public void Open_WhenTheKeyFileIsGone_IsRefusedAndMakesNoOther()
    {
        SqliteStore.Open(Options).Dispose();
        File.Delete(Factory.Path + ".key");
        Assert.Contains(".key", Assert.Throws<InvalidOperationException>(() => SqliteStore.Open(Options)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Factory.Path + ".key"));
    }

    [Fact]
    public void Open_WithOptionsOutOfRange_NamesAllOfThem()
    {
        var options = new SqliteStorageOptions { Path = "", PartitionCount = 0, MasterKey = "short", MaxPendingAppends = -1 };
        var error = Assert.Throws<OptionsValidationException>(() => SqliteStore.Open(options));
        Assert.Equal(4, error.Failures.Count());
    }

    [Fact]
    public async Task Append_LeavesNoBodyReadableInTheFiles()
    {
        var store = SqliteStore.Open(Options);
        await store.Events.AppendAsync(Entries.Of("42", "e-1", "I hate this lipstick"));
        await store.CompactAsync(CancellationToken.None);
        await store.DisposeAsync();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Factory.Path)!))
        {
            Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes("lipstick")));
        }
    }

    [Fact]
    public async Task Destroy_LeavesNoWrappedKeyInTheFiles()
    {
        var store = SqliteStore.Open(Options);
        await store.Events.AppendAsync(Entries.Of("42", "e-1"), Entries.Of("43", "e-1"));
        byte[] wrapped = [];
        await store.Writer.WriteAsync(
            database =>
            {
                var select = database.Prepare("SELECT wrapped FROM user_key WHERE user = 'u:42'");
                Assert.True(select.Step());
                wrapped = select.Blob(0).ToArray();
                select.Reset();
                return true;
            },
            CancellationToken.None);
        Assert.True(IsInTheFiles(wrapped));
        await store.UserKeys.DestroyAsync(Domain.Ingestion.UserKey.Known("42"), CancellationToken.None);
        Assert.False(IsInTheFiles(wrapped));
        await store.DisposeAsync();
    }

    private bool IsInTheFiles(byte[] bytes) =>
        new[] { "", "-wal" }.Any(suffix =>
        {
            using var stream = new FileStream(Factory.Path + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray().AsSpan().IndexOf(bytes) >= 0;
        });
}
