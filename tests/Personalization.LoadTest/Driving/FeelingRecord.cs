using Personalization.LoadTest.Catalogues;

namespace Personalization.LoadTest.Driving;

/// <summary>How often shoppers let a product know what they feel: in words, in points on a scale, by their faces.</summary>
internal sealed class FeelingRecord(Catalogue catalogue)
{
    private readonly int[] _counts = new int[catalogue.Items.Length];

    public void Expressed(Item item) => Interlocked.Increment(ref _counts[item.Index]);

    public int Of(Item item) => Volatile.Read(ref _counts[item.Index]);

    /// <summary>All feelings over all products.</summary>
    public long Total => _counts.Sum(count => (long)count);

    /// <summary>The products most spoken of, the most first.</summary>
    public IEnumerable<Item> MostSpokenOf(int count) => catalogue.Items.OrderByDescending(Of).ThenBy(item => item.Index).Take(count);
}
