using System.Text.Json;

namespace Personalization.LoadTest.Replaying;

/// <summary>What a user went for, in order.</summary>
internal sealed record UserSequence(string User, string[] Items)
{
    /// <summary>All but the last.</summary>
    public ReadOnlySpan<string> Seen => Items.AsSpan(0, Items.Length - 1);

    /// <summary>The last: what is to be found.</summary>
    public string Withheld => Items[^1];
}

/// <summary>Reads a line for each user: the user, then the items in order, separated by blanks.</summary>
internal static class SequenceFile
{
    /// <summary>Every user with at least two items.</summary>
    /// <exception cref="InvalidDataException">A line has no item; says which.</exception>
    public static IReadOnlyList<UserSequence> Read(string file)
    {
        var users = new List<UserSequence>();
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            var cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (cells.Length == 1)
            {
                throw new InvalidDataException($"{file}, line {number}: expected a user and at least one item.");
            }

            if (cells.Length > 2)
            {
                users.Add(new UserSequence(cells[0], cells[1..]));
            }
        }

        return users;
    }

    /// <summary>
    /// The items' attributes from the file of that name beside the sequences ({name}_item2attributes.json, item → attribute
    /// numbers); empty when there is none.
    /// </summary>
    public static IReadOnlyDictionary<string, int[]> ReadAttributes(string sequenceFile)
    {
        var beside = Path.Combine(Path.GetDirectoryName(sequenceFile)!, Path.GetFileNameWithoutExtension(sequenceFile) + "_item2attributes.json");
        if (!File.Exists(beside))
        {
            return new Dictionary<string, int[]>();
        }

        using var stream = File.OpenRead(beside);
        return JsonSerializer.Deserialize<Dictionary<string, int[]>>(stream)
            ?? throw new InvalidDataException($"{beside}: expected an object of item → [attribute, …].");
    }
}
