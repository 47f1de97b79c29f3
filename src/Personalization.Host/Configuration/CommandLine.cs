namespace Personalization.Host.Configuration;

/// <summary>The short names of what people give on the command line; every other setting goes by its full name (<c>--Engine:Bind</c>).</summary>
public static class CommandLine
{
    /// <summary>Short name to configuration key.</summary>
    public static readonly IReadOnlyDictionary<string, string> Switches = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["--grpc-port"] = "Engine:GrpcPort",
        ["--http-port"] = "Engine:HttpPort",
        ["--bind"] = "Engine:Bind",
        ["--data"] = "Engine:Data",
        ["--role"] = "Engine:Role",
    };

    /// <summary>What the command says of itself.</summary>
    public const string Help =
        """
        Personalization.Host: the engine, in one process.

          --grpc-port N   port of gRPC; 0 takes a free one (default 5080)
          --http-port N   port of the status page, health and metrics; 0 takes a free one (default 5081)
          --bind ADDRESS  address to listen on (default 127.0.0.1)
          --data DIR      folder of the data file (default .data)
          --role ROLE     all (default); api, silo and scoring need cluster storage
          --Section:Key VALUE   any other setting of appsettings.json; also PERSONALIZATION_Section__Key in the environment

        When it is ready it prints one line: READY grpc=URL http=URL mode=Real|Polyfill
        """;

    /// <summary>Finds a switch that nothing reads: a typing mistake must not be taken for silence.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static string? FindMistake(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i].Split('=', 2)[0];
            if (!name.StartsWith("--", StringComparison.Ordinal))
            {
                return $"'{args[i]}' is not an option.";
            }

            if (!Switches.ContainsKey(name) && !SettingNames.IsSection(name[2..].Split(':', 2)))
            {
                return $"'{name}' is not an option.";
            }

            if (!args[i].Contains('=', StringComparison.Ordinal) && ++i >= args.Count)
            {
                return $"'{name}' needs a value.";
            }
        }

        return null;
    }
}
