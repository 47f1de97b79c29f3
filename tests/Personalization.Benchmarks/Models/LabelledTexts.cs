using System.Globalization;

namespace Personalization.Benchmarks.Models;

/// <summary>A text and what people say of it.</summary>
/// <param name="Title">A headline; empty when there is none.</param>
/// <param name="Text">The text.</param>
/// <param name="Group">What it belongs to (a language); empty when to nothing.</param>
/// <param name="Labels">Its label; or its labels, where it may have several; each once.</param>
/// <param name="Place">Where it stands: file and line.</param>
internal sealed record LabelledText(string Title, string Text, string Group, IReadOnlyList<int> Labels, string Place);

/// <summary>
/// Reads tab-separated texts: a header line, then one text a line. Columns: text, optionally title and lang, and one of
/// label (a number from 0), label_ids (numbers, joined by commas) or stars (1–2 negative, 3 neutral, 4–5 positive).
/// </summary>
internal static class LabelledTexts
{
    /// <summary>Every text of a file.</summary>
    /// <exception cref="InvalidDataException">A column is missing, or a line does not fit the header, or there is none; says which.</exception>
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
            var (cells, place) = (lines.Current.Split('\t'), $"{file}, line {number}");
            if (cells.Length != header.Length)
            {
                throw new InvalidDataException($"{place}: {cells.Length} columns; the first line names {header.Length}.");
            }

            texts.Add(new LabelledText(
                title < 0 ? "" : cells[title], cells[text], group < 0 ? "" : cells[group], Labels(header[labels], cells[labels], place), place));
        }

        return texts.Count > 0 ? texts : throw new InvalidDataException($"{file}: no text follows the first line.");
    }

    private static List<int> Labels(string column, string cell, string place)
    {
        var labels = new List<int>();
        foreach (var part in cell.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var label))
            {
                throw new InvalidDataException($"{place}: {column} is '{cell}'; it must be a number, or several joined by commas.");
            }

            label = column == "stars" ? Math.Clamp(label, 2, 4) - 2 : label;
            if (!labels.Contains(label))
            {
                labels.Add(label);
            }
        }

        return labels;
    }
}
