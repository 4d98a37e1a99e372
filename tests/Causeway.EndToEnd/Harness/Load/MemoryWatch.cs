using System.Globalization;

namespace Causeway.EndToEnd.Harness.Load;

/// <summary>Watches the memory that a process holds.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private readonly string _file;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private readonly List<double> _samples = [];

    /// <summary>Begins to watch.</summary>
    public MemoryWatch(int process)
    {
        _file = $"/proc/{process}/status";
        _watching = WatchAsync();
    }

    /// <summary>The most in the first half of the time and in the second, in MB.</summary>
    public (double First, double Second) Peaks
    {
        get
        {
            lock (_samples)
            {
                var half = _samples.Count / 2;
                return half == 0 ? (0, 0) : (_samples.Take(half).Max(), _samples.Skip(half).Max());
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested && File.Exists(_file))
        {
            var line = (await File.ReadAllLinesAsync(_file)).FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            if (line is not null)
            {
                lock (_samples) _samples.Add(double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024);
            }

            await Task.Delay(250, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
