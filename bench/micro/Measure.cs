using System.Diagnostics;

namespace Causeway.Bench;

/// <summary>A stopwatch around many calls, many times; what the calls need is made beforehand.</summary>
internal static class Measure
{
    private const int Calls = 500;
    private const int WarmUps = 40;
    private const int Runs = 41;

    /// <summary>Microseconds (median and best run) and bytes allocated of one call.</summary>
    public static (double Median, double Best, long Bytes) Of<T>(Func<T> make, Action<T> call)
        where T : IDisposable
    {
        var things = new T[Calls];
        Span<double> runs = stackalloc double[Runs];
        long bytes = 0;
        for (var run = -WarmUps; run < Runs; run++)
        {
            for (var i = 0; i < Calls; i++) things[i] = make();
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var began = Stopwatch.GetTimestamp();
            foreach (var thing in things) call(thing);
            var elapsed = Stopwatch.GetElapsedTime(began);
            bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / Calls;
            if (run >= 0) runs[run] = elapsed.TotalMicroseconds / Calls;
            foreach (var thing in things) thing.Dispose();
        }

        runs.Sort();
        return (runs[Runs / 2], runs[0], bytes);
    }
}
