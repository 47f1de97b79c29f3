using Personalization.Grains.Snapshots;

namespace Personalization.Cluster.Tests;

public sealed class BackgroundThreadTests
{
    [Fact]
    public void Lower_OnLinux_MakesTheCallingThreadNicerAndNoOther()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var (before, lowered) = (Niceness(), 0);
        var thread = new Thread(() =>
        {
            BackgroundThread.Lower();
            lowered = Niceness();
        });
        thread.Start();
        thread.Join();
        Assert.True(lowered > before || lowered == 19, $"{lowered} after {before}");
        Assert.Equal(before, Niceness());
    }

    // After the name, which may hold anything and is in brackets, come 16 fields, and then the niceness.
    private static int Niceness()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], System.Globalization.CultureInfo.InvariantCulture);
    }
}
