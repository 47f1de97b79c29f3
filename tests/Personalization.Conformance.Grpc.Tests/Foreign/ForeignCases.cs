using System.Text.Json;

namespace Personalization.Conformance.Grpc.Foreign;

/// <summary>What came of the cases of a foreign script.</summary>
/// <param name="Outcomes">What went wrong in each case; null where nothing did.</param>
/// <param name="Errors">What the script said besides.</param>
public sealed record ForeignCases(IReadOnlyDictionary<string, string?> Outcomes, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs a script of the <c>foreign</c> folder, which prints a JSON object for each of its cases.</summary>
    public static async Task<ForeignCases> RunAsync(string script, params string[] arguments)
    {
        using var client = await NodeInstallation.StartAsync(script, arguments);
        var errors = client.StandardError.ReadToEndAsync();
        var outcomes = new Dictionary<string, string?>(StringComparer.Ordinal);
        try
        {
            while (await client.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
            {
                using var outcome = JsonDocument.Parse(line);
                var root = outcome.RootElement;
                outcomes.Add(
                    root.GetProperty("case").GetString()!,
                    root.GetProperty("ok").GetBoolean() ? null : root.GetProperty("detail").GetString());
            }

            await client.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            if (!client.HasExited)
            {
                client.Kill(entireProcessTree: true);
            }
        }

        return new ForeignCases(outcomes, await errors);
    }

    /// <summary>Fails unless a case was run and nothing went wrong in it.</summary>
    public void AssertPassed(string name)
    {
        Assert.True(Outcomes.TryGetValue(name, out var outcome), $"The client did not get to '{name}'.\n{Errors}");
        Assert.True(outcome is null, outcome);
    }
}
