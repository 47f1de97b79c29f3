using Personalization.Domain.Storage;
using Personalization.Host;
using Personalization.Host.Configuration;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

if (CommandLine.FindMistake(args) is { } mistake)
{
    Console.Error.WriteLine($"{mistake} See --help.");
    return 2;
}

try
{
    var app = EngineHost.Build(args);
    await app.StartAsync();
    Console.WriteLine(EngineHost.ReadyLine(app));
    await app.WaitForShutdownAsync();
    await app.DisposeAsync();
    return 0;
}
catch (Exception e) when (WrongSettings.Of(e) is { } failures)
{
    foreach (var failure in failures)
    {
        Console.Error.WriteLine(failure);
    }

    return 2;
}
catch (Exception e) when (e is InvalidDataException || e is InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" })
{
    // Settings that are no settings: a file that is no JSON, a word where a number belongs. The message names them.
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (Exception e) when (e is StartException or IOException or StorageUnavailableException)
{
    // Somebody can mend these: a port that is taken, a folder that is in use.
    Console.Error.WriteLine(e.Message);
    return 1;
}
