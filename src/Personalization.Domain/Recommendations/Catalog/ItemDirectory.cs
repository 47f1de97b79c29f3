using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>
/// The numbers of the products in one process: dense, from 0, given once and never reused while the process lives. What a
/// silo learns of a product is bound to its number, so that scoring never looks up an id. Immutable; it only ever grows.
/// </summary>
/// <remarks>Numbers differ between processes: what is stored or sent names products by id.</remarks>
public sealed class ItemDirectory : IKnownTexts
{
    private readonly GrowingIndex<string> _index;

    private ItemDirectory(GrowingIndex<string> index) => _index = index;

    /// <summary>A directory without products.</summary>
    public static ItemDirectory Empty { get; } = new(GrowingIndex<string>.Empty);

    /// <summary>How many products have a number, those that left the catalogue included.</summary>
    public int Count => _index.Count;

    /// <summary>The id of a number.</summary>
    public string this[int number] => _index[number];

    /// <summary>The number of an id.</summary>
    public bool TryFind(string id, out int number) => _index.TryFind(id, out number);

    /// <summary>The string that an id is known by; null when it has no number.</summary>
    public string? Find(ReadOnlySpan<char> text) => _index.TryFindAs(text, out var number) ? _index[number] : null;

    internal Writer Edit() => new(this);

    internal sealed class Writer(ItemDirectory source)
    {
        private readonly GrowingIndex<string>.Writer _writer = source._index.Edit();

        public int Intern(string id) => _writer.Intern(id);

        public ItemDirectory Finish()
        {
            var index = _writer.Finish();
            return ReferenceEquals(index, source._index) ? source : new(index);
        }
    }
}
