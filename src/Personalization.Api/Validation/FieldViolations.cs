using System.Diagnostics;
using System.Globalization;
using System.Text;
using Google.Rpc;

namespace Personalization.Api.Validation;

/// <summary>
/// Collects what is wrong with a request, each with the path of its field (<c>events[3].behaviour.depth</c>), the value's
/// problem and the allowed range. A good request costs nothing but the comparisons: paths and lists are made only for a
/// violation.
/// </summary>
/// <remarks>For one request at a time; <see cref="Clear"/> makes it ready for the next event or request.</remarks>
internal sealed class FieldViolations
{
    /// <summary>A request with thousands of bad fields is told about the first ones.</summary>
    public const int Most = 20;

    private Segment[] _path = new Segment[8];
    private int _depth;
    private List<BadRequest.Types.FieldViolation>? _found;

    /// <summary>Whether nothing is wrong so far.</summary>
    public bool None => Count == 0;

    /// <summary>How many fields are wrong; counts on beyond <see cref="Most"/>.</summary>
    public int Count { get; private set; }

    /// <summary>What is wrong, the first <see cref="Most"/>.</summary>
    public IReadOnlyList<BadRequest.Types.FieldViolation> Found => _found is null ? [] : _found;

    /// <summary>Steps into a field of a message.</summary>
    public Scope In(string field) => Push(new Segment(field, -1, null));

    /// <summary>Steps into an element of a repeated field.</summary>
    public Scope In(string field, int index) => Push(new Segment(field, index, null));

    /// <summary>Steps into an entry of a map.</summary>
    public Scope In(string field, string key) => Push(new Segment(field, -1, key));

    /// <summary>Something is wrong with a field of the message that was stepped into; empty for that message itself.</summary>
    public void Add(string field, string description)
    {
        if (Count++ < Most)
        {
            (_found ??= []).Add(new BadRequest.Types.FieldViolation { Field = PathTo(field), Description = description });
        }
    }

    /// <summary>The path of a field of the message that was stepped into.</summary>
    public string PathTo(string field)
    {
        var path = new StringBuilder();
        for (var i = 0; i < _depth; i++)
        {
            _path[i].AppendTo(path);
        }

        if (field.Length > 0)
        {
            new Segment(field, -1, null).AppendTo(path);
        }

        return path.ToString();
    }

    /// <summary>Forgets what was found; the path stays.</summary>
    public void Clear()
    {
        Count = 0;
        _found = null;
    }

    /// <summary>Everything that was found, for a person.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        foreach (var violation in Found)
        {
            text.Append(text.Length == 0 ? string.Empty : "; ").Append(violation.Field).Append(": ").Append(violation.Description);
        }

        return Count <= Most ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $"; and {Count - Most} more").ToString();
    }

    private Scope Push(Segment segment)
    {
        if (_depth == _path.Length)
        {
            Array.Resize(ref _path, _depth * 2);
        }

        _path[_depth++] = segment;
        return new Scope(this);
    }

    private void Pop()
    {
        Debug.Assert(_depth > 0, "Every step out follows a step in.");
        _path[--_depth] = default;
    }

    /// <summary>A step into a field; disposing it steps out.</summary>
    internal readonly ref struct Scope(FieldViolations owner)
    {
        public void Dispose() => owner.Pop();
    }

    private readonly record struct Segment(string Field, int Index, string? Key)
    {
        public void AppendTo(StringBuilder path)
        {
            path.Append(path.Length == 0 ? string.Empty : ".").Append(Field);
            if (Index >= 0)
            {
                path.Append('[').Append(Index.ToString(CultureInfo.InvariantCulture)).Append(']');
            }
            else if (Key is not null)
            {
                path.Append("[\"").Append(Key.Length <= 64 ? Key : string.Concat(Key.AsSpan(0, 61), "...")).Append("\"]");
            }
        }
    }
}
