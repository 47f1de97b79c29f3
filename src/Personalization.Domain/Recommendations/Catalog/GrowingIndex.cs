using System.Collections.Frozen;

namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>
/// Gives keys small numbers, from 0 in the order they came, and never takes one back: a number means the same key in every
/// later version, so that what is bound to numbers stays bound. Immutable.
/// </summary>
/// <typeparam name="TKey">The keys.</typeparam>
internal sealed class GrowingIndex<TKey>
    where TKey : notnull
{
    // Freezing is dear and looking up in what is frozen is cheap: new keys gather in a small dictionary first.
    private const int LeastTail = 256;

    private readonly FrozenDictionary<TKey, int> _frozen;
    private readonly Dictionary<TKey, int> _tail;
    private readonly ChunkedColumn<TKey> _keys;

    private GrowingIndex(FrozenDictionary<TKey, int> frozen, Dictionary<TKey, int> tail, ChunkedColumn<TKey> keys)
    {
        _frozen = frozen;
        _tail = tail;
        _keys = keys;
    }

    /// <summary>An index without keys.</summary>
    public static GrowingIndex<TKey> Empty { get; } = new(FrozenDictionary<TKey, int>.Empty, [], ChunkedColumn<TKey>.Empty());

    /// <summary>How many keys there are.</summary>
    public int Count => _frozen.Count + _tail.Count;

    /// <summary>The key of a number.</summary>
    public TKey this[int number] => _keys[number];

    /// <summary>The number of a key.</summary>
    public bool TryFind(TKey key, out int number) =>
        _frozen.TryGetValue(key, out number) || (_tail.Count > 0 && _tail.TryGetValue(key, out number));

    /// <summary>The number of a key that is told in another form, such as a string's characters.</summary>
    public bool TryFindAs<TForm>(TForm form, out int number)
        where TForm : notnull, allows ref struct =>
        _frozen.GetAlternateLookup<TForm>().TryGetValue(form, out number)
        || (_tail.Count > 0 && _tail.GetAlternateLookup<TForm>().TryGetValue(form, out number));

    /// <summary>Begins the next version.</summary>
    public Writer Edit() => new(this);

    /// <summary>Collects new keys.</summary>
    internal sealed class Writer(GrowingIndex<TKey> source)
    {
        private readonly ChunkedColumn<TKey>.Writer _keys = source._keys.Edit();
        private Dictionary<TKey, int>? _added;

        /// <summary>The number of a key, given now when it has none.</summary>
        public int Intern(TKey key)
        {
            if (source.TryFind(key, out var number) || (_added is not null && _added.TryGetValue(key, out number)))
            {
                return number;
            }

            _added ??= [];
            number = source.Count + _added.Count;
            _added.Add(key, number);
            _keys.Set(number, key);
            return number;
        }

        /// <summary>The next version; the same object when no key was added.</summary>
        public GrowingIndex<TKey> Finish()
        {
            if (_added is null)
            {
                return source;
            }

            var tail = new Dictionary<TKey, int>(source._tail);
            foreach (var (key, number) in _added)
            {
                tail.Add(key, number);
            }

            return tail.Count <= Math.Max(LeastTail, source._frozen.Count / 8)
                ? new(source._frozen, tail, _keys.Finish())
                : new(source._frozen.Concat(tail).ToFrozenDictionary(), [], _keys.Finish());
        }
    }
}
