namespace Personalization.LoadTest.Commands;

/// <summary>What the demo was asked to do.</summary>
internal sealed record DemoOptions
{
    public int Seconds { get; init; } = 60;

    /// <summary>Prints the summary as one JSON object on the last line.</summary>
    public bool Json { get; init; }

    /// <summary>Only serves; no simulation.</summary>
    public bool Serve { get; init; }

    /// <summary>What to replay in place of the simulation; null: nothing.</summary>
    public ReplaySource? Replay { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>Events a second to aim for, open loop; 0: closed loop.</summary>
    public double Rate { get; init; }

    public int Shoppers { get; init; } = 300;

    public int Products { get; init; } = 4000;

    /// <summary>Visits under way at a time in a closed loop.</summary>
    public int Lanes { get; init; } = 16;

    /// <summary>A server that runs already; null: start one.</summary>
    public string? Target { get; init; }

    /// <summary>Where the server's data go and stay; null: a temporary folder.</summary>
    public string? KeepData { get; init; }

    /// <summary>Reviews or feelings that a product must have to be compared with its truth.</summary>
    public int MinFeelings { get; init; } = 5;

    /// <summary>Users whose withheld item is asked for in a replay of sequences.</summary>
    public int Sample { get; init; } = 2000;

    /// <summary>The server's assembly.</summary>
    public string ServerBinary { get; init; } = DefaultServerBinary;

    /// <summary>The server that is built beside this program.</summary>
    public static string DefaultServerBinary { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory,
        "..", "..", "Personalization.Host", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "Personalization.Host.dll"));
}

/// <summary>Real data to replay.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="File">Where it is.</param>
internal sealed record ReplaySource(ReplayKind Kind, string File);

/// <summary>The kinds of data that can be replayed.</summary>
internal enum ReplayKind
{
    /// <summary>Tab-separated reviews with stars.</summary>
    Reviews,
    /// <summary>A line for each user: the user, then the items in order.</summary>
    Sequences,
}
