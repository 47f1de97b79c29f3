using System.Runtime.InteropServices;

namespace Personalization.Grains.Snapshots;

/// <summary>Has a thread that works in the background yield to those who serve.</summary>
internal static class BackgroundThread
{
    // Of two threads that want a processor, this one gets about a tenth of it.
    private const int Niceness = 10;
    private const int OfAThread = 0;
    private const int Calling = 0;

    /// <summary>Lowers the calling thread for the rest of its life.</summary>
    public static void Lower()
    {
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;

        // There the priority of a thread is its niceness, which the runtime leaves alone.
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(OfAThread, Calling, Niceness);
        }
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int niceness);
}
