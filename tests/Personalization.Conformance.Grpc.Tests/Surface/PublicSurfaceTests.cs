using System.Reflection;

namespace Personalization.Conformance.Grpc.Surface;

/// <summary>
/// <c>surface.txt</c> lists what the stand-in offers. It offers nothing that the packages lack: what compiles against it compiles
/// against them.
/// </summary>
public sealed class PublicSurfaceTests
{
    private static string Mode => typeof(PublicSurfaceTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "PackageMode").Value!;

    [Fact]
    public void Surface_ThatIsListed_IsThere()
    {
        var missing = Listed().Except(PublicSurface.Read(), StringComparer.Ordinal).ToList();

        Assert.True(missing.Count == 0, $"listed but not there:\n{string.Join('\n', missing)}");
    }

    [Fact]
    public void Surface_OfTheStandIn_IsListed()
    {
        // The packages have more than is listed, and may.
        var more = Mode == "Polyfill" ? PublicSurface.Read().Except(Listed(), StringComparer.Ordinal).ToList() : [];

        Assert.True(more.Count == 0, $"there but not listed:\n{string.Join('\n', more)}");
    }

    private static string[] Listed() => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Surface", "surface.txt"));
}
