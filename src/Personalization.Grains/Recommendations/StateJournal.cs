using System.Buffers;
using System.Globalization;
using Orleans.Storage;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Recommendations;

/// <summary>
/// What has been taken into a large state since it was last stored whole, in pages beside it: what a write costs is then in
/// proportion to what is new. Pages are numbered, the state knows the first that is not in it, and each is written once. Belongs
/// to one reentrant grain and is used in its turns.
/// </summary>
/// <param name="storage">The store of the state.</param>
/// <param name="owner">Whose state it is.</param>
/// <param name="name">The name of the state.</param>
internal sealed class StateJournal(IGrainStorage storage, GrainId owner, string name) : IDisposable
{
    private readonly PooledBuffer _open = new(16 * 1024);

    // The pages that the stored state lacks, without what they hold: by what the store knows them.
    private readonly List<GrainState<JournalPage>> _pages = [];
    private long _first;

    /// <summary>The number of the next page.</summary>
    public long NextPage => _first + _pages.Count;

    /// <summary>The first page that may still be there though the stored state has it.</summary>
    public long Untrimmed { get; private set; }

    /// <summary>How many bytes the pages have that the stored state lacks.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether there are pages that the stored state lacks.</summary>
    public bool HasPages => _pages.Count > 0;

    /// <summary>Where what is taken in is noted, for the next page.</summary>
    public IBufferWriter<byte> Output => _open;

    /// <summary>Reads the pages that the stored state lacks, in the order in which they were written, and removes those that it has.</summary>
    /// <param name="untrimmed">The first page that may still be there though the state has it.</param>
    /// <param name="first">The first page that the state lacks.</param>
    /// <param name="read">Takes a page in.</param>
    public async Task ReplayAsync(long untrimmed, long first, Action<ReadOnlyMemory<byte>> read)
    {
        (Untrimmed, _first) = (untrimmed, first);
        while (await FindAsync(NextPage) is { } page)
        {
            read(page.State!.Body);
            Add(page);
        }

        for (var before = untrimmed; before < first; before++)
        {
            if (await FindAsync(before) is { } page)
            {
                await ClearAsync(before, page);
            }
        }

        Untrimmed = first;
    }

    /// <summary>Makes durable what has been noted. When it throws, the next call writes it as well.</summary>
    public async Task WritePageAsync()
    {
        var page = new GrainState<JournalPage>(new JournalPage(_open.WrittenSpan.ToArray()));
        await storage.WriteStateAsync(NameOf(NextPage), owner, page);
        _open.Remove(page.State!.Body.Length);
        Add(page);
    }

    /// <summary>The state is about to be stored with all that has been noted.</summary>
    public void Forget() => _open.Remove(_open.WrittenSpan.Length);

    /// <summary>Removes the pages before one: the state has been stored with them.</summary>
    /// <param name="first">The first page that it lacks.</param>
    public async Task TrimAsync(long first)
    {
        var (from, count) = (_first, checked((int)(first - _first)));
        var stored = _pages.GetRange(0, count);
        _pages.RemoveRange(0, count);
        (_first, Bytes) = (first, 0);
        await Task.WhenAll(stored.Select((page, i) => ClearAsync(from + i, page)));
        Untrimmed = first;
    }

    /// <inheritdoc/>
    public void Dispose() => _open.Dispose();

    private void Add(GrainState<JournalPage> page)
    {
        Bytes += page.State!.Body.Length;
        page.State = new JournalPage();
        _pages.Add(page);
    }

    private Task ClearAsync(long number, GrainState<JournalPage> page) => storage.ClearStateAsync(NameOf(number), owner, page);

    private async Task<GrainState<JournalPage>?> FindAsync(long number)
    {
        var page = new GrainState<JournalPage>();
        await storage.ReadStateAsync(NameOf(number), owner, page);
        return page.RecordExists ? page : null;
    }

    private string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{name}-page-{number}");
}
