"""Proof that the tokenizer is the same in both languages: 100,000 random strings, made by a generator that both have.

The file holds one digest per thousand strings, so that a difference is found without storing the strings.
"""
import json

STRINGS, PER_DIGEST = 100_000, 1_000
MASK = (1 << 64) - 1

# Pieces that random strings are glued from, beside single random code points: the rules' own borders.
PIECES = [
    "love", "don't", "DON'T", "can't", "won\u2019t", "it's", "they're", "I'd", "n't", "'s", "'", "''", "dont", "soooo",
    "aaaa", "\u00e9\u00e9\u00e9", "BEST", "Great", "http://a.b/c?d=e", "https://", "www.x", "http", "https ", "@user", "@", "#tag",
    "#", "##", ":)", ":-(", ":D", ":d!", "<3", "</3", ":'(", ":/", ":///", "...", "..", "\u2026", "--", "\u2014", "!!!", "?!", "??",
    "3.50", "1,000", "1.", "5'4\"", "\u00e4\u00d6\u00fc", "\u0130\u0131", "\u0391\u03a3\u03c2", "\u041f\u0440\u0438\u0432\u0435\u0442", "\u0411\u041e",
    "\u0645\u0631\u062d\u0628\u0627\u061f", "\u0928\u092e\u0938\u094d\u0924\u0947\u0964", "\u65e5\u672c\u8a9e", "\ud55c\uad6d\uc5b4", "\u3000", "\u00a0",
    "\u200b", "\u200d", "\ufe0f", "\U0001f60d", "\U0001f60d\U0001f60d", "\U0001f44d\U0001f3fd", "\U0001f468\u200d\U0001f469", "\u2764\ufe0f",
    "\U0001f1e9\U0001f1ea", "\u2600", "\u00ad", "\ud800", "\udc00", "\x00", "\t", "\n", "\u0149", "\u017f", "\u0178", "\ufffd", "\U00020000",
    "\U0010ffff", "averyveryverylongwordthatgoesonandonwithoutanyendinsight",
]


class SplitMix:
    """SplitMix64 (Steele, Lea, Flood 2014)."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, n):
        return self.next() % n


def string(random):
    out = []
    for _ in range(random.below(12)):
        choice = random.below(10)
        if choice < 4:
            out.append(PIECES[random.below(len(PIECES))])
        elif choice < 6:
            out.append(" ")
        elif choice < 8:
            out.append(chr(0x20 + random.below(0x60)))
        elif choice < 9:
            out.append(chr(random.below(0x3000)))
        else:
            out.append(chr(random.below(0x110000)))
    return join_surrogates("".join(out))


def join_surrogates(text):
    """In UTF-16 a high and a low surrogate side by side are one character: the same here."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace_lone") if any(
        0xD800 <= ord(c) <= 0xDFFF for c in text) else text


def _replace_lone(error):
    # One lone surrogate is one U+FFFD, as every decoder of UTF-16 units one by one sees it.
    return "\ufffd", error.start + 2


import codecs  # noqa: E402

codecs.register_error("replace_lone", _replace_lone)


def write(tok, path):
    random = SplitMix(42)
    digests, digest = [], FNV
    for i in range(STRINGS):
        for token in tok.encode(string(random)):
            for value in token:
                digest = ((digest ^ value) * PRIME) & MASK
        digest = ((digest ^ 0xFFFFFFFF) * PRIME) & MASK
        if (i + 1) % PER_DIGEST == 0:
            digests.append(f"{digest:016x}")
            digest = FNV
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"seed": 42, "strings": STRINGS, "per_digest": PER_DIGEST, "pieces": PIECES, "digests": digests}, file)
        file.write("\n")


FNV = 14695981039346656037
PRIME = 1099511628211
