using System.Buffers;
using System.Text;

namespace Personalization.Scoring.Text;

/// <summary>
/// Cuts text into the numbers that the text model reads. The same algorithm as models/text/tokenizer.py, step by step;
/// golden files hold the two equal. Safe for threads.
/// </summary>
/// <remarks>
/// Works on code points, lower-cased and folded by <see cref="CodePoints"/>. Words are looked up in the vocabulary and, for
/// what it lacks, hashed whole and by their beginnings and endings. Contractions are written out (don't: do, not), pictures
/// and emoticons become a word, and what is emphasised (!!!, sooo, CAPITALS) is followed by a mark.
/// </remarks>
internal sealed class TextTokenizer
{
    public const int Pad = 0;
    public const int Unknown = 1;
    public const int SubwordsPerToken = 4;
    private const int AlgorithmVersion = 1;
    private const int MaxEmoticon = 3;
    private static readonly Token _url = Token.Mark(2);
    private static readonly Token _user = Token.Mark(3);
    private static readonly Token _repeated = Token.Mark(4);
    private static readonly Token _elongated = Token.Mark(5);
    private static readonly Token _capitals = Token.Mark(6);
    private static readonly int[] _ellipsis = ['…'];

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _index;
    private readonly Dictionary<string, Token>.AlternateLookup<ReadOnlySpan<char>> _endings;
    private readonly Dictionary<string, Token>.AlternateLookup<ReadOnlySpan<char>> _emoticons;
    private readonly Dictionary<string, (Token, Token)>.AlternateLookup<ReadOnlySpan<char>> _pairs;
    private readonly Dictionary<int, Token> _emoji = [];
    private readonly Token _not;
    private readonly uint _buckets;
    private readonly int _maxWord;

