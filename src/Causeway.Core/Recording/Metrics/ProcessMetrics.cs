using System.Diagnostics;

namespace Causeway.Core.Recording.Metrics;

/// <summary>The process, under the names that all Prometheus libraries have for it, and which build it is.</summary>
public static class ProcessMetrics
{
    private const string Descriptors = "/proc/self/fd";   // of Linux

    /// <summary>Adds them to <paramref name="registry"/>.</summary>
    public static void AddTo(MetricRegistry registry, string version)
    {
        var started = StartTime();
        registry.AddRead(new("process_cpu_seconds", MetricKind.Counter, "seconds", "Time of processors that the process has used."), samples => samples.Add((decimal)Environment.CpuUsage.TotalTime.Ticks / TimeSpan.TicksPerSecond));
        registry.AddRead(new("process_resident_memory_bytes", MetricKind.Gauge, "bytes", "Memory that the process holds."), samples => samples.Add(Environment.WorkingSet));
        registry.AddRead(new("process_start_time_seconds", MetricKind.Gauge, "seconds", "When the process began, in seconds since 1970."), samples => samples.Add(started));
        registry.AddRead(new("process_open_fds", MetricKind.Gauge, "", "Files and connections that the process has open."), samples =>
        {
            if (Directory.Exists(Descriptors)) samples.Add(Directory.EnumerateFileSystemEntries(Descriptors).Count());
        });
        registry.AddRead(new("causeway_build", MetricKind.Info, "", "The version of the gateway.", new MetricLabel("version")), samples => samples.Add(1, version));
    }

    private static decimal StartTime()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000m;
    }
}
