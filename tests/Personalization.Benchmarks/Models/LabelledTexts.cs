using System.Globalization;

namespace Personalization.Benchmarks.Models;

/// <summary>A text and what people say of it.</summary>
/// <param name="Title">A headline; empty when there is none.</param>
/// <param name="Text">The text.</param>
/// <param name="Group">What it belongs to (a language); empty when to nothing.</param>
/// <param name="Labels">Its label; or its labels, where it may have several.</param>
internal sealed record LabelledText(string Title, string Text, string Group, IReadOnlySet<int> Labels);

/// <summary>
/// Reads tab-separated texts: a header line, then one text a line. Columns: text, optionally title and lang, and one of
/// label (a number from 0), label_ids (numbers, joined by commas) or stars (1–2 negative, 3 neutral, 4–5 positive).
/// </summary>
internal static class LabelledTexts
{
    /// <summary>Every text of a file.</summary>
    /// <exception cref="InvalidDataException">A column is missing, or a line does not fit the header; says which.</exception>
    public static IReadOnlyList<LabelledText> Read(string file)
    {
        using var lines = File.ReadLines(file).GetEnumerator();
        var header = lines.MoveNext() ? lines.Current.Split('\t') : [];
        var (text, title, group) = (Array.IndexOf(header, "text"), Array.IndexOf(header, "title"), Array.IndexOf(header, "lang"));
        var labels = Array.FindIndex(header, static name => name is "label" or "label_ids" or "stars");
        if (text < 0 || labels < 0)
        {
            throw new InvalidDataException($"{file}: the first line must name the columns text and one of label, label_ids, stars.");
        }

        var texts = new List<LabelledText>();
        for (var number = 2; lines.MoveNext(); number++)
        {
            var cells = lines.Current.Split('\t');
            if (cells.Length != header.Length)
            {
                throw new InvalidDataException($"{file}, line {number}: {cells.Length} columns; the first line names {header.Length}.");
            }

            texts.Add(new LabelledText(
                title < 0 ? "" : cells[title], cells[text], group < 0 ? "" : cells[group], Labels(header[labels], cells[labels], file, number)));
        }

        return texts;
    }

    private static HashSet<int> Labels(string column, string cell, string file, int line)
    {
        var labels = new HashSet<int>();
        foreach (var part in cell.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var label))
            {
                throw new InvalidDataException($"{file}, line {line}: {column} is '{cell}'; it must be a number, or several joined by commas.");
            }

            labels.Add(column == "stars" ? Math.Clamp(label, 2, 4) - 2 : label);
        }

        return labels;
    }
}
