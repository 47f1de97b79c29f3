using System.Buffers;
using System.Text;
using Orleans.Storage;
using Personalization.Grains.Recommendations;

namespace Personalization.Cluster.Tests;

/// <summary>What is noted is read back once and in order, whatever failed and wherever the owner died.</summary>
public sealed class StateJournalTests
{
    private static readonly GrainId s_owner = GrainId.Create("owner", "one");
    private readonly FailingStorage _storage = new();

    [Fact]
    public async Task Pages_AfterAFailedWrite_HoldEverythingOnceInOrder()
    {
        using (var journal = await OpenAsync(0, 0, []))
        {
            Note(journal, "a");
            await journal.WritePageAsync();
            Note(journal, "b");
            _storage.FailNext = true;
            await Assert.ThrowsAsync<IOException>(journal.WritePageAsync);
            Note(journal, "c");
            await journal.WritePageAsync();
            Note(journal, "lost with its owner");
            Assert.Equal((2, 3), (journal.NextPage, journal.Bytes));
        }

        var read = new List<string>();
        using var next = await OpenAsync(0, 0, read);
        Assert.Equal(["a", "bc"], read);
        Assert.Equal((2, 3), (next.NextPage, next.Bytes));
    }

    [Fact]
    public async Task Pages_ThatTheStateHas_AreRemovedThenOrByTheNextOwner()
    {
        using (var journal = await OpenAsync(0, 0, []))
        {
            for (var page = 0; page < 5; page++)
            {
                Note(journal, "x");
                await journal.WritePageAsync();
            }

            await journal.TrimAsync(2);
            Assert.Equal((2, 5, true), (journal.Untrimmed, journal.NextPage, journal.HasPages));
            Assert.Equal(3, _storage.Count);
            _storage.FailNext = true;
            await Assert.ThrowsAsync<IOException>(() => journal.TrimAsync(5));
            Assert.Equal((2, 5, false), (journal.Untrimmed, journal.NextPage, journal.HasPages));
            Assert.NotEqual(0, _storage.Count);
        }

        var read = new List<string>();
        using var next = await OpenAsync(2, 5, read);
        Assert.Empty(read);
        Assert.Equal(0, _storage.Count);
        Assert.Equal((5, 5), (next.Untrimmed, next.NextPage));
    }

    [Fact]
    public async Task WritingAPage_ThatAnotherOwnerHasWritten_IsRefused()
    {
        using var one = await OpenAsync(0, 0, []);
        using var other = await OpenAsync(0, 0, []);
        Note(one, "mine");
        Note(other, "also mine");
        await one.WritePageAsync();
        await Assert.ThrowsAsync<InconsistentStateException>(other.WritePageAsync);
    }

    private static void Note(StateJournal journal, string text) => journal.Output.Write(Encoding.UTF8.GetBytes(text));

    private async Task<StateJournal> OpenAsync(long untrimmed, long first, List<string> read)
    {
        var journal = new StateJournal(_storage, s_owner, "state");
        await journal.ReplayAsync(untrimmed, first, page => read.Add(Encoding.UTF8.GetString(page.Span)));
        return journal;
    }

    /// <summary>A store in memory that can fail once.</summary>
    private sealed class FailingStorage : IGrainStorage
    {
        private readonly Dictionary<string, (JournalPage Page, string ETag)> _pages = [];
        private int _tags;

        public bool FailNext { get; set; }

        public int Count => _pages.Count;

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (_pages.TryGetValue(stateName, out var stored))
            {
                (grainState.State, grainState.ETag, grainState.RecordExists) = ((T)(object)stored.Page, stored.ETag, true);
            }

            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            ThrowIfItIsTime();
            Require(stateName, grainState.ETag);
            grainState.ETag = $"{++_tags}";
            _pages[stateName] = ((JournalPage)(object)grainState.State!, grainState.ETag);
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            ThrowIfItIsTime();
            Require(stateName, grainState.ETag);
            _pages.Remove(stateName);
            return Task.CompletedTask;
        }

        private void Require(string stateName, string? etag)
        {
            var stored = _pages.TryGetValue(stateName, out var page) ? page.ETag : null;
            if (stored != etag)
            {
                throw new InconsistentStateException("Changed by someone else.", stored, etag);
            }
        }

        private void ThrowIfItIsTime()
        {
            if (FailNext)
            {
                FailNext = false;
                throw new IOException("The disk is full.");
            }
        }
    }
}
