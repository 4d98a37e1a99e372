using System.Runtime.InteropServices;

namespace Causeway.Core.Recording.Capture;

/// <summary>Threads that are not to take time from requests.</summary>
internal static class ThreadPriorities
{
    private const int OfThread = 0;   // PRIO_PROCESS: on Linux, with the number 0, the calling thread
    private const int Niceness = 2;      // two fifths of a processor that requests use up: as much as their rows need

    /// <summary>The calling thread gives way to others. On Linux .NET's own priorities do nothing.</summary>
    public static void GiveWay()
    {
        if (OperatingSystem.IsLinux()) _ = SetPriority(OfThread, 0, Niceness);
        else Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
    }

#pragma warning disable SYSLIB1054   // its code would be unsafe code; three numbers need no marshalling
    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);
#pragma warning restore SYSLIB1054
}
