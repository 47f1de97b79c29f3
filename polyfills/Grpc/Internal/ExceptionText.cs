namespace Grpc.Internal;

/// <summary>An exception and those within it on one line: a status has no place for an inner exception.</summary>
internal static class ExceptionText
{
    public static string Describe(Exception error)
    {
        var text = $"{error.GetType().Name}: {error.Message}";
        return error.InnerException is null ? text : $"{text} {Describe(error.InnerException)}";
    }
}