    /// <summary>A tokenizer.</summary>
    /// <param name="parameters">From the model's metadata.</param>
    /// <param name="words">The vocabulary; the first has id <see cref="TokenizerParameters.FirstWord"/>.</param>
    /// <exception cref="NotSupportedException">The parameters ask for another algorithm.</exception>
    public TextTokenizer(TokenizerParameters parameters, ReadOnlySpan<string> words)
    {
        if (parameters.Version != AlgorithmVersion || parameters.Subwords != SubwordsPerToken)
        {
            throw new NotSupportedException(
                $"The model asks for tokenizer version {parameters.Version} with {parameters.Subwords} subwords; "
                + $"this is version {AlgorithmVersion} with {SubwordsPerToken}.");
        }

        (_buckets, _maxWord) = (parameters.Buckets, parameters.MaxWord);
        var index = new Dictionary<string, int>(words.Length, StringComparer.Ordinal);
        for (var i = 0; i < words.Length; i++)
        {
            index[words[i]] = parameters.FirstWord + i;
        }

        _index = index.GetAlternateLookup<ReadOnlySpan<char>>();
        _endings = parameters.Endings.ToDictionary(e => e.Key, e => Known(e.Value), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _emoticons = parameters.Emoticons.ToDictionary(e => e.Key, e => Known(e.Value), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _pairs = parameters.Pairs.ToDictionary(e => e.Key, e => (Known(e.Value[0]), Known(e.Value[1])), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (picture, word) in parameters.Emoji)
        {
            _emoji[char.ConvertToUtf32(picture, 0)] = Known(word);
        }

        _not = Known("not");
    }

    /// <summary>The id of a word of the vocabulary; <see cref="Unknown"/> for any other.</summary>
    public int IdOf(ReadOnlySpan<char> word) => _index.TryGetValue(word, out var id) ? id : Unknown;

    /// <summary>Cuts a text.</summary>
    public TextTokens Encode(ReadOnlySpan<char> text)
    {
        var codes = ArrayPool<int>.Shared.Rent(text.Length + 1);
        var letterCase = ArrayPool<sbyte>.Shared.Rent(text.Length + 1);
        // A token takes at least one character and adds at most one mark or second word.
        var tokens = ArrayPool<Token>.Shared.Rent(2 * text.Length + 2);
        try
        {
            var length = Decode(text, codes, letterCase, out var damaged);
            var pass = new Pass(this, codes.AsSpan(0, length), letterCase.AsSpan(0, length), tokens);
            return Collect(tokens.AsSpan(0, pass.Run()), damaged);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(codes);
            ArrayPool<sbyte>.Shared.Return(letterCase);
            ArrayPool<Token>.Shared.Return(tokens);
        }
    }

    private static int Decode(ReadOnlySpan<char> text, Span<int> codes, Span<sbyte> letterCase, out int damaged)
    {
        var length = 0;
        damaged = 0;
        while (!text.IsEmpty)
        {
            // Ill-formed units come back as U+FFFD, one by one; one in the text was put there by somebody who decoded it badly.
            Rune.DecodeFromUtf16(text, out var rune, out var used);
            text = text[used..];
            var c = rune.Value;
            damaged += c == CodePoints.Replacement ? 1 : 0;
            if (CodePoints.Kind(c) == CodePointKind.Skip)
            {
                continue;
            }

            c = CodePoints.Fold(c);
            letterCase[length] = c is >= 'A' and <= 'Z' ? (sbyte)1 : c is >= 'a' and <= 'z' ? (sbyte)-1 : (sbyte)0;
            codes[length++] = CodePoints.Lower(c);
        }

        return length;
    }

    private static TextTokens Collect(ReadOnlySpan<Token> tokens, int damaged)
    {
        var words = new int[tokens.Length];
        var subwords = new int[tokens.Length * SubwordsPerToken];
        for (var i = 0; i < tokens.Length; i++)
        {
            var token = tokens[i];
            words[i] = token.Word;
            var at = i * SubwordsPerToken;
            (subwords[at], subwords[at + 1], subwords[at + 2], subwords[at + 3]) = (token.Whole, token.Start, token.End, token.Stem);
        }

        return new TextTokens(words, subwords, damaged);
    }

    private Token Known(string word)
    {
        Span<int> codes = stackalloc int[word.Length];
        var length = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            codes[length++] = rune.Value;
        }

        return TokenOf(codes[..length]);
    }

    private Token TokenOf(ReadOnlySpan<int> codes)
    {
        codes = codes[..Math.Min(codes.Length, _maxWord)];
        return new Token(
            TryFind(codes, out var word) ? word : Unknown,
            Bucket(0, codes),
            codes.Length > 4 ? Bucket(1, codes[..4]) : 0,
            codes.Length > 3 ? Bucket(2, codes[^3..]) : 0,
            codes.Length > 6 ? Bucket(3, codes[..6]) : 0);
    }

    private bool TryFind(ReadOnlySpan<int> codes, out int word)
    {
        word = Unknown;
        // No word of the vocabulary is longer than the longest that is looked at.
        if (codes.Length > _maxWord)
        {
            return false;
        }

        Span<char> text = stackalloc char[2 * codes.Length];
        return _index.TryGetValue(text[..Write(codes, text)], out word);
    }

    private static int Write(ReadOnlySpan<int> codes, Span<char> text)
    {
        var length = 0;
        foreach (var c in codes)
        {
            length += new Rune(c).EncodeToUtf16(text[length..]);
        }

        return length;
    }

    // FNV-1a over code points, folded: 1 to buckets - 1; 0 is "none".
    private int Bucket(uint salt, ReadOnlySpan<int> codes)
    {
        var hash = (2166136261 ^ salt) * 16777619;
        foreach (var c in codes)
        {
            hash = (hash ^ (uint)c) * 16777619;
        }

        hash ^= hash >> 15;
        return (int)(1 + hash % (_buckets - 1));
    }

    private readonly record struct Token(int Word, int Whole, int Start, int End, int Stem)
    {
        public static Token Mark(int id) => new(id, 0, 0, 0, 0);
    }

    /// <summary>One walk over one text.</summary>
    private ref struct Pass(TextTokenizer owner, ReadOnlySpan<int> codes, ReadOnlySpan<sbyte> letterCase, Span<Token> tokens)
    {
        private readonly ReadOnlySpan<int> _codes = codes;
        private readonly ReadOnlySpan<sbyte> _letterCase = letterCase;
        private readonly Span<Token> _tokens = tokens;
        private int _count;

        public int Run()
        {
            var i = 0;
            while (i < _codes.Length)
            {
                i = Next(i);
            }

            return _count;
        }

        private int Next(int i)
        {
            var c = _codes[i];
            switch (CodePoints.Kind(c))
            {
                case CodePointKind.Space:
                    return i + 1;
                case CodePointKind.Word:
                    return Word(i);
                case CodePointKind.Ideograph:
                    Add(owner.TokenOf(_codes.Slice(i, 1)));
                    return i + 1;
                case CodePointKind.Emoji:
                    return Emoji(i);
                default:
                    return IsWord(i + 1) ? SymbolBeforeWord(c, i) : Symbol(i);
            }
        }

        private int SymbolBeforeWord(int c, int i)
        {
            switch (c)
            {
                case '@':
                    Add(_user);
                    return EndOfName(i + 1);
                case '#':
                    return i + 1;
                case '\'' when TryEnding(_codes[(i + 1)..EndOfWord(i + 1)], out var ending):
                    Add(ending);
                    return EndOfWord(i + 1);
                default:
                    return Symbol(i);
            }
        }

        private int Word(int i)
        {
            if (IsUrl(i))
            {
                Add(_url);
                return EndOfUrl(i);
            }

            var j = i;
            while (j < _codes.Length && (IsWord(j) || IsInnerApostrophe(j) || IsInnerPoint(j)))
            {
                j++;
            }

            Emit(_codes[i..j]);
            if (IsCapitals(_letterCase[i..j]))
            {
                Add(_capitals);
            }

            return j;
        }

        private readonly bool IsInnerApostrophe(int j) => _codes[j] == '\'' && IsWord(j + 1);

        private readonly bool IsInnerPoint(int j) =>
            _codes[j] is ',' or '.' && j > 0 && CodePoints.IsDigit(_codes[j - 1]) && j + 1 < _codes.Length && CodePoints.IsDigit(_codes[j + 1]);

        private static bool IsCapitals(ReadOnlySpan<sbyte> letterCase) => letterCase.Count((sbyte)1) >= 2 && !letterCase.Contains((sbyte)-1);

        private readonly bool IsUrl(int i)
        {
            var rest = _codes[i..];
            return StartsWith(rest, "http://") || StartsWith(rest, "https://") || StartsWith(rest, "www.")
                || IsWhole(rest, "http") || IsWhole(rest, "https");
        }

        private static bool IsWhole(ReadOnlySpan<int> rest, string word) =>
            StartsWith(rest, word) && (rest.Length == word.Length || CodePoints.Kind(rest[word.Length]) == CodePointKind.Space);

        private static bool StartsWith(ReadOnlySpan<int> codes, string prefix)
        {
            if (codes.Length < prefix.Length)
            {
                return false;
            }

            for (var k = 0; k < prefix.Length; k++)
            {
                if (codes[k] != prefix[k])
                {
                    return false;
                }
            }

            return true;
        }

        // Splits contractions as the Penn Treebank does (do|n't, it|'s) and writes the endings out.
        private void Emit(ReadOnlySpan<int> word)
        {
            if (TryPair(word))
            {
                return;
            }

            if (word is [.., 'n', '\'', 't'])
            {
                if (word.Length > 3)
                {
                    Piece(word[..^3]);
                }

                Add(owner._not);
                return;
            }

            var at = word.LastIndexOf('\'');
            if (at >= 0 && TryEnding(word[(at + 1)..], out var ending))
            {
                Piece(word[..at]);
                Add(ending);
                return;
            }

            Piece(word);
        }

        private void Piece(ReadOnlySpan<int> word)
        {
            if (!HasLongRun(word))
            {
                Add(owner.TokenOf(word));
                return;
            }

            // Squeezed words are no longer than the word; of very long ones only the beginning is ever looked at.
            var twice = ArrayPool<int>.Shared.Rent(word.Length);
            var once = ArrayPool<int>.Shared.Rent(word.Length);
            var squeezed = twice.AsSpan(0, Squeeze(word, 2, twice));
            var more = once.AsSpan(0, Squeeze(word, 1, once));
            var best = !owner.TryFind(squeezed, out _) && owner.TryFind(more, out _) ? more : squeezed;
            Add(owner.TokenOf(best));
            Add(_elongated);
            ArrayPool<int>.Shared.Return(twice);
            ArrayPool<int>.Shared.Return(once);
        }

        private static bool HasLongRun(ReadOnlySpan<int> word)
        {
            for (var i = 2; i < word.Length; i++)
            {
                if (word[i] == word[i - 1] && word[i] == word[i - 2] && !CodePoints.IsDigit(word[i]))
                {
                    return true;
                }
            }

            return false;
        }

        // Shortens every run of three or more equal letters to `keep`.
        private static int Squeeze(ReadOnlySpan<int> word, int keep, Span<int> into)
        {
            var length = 0;
            for (int i = 0, j; i < word.Length; i = j)
            {
                for (j = i; j < word.Length && word[j] == word[i]; j++)
                {
                }

                var run = j - i;
                run = run >= 3 && !CodePoints.IsDigit(word[i]) ? keep : run;
                into.Slice(length, run).Fill(word[i]);
                length += run;
            }

            return length;
        }

        private int Emoji(int i)
        {
            var j = EndOfRun(i);
            Add(owner._emoji.TryGetValue(_codes[i], out var known) ? known : owner.TokenOf(_codes.Slice(i, 1)));
            if (j - i > 1)
            {
                Add(_repeated);
            }

            return j;
        }

        private int Symbol(int i)
        {
            if (TryEmoticon(i, out var after))
            {
                return after;
            }

            int c = _codes[i], j = EndOfRun(i), run = j - i;
            if (c == '…' || (c == '.' && run >= 2))
            {
                Add(owner.TokenOf(_ellipsis));
                return j;
            }

            Add(owner.TokenOf(_codes.Slice(i, 1)));
            if (run >= 2 && (c is '!' or '?'))
            {
                Add(_repeated);
            }

            return j;
        }

        private bool TryEmoticon(int i, out int after)
        {
            Span<char> text = stackalloc char[2 * MaxEmoticon];
            for (var length = Math.Min(MaxEmoticon, _codes.Length - i); length > 1; length--)
            {
                after = i + length;
                // Not the beginning of a word (":d" of ":de") or of a path (":/" of "://").
                var stands = after == _codes.Length || (!IsWord(after) && _codes[after] != '/');
                if (stands && owner._emoticons.TryGetValue(text[..Write(_codes.Slice(i, length), text)], out var known))
                {
                    Add(known);
                    return true;
                }
            }

            after = i;
            return false;
        }

        private bool TryPair(ReadOnlySpan<int> word)
        {
            const int Longest = 16;
            Span<char> text = stackalloc char[2 * Longest];
            if (word.Length > Longest || !owner._pairs.TryGetValue(text[..Write(word, text)], out var pair))
            {
                return false;
            }

            Add(pair.Item1);
            Add(pair.Item2);
            return true;
        }

        private readonly bool TryEnding(ReadOnlySpan<int> codes, out Token ending)
        {
            const int Longest = 4;
            Span<char> text = stackalloc char[2 * Longest];
            ending = default;
            return codes.Length <= Longest && owner._endings.TryGetValue(text[..Write(codes, text)], out ending);
        }

        private readonly bool IsWord(int i) => i < _codes.Length && CodePoints.Kind(_codes[i]) == CodePointKind.Word;

        private readonly int EndOfWord(int i)
        {
            while (IsWord(i))
            {
                i++;
            }

            return i;
        }

        private readonly int EndOfName(int i)
        {
            while (IsWord(i) || (i < _codes.Length && _codes[i] == '_'))
            {
                i++;
            }

            return i;
        }

        private readonly int EndOfUrl(int i)
        {
            while (i < _codes.Length && CodePoints.Kind(_codes[i]) != CodePointKind.Space)
            {
                i++;
            }

            return i;
        }

        private readonly int EndOfRun(int i)
        {
            var j = i + 1;
            while (j < _codes.Length && _codes[j] == _codes[i])
            {
                j++;
            }

            return j;
        }

        private void Add(Token token) => _tokens[_count++] = token;
    }
}
