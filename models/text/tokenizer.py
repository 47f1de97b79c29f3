"""Cuts text into the numbers that the text model reads.

The same algorithm is written once more in C# (Personalization.Scoring, TextTokenizer); golden/ proves the two equal.
To keep that possible nothing here depends on a Unicode database, whose versions differ between runtimes: character
classes and lower case are the explicit ranges below, and everything works on code points.
"""

PAD, UNKNOWN, URL, USER, REPEATED, ELONGATED, CAPITALS = range(7)
FIRST_WORD = 7
SUBWORDS = 4
BUCKETS = 32768
MAX_WORD = 40

SPACE, WORD, IDEOGRAPH, EMOJI, SYMBOL, SKIP = range(6)

# Contracted endings, as cut off after the apostrophe, and the words that stand for them: GloVe here has no "n't" or "'s".
ENDINGS = {"s": "'s", "m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}

# Whole words that stand for two: irregular contractions, and those that people write without the apostrophe.
PAIRS = {
    "can't": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not"), "cannot": ("can", "not"),
    "cant": ("can", "not"), "wont": ("will", "not"), "dont": ("do", "not"), "doesnt": ("does", "not"),
    "didnt": ("did", "not"), "isnt": ("is", "not"), "wasnt": ("was", "not"), "arent": ("are", "not"),
    "werent": ("were", "not"), "couldnt": ("could", "not"), "wouldnt": ("would", "not"), "shouldnt": ("should", "not"),
    "havent": ("have", "not"), "hasnt": ("has", "not"), "hadnt": ("had", "not"),
}

# What a picture says in one word of the vocabulary: a picture has no GloVe vector of its own.
EMOJI_WORDS = {
    "😀": "happy", "😁": "happy", "😂": "laughing", "🤣": "laughing", "😃": "happy", "😄": "happy", "😅": "relief",
    "😆": "laughing", "😉": "wink", "😊": "happy", "😋": "delicious", "😎": "cool", "😍": "love", "🥰": "love",
    "😘": "kiss", "🙂": "smile", "☺": "smile", "🤗": "hug", "🤩": "amazing", "🤔": "wondering", "😐": "meh",
    "😑": "meh", "😶": "speechless", "🙄": "annoying", "😏": "smirk", "😣": "struggling", "😥": "disappointed",
    "😮": "surprised", "😯": "surprised", "😲": "astonished", "😳": "embarrassed", "😪": "tired", "😫": "tired",
    "😴": "sleepy", "😌": "relieved", "😒": "unhappy", "😓": "stressed", "😔": "sad", "😕": "confused",
    "🙁": "sad", "☹": "sad", "😖": "upset", "😞": "disappointed", "😟": "worried", "😤": "frustrated", "😢": "sad",
    "😭": "crying", "😦": "shocked", "😧": "shocked", "😨": "scared", "😩": "tired", "🤯": "shocked", "😬": "awkward",
    "😰": "anxious", "😱": "scared", "😵": "dizzy", "🥺": "begging", "😡": "angry", "😠": "angry", "🤬": "furious",
    "🤢": "disgusting", "🤮": "disgusting", "😷": "sick", "🤒": "sick", "❤": "love", "🧡": "love", "💛": "love",
    "💚": "love", "💙": "love", "💜": "love", "🖤": "love", "💕": "love", "💖": "love", "💗": "love", "💓": "love",
    "💔": "heartbroken", "♥": "love", "👍": "good", "👎": "bad", "👏": "bravo", "🙌": "hooray", "🙏": "thanks",
    "👌": "perfect", "💪": "strong", "🔥": "awesome", "✨": "wonderful", "🎉": "celebrate", "💯": "perfect",
    "⭐": "excellent", "🌟": "excellent", "💩": "crap", "😻": "love", "🤷": "indifferent", "🤦": "embarrassing",
}

# After lower-casing; tried longest first.
EMOTICONS = {
    ":-)": "smile", ":)": "smile", "=)": "smile", ":-d": "happy", ":d": "happy", ";-)": "wink", ";)": "wink",
    ":-(": "sad", ":(": "sad", "=(": "sad", ":'(": "crying", ":-/": "unsure", ":/": "unsure", ":-p": "playful",
    ":p": "playful", "<3": "love", "</3": "heartbroken",
}
MAX_EMOTICON = 3


def lower(c):
    if c < 0x80:
        return c + 32 if 0x41 <= c <= 0x5A else c
    if c < 0x100:
        return c + 32 if 0xC0 <= c <= 0xDE and c != 0xD7 else c
    if c < 0x180:
        if c == 0x178:
            return 0xFF
        if c in (0x130, 0x131, 0x138, 0x149, 0x17F):
            return c
        odd_is_upper = 0x139 <= c <= 0x148 or 0x179 <= c <= 0x17E
        return c + 1 if (c & 1) == (1 if odd_is_upper else 0) else c
    if 0x391 <= c <= 0x3A9 and c != 0x3A2:
        return c + 32
    if 0x410 <= c <= 0x42F:
        return c + 32
    if 0x400 <= c <= 0x40F:
        return c + 80
    return c


def fold(c):
    """Typographic variants become the plain character that GloVe's corpus has."""
    if c in (0x2018, 0x2019, 0x02BC, 0x60, 0xB4):
        return 0x27
    if c in (0x201C, 0x201D, 0x201E, 0xAB, 0xBB):
        return 0x22
    if c in (0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015):
        return 0x2D
    return 0xFFFD if 0xD800 <= c <= 0xDFFF else c


def kind(c):
    if c < 0x80:
        if 0x30 <= c <= 0x39 or 0x41 <= c <= 0x5A or 0x61 <= c <= 0x7A:
            return WORD
        return SPACE if c <= 0x20 or c == 0x7F else SYMBOL
    if c < 0xC0:
        if c == 0xAD:
            return SKIP
        if c in (0xAA, 0xB5, 0xBA):
            return WORD
        return SPACE if c <= 0xA0 else SYMBOL
    if c < 0x2000:
        if c in (0xD7, 0xF7, 0x60C, 0x61B, 0x61F, 0x6D4, 0x964, 0x965):
            return SYMBOL
        return SPACE if c == 0x1680 else WORD
    if c < 0x2C00:
        if 0x200B <= c <= 0x200F or c == 0x2060:
            return SKIP
        if c <= 0x200A or 0x2028 <= c <= 0x202F or c == 0x205F:
            return SPACE
        if 0x2190 <= c <= 0x21FF or 0x2300 <= c <= 0x23FF or 0x2600 <= c <= 0x27BF or c >= 0x2B00:
            return EMOJI
        return SYMBOL
    if c < 0x10000:
        if c == 0x3000:
            return SPACE
        if 0x3040 <= c <= 0x30FF or 0x3400 <= c <= 0x9FFF or 0xF900 <= c <= 0xFAFF:
            return IDEOGRAPH
        if 0xFE00 <= c <= 0xFE0F or c == 0xFEFF:
            return SKIP
        if 0x2C00 <= c <= 0x2DFF or 0x3100 <= c <= 0x33FF or 0xA000 <= c <= 0xD7FF or 0xFB00 <= c <= 0xFDFF or 0xFE70 <= c:
            return SYMBOL if 0xFF00 <= c <= 0xFF0F or c >= 0xFFF0 else WORD
        return SYMBOL
    if 0x1F3FB <= c <= 0x1F3FF:
        return SKIP
    if 0x1F000 <= c <= 0x1FAFF:
        return EMOJI
    return IDEOGRAPH if 0x20000 <= c <= 0x3FFFF else (WORD if c < 0x1F000 else SYMBOL)


def bucket(salt, codes):
    """FNV-1a over code points, folded: 1..BUCKETS-1; 0 is 'none'."""
    h = (2166136261 ^ salt) * 16777619 & 0xFFFFFFFF
    for c in codes:
        h = (h ^ c) * 16777619 & 0xFFFFFFFF
    h ^= h >> 15
    return 1 + h % (BUCKETS - 1)


class Tokenizer:
    """Turns text into (word id, four subword buckets) per token."""

    def __init__(self, words):
        self.index = {word: FIRST_WORD + i for i, word in enumerate(words)}
        self.emoji = {ord(k): v for k, v in EMOJI_WORDS.items()}
        self.cache = {}

    def encode(self, text):
        """A list of (word, s0, s1, s2, s3)."""
        codes, upper = [], []
        for character in text:
            c = ord(character)
            if kind(c) == SKIP:
                continue
            c = fold(c)
            low = lower(c)
            codes.append(low)
            upper.append(1 if 0x41 <= c <= 0x5A else (-1 if 0x61 <= c <= 0x7A else 0))
        out = []
        i, n = 0, len(codes)
        while i < n:
            i = self._next(codes, upper, i, n, out)
        return out

    def _next(self, codes, upper, i, n, out):
        c = codes[i]
        k = kind(c)
        if k == SPACE:
            return i + 1
        if k == WORD:
            return self._word(codes, upper, i, n, out)
        if k == IDEOGRAPH:
            out.append(self._token((c,)))
            return i + 1
        if k == EMOJI:
            return self._emoji(codes, i, n, out)
        follows_word = i + 1 < n and kind(codes[i + 1]) == WORD
        if c == 0x40 and follows_word:
            j = i + 1
            while j < n and (kind(codes[j]) == WORD or codes[j] == 0x5F):
                j += 1
            out.append((USER, 0, 0, 0, 0))
            return j
        if c == 0x23 and follows_word:
            return i + 1
        if c == 0x27 and follows_word:
            j = i + 1
            while j < n and kind(codes[j]) == WORD:
                j += 1
            ending = ENDINGS.get(self._text(codes[i + 1:j]))
            if ending:
                out.append(self._known(ending))
                return j
        return self._symbol(codes, i, n, out)

    def _word(self, codes, upper, i, n, out):
        if self._is_url(codes, i, n):
            j = i
            while j < n and kind(codes[j]) != SPACE:
                j += 1
            out.append((URL, 0, 0, 0, 0))
            return j
        j = i
        while j < n:
            if kind(codes[j]) == WORD:
                j += 1
            elif codes[j] == 0x27 and j + 1 < n and kind(codes[j + 1]) == WORD:
                j += 1
            elif codes[j] in (0x2C, 0x2E) and self._digit(codes, j - 1, n) and self._digit(codes, j + 1, n):
                j += 1
            else:
                break
        self._emit(codes[i:j], out)
        shape = upper[i:j]
        if shape.count(1) >= 2 and -1 not in shape:
            out.append((CAPITALS, 0, 0, 0, 0))
        return j

    @staticmethod
    def _digit(codes, i, n):
        return 0 <= i < n and 0x30 <= codes[i] <= 0x39

    @staticmethod
    def _is_url(codes, i, n):
        for prefix in ("http://", "https://", "www."):
            if n - i >= len(prefix) and all(codes[i + k] == ord(p) for k, p in enumerate(prefix)):
                return True
        for whole in ("http", "https"):
            j = i + len(whole)
            if n >= j and all(codes[i + k] == ord(p) for k, p in enumerate(whole)) and (j == n or kind(codes[j]) == SPACE):
                return True
        return False

    def _emit(self, word, out):
        """Splits contractions as the Penn Treebank does (do|n't, it|'s) and writes the endings out."""
        pair = PAIRS.get(self._text(word))
        if pair:
            out.extend(map(self._known, pair))
            return
        if len(word) >= 3 and word[-3:] == [0x6E, 0x27, 0x74]:
            if len(word) > 3:
                self._piece(word[:-3], out)
            out.append(self._known("not"))
            return
        if 0x27 in word:
            at = len(word) - 1 - word[::-1].index(0x27)
            ending = ENDINGS.get(self._text(word[at + 1:]))
            if ending:
                self._piece(word[:at], out)
                out.append(self._known(ending))
                return
        self._piece(word, out)

    def _piece(self, word, out):
        squeezed = self._squeeze(word, 2)
        if squeezed is None:
            out.append(self._token(tuple(word)))
            return
        once = self._squeeze(word, 1)
        if self._text(squeezed) not in self.index and self._text(once) in self.index:
            squeezed = once
        out.append(self._token(tuple(squeezed)))
        out.append((ELONGATED, 0, 0, 0, 0))

    @staticmethod
    def _text(word):
        return "".join(map(chr, word))

    @staticmethod
    def _squeeze(word, keep):
        """Shortens every run of three or more equal letters to `keep`; None when there is none."""
        out, changed, i = [], False, 0
        while i < len(word):
            j = i
            while j < len(word) and word[j] == word[i]:
                j += 1
            run = j - i
            if run >= 3 and not 0x30 <= word[i] <= 0x39:
                changed, run = True, keep
            out.extend([word[i]] * run)
            i = j
        return out if changed else None

    def _emoji(self, codes, i, n, out):
        j = i + 1
        while j < n and codes[j] == codes[i]:
            j += 1
        word = self.emoji.get(codes[i])
        out.append(self._known(word) if word else self._token((codes[i],)))
        if j - i > 1:
            out.append((REPEATED, 0, 0, 0, 0))
        return j

    def _symbol(self, codes, i, n, out):
        for length in range(MAX_EMOTICON, 1, -1):
            j = i + length
            if j > n:
                continue
            word = EMOTICONS.get(self._text(codes[i:j]))
            if word and (j == n or (kind(codes[j]) != WORD and codes[j] != 0x2F)):
                out.append(self._known(word))
                return j
        c, j = codes[i], i + 1
        while j < n and codes[j] == c:
            j += 1
        run = j - i
        if c == 0x2026 or (c == 0x2E and run >= 2):
            out.append(self._token((0x2026,)))
        else:
            out.append(self._token((c,)))
            if run >= 2 and c in (0x21, 0x3F):
                out.append((REPEATED, 0, 0, 0, 0))
        return j

    def _known(self, word):
        return self._token(tuple(map(ord, word)))

    def _token(self, codes):
        known = self.cache.get(codes)
        if known is None:
            codes = codes[:MAX_WORD]
            size = len(codes)
            known = (
                self.index.get(self._text(codes), UNKNOWN),
                bucket(0, codes),
                bucket(1, codes[:4]) if size > 4 else 0,
                bucket(2, codes[-3:]) if size > 3 else 0,
                bucket(3, codes[:6]) if size > 6 else 0,
            )
            if len(self.cache) < 400_000:
                self.cache[codes] = known
        return known
