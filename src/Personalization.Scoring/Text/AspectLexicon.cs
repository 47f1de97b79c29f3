namespace Personalization.Scoring.Text;

/// <summary>
/// Which words name which part of a product or purchase. Small and English; it finds the aspect, and what is felt about it
/// is what the model reads in the clause around the word.
/// </summary>
internal sealed class AspectLexicon
{
    private static readonly (string Aspect, string[] Words)[] _entries =
    [
        ("texture", ["texture", "consistency", "creamy", "greasy", "oily", "sticky", "silky", "smooth", "watery", "lightweight", "gritty", "clumpy", "itchy", "scratchy", "soft"]),
        ("scent", ["scent", "smell", "smells", "smelled", "smelling", "fragrance", "perfume", "odor", "aroma", "scented", "stink", "stinks"]),
        ("shade", ["shade", "shades", "color", "colors", "colour", "colours", "tint", "tone", "hue", "pigment", "pigmented"]),
        ("price", ["price", "priced", "pricey", "cost", "costs", "expensive", "cheap", "overpriced", "affordable", "value", "money", "bargain"]),
        ("delivery", ["delivery", "delivered", "shipping", "shipped", "arrived", "courier", "shipment"]),
        ("service", ["service", "support", "staff", "representative", "refund", "helpful", "rude", "reply", "response"]),
        ("fit", ["fit", "fits", "fitted", "fitting", "size", "sizes", "sizing", "tight", "loose", "snug", "baggy"]),
        ("quality", ["quality", "durable", "flimsy", "sturdy", "material", "fabric", "stitching", "well-made"]),
        ("packaging", ["packaging", "package", "packaged", "bottle", "pump", "box", "lid", "cap", "tube", "jar", "applicator"]),
    ];

    private static readonly string[] _borders = [".", "!", "?", ";", ",", "…", ":", "(", ")", "but", "however", "although", "though", "yet", "while", "and", "except"];

    private readonly Dictionary<int, int> _aspects = [];
    private readonly HashSet<int> _ends = [];

    /// <summary>A lexicon over the ids of a tokenizer's vocabulary; words that it lacks are left out.</summary>
    public AspectLexicon(TextTokenizer tokenizer)
    {
        for (var aspect = 0; aspect < _entries.Length; aspect++)
        {
            foreach (var word in _entries[aspect].Words)
            {
                _aspects[tokenizer.IdOf(word)] = aspect;
            }
        }

        foreach (var word in _borders)
        {
            _ends.Add(tokenizer.IdOf(word));
        }

        _aspects.Remove(TextTokenizer.Unknown);
        _ends.Remove(TextTokenizer.Unknown);
    }

    /// <summary>The name of an aspect.</summary>
    public static string NameOf(int aspect) => _entries[aspect].Aspect;

    /// <summary>Adds the clauses of a text that name an aspect, a clause once for each aspect that it names.</summary>
    /// <param name="words">The text's word ids.</param>
    /// <param name="longest">The most tokens of a clause; of a longer one those around the word are taken.</param>
    /// <param name="most">The most clauses.</param>
    /// <param name="rows">Where they go.</param>
    public void AddClauses(ReadOnlySpan<int> words, int longest, int most, List<TextRow> rows)
    {
        var (start, left) = (0, most);
        for (var i = 0; i <= words.Length && left > 0; i++)
        {
            if (i < words.Length && !_ends.Contains(words[i]))
            {
                continue;
            }

            left -= AddClause(words, start, i, longest, left, rows);
            start = i + 1;
        }
    }

    private int AddClause(ReadOnlySpan<int> words, int start, int end, int longest, int left, List<TextRow> rows)
    {
        var (named, added) = (0, 0);
        for (var i = start; i < end && added < left; i++)
        {
            if (_aspects.TryGetValue(words[i], out var aspect) && (named & (1 << aspect)) == 0)
            {
                named |= 1 << aspect;
                var from = Math.Max(start, Math.Min(i - longest / 2, end - longest));
                rows.Add(new TextRow(from, Math.Min(end, from + longest) - from, aspect));
                added++;
            }
        }

        return added;
    }
}
