using System.Diagnostics;
using System.Globalization;
using Causeway.Core.Configuration;
using Causeway.Core.Recording.Log;
using Causeway.LogBench;
using Causeway.Storage.Logs;

// Writes a log of made-up traffic through the store and asks it questions: [--rows N] [--times N] [--text] [--file logs.db] [--ask: only asks a file that is there] [--trim DAYS: then deletes what is older, while rows are written]
const int Batch = 500;

string? Option(string name) => Array.IndexOf(args, name) is var at and >= 0 ? args[at + 1] : null;
var rows = long.Parse(Option("--rows") ?? "10000000", CultureInfo.InvariantCulture);
var times = int.Parse(Option("--times") ?? "100", CultureInfo.InvariantCulture);
var file = Path.GetFullPath(Option("--file") ?? Path.Combine(Directory.CreateTempSubdirectory("causeway-logs-").FullName, "logs.db"));
var withText = args.Contains("--text");
var (from, span) = (new DateTimeOffset(2026, 10, 27, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromDays(30));

await using var store = await LogStores.OpenAsync(new SqliteStoreConfig(file), "/", default);
if (!args.Contains("--ask")) await WriteAsync();
await new Questions(store, from, from + span, times).RunAsync(withText);
if (Option("--trim") is { } days) await TrimAsync(double.Parse(days, CultureInfo.InvariantCulture));
Console.WriteLine($"\nmemory at the end: {Environment.WorkingSet >> 20} MB");

async Task WriteAsync()
{
    var alone = new Traffic(1, rows, from, span, withText);
    var before = Cpu();
    var tried = Math.Min(rows, 200_000);
    for (var made = 0L; made < tried; made += Batch) alone.Next(Batch);
    var making = (Cpu() - before) / tried;
    var traffic = new Traffic(1, rows, from, span, withText);
    before = Cpu();
    var began = Stopwatch.GetTimestamp();
    for (var (written, batch) = (0L, traffic.Next(Batch)); batch.Count > 0; batch = traffic.Next(Batch))
    {
        await store.AddAsync(batch, default);
        written += batch.Count;
        if (written % 1_000_000 == 0) Console.Error.WriteLine($"{written / 1_000_000} M rows, {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s, {((Cpu() - before) / written) - making:F2} µs of CPU a row");
    }

    var extent = await store.ExtentAsync(default);
    Console.WriteLine($"{rows:N0} rows in batches of {Batch}: {((Cpu() - before) / rows) - making:F2} µs of CPU a row without making them ({making:F2} µs), {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s; {extent.Bytes / 1e9:F2} GB, {extent.Bytes / (double)rows:F0} bytes a row");
}

async Task TrimAsync(double days)
{
    var (waits, number) = (new List<double>(), 0);
    var began = Stopwatch.GetTimestamp();
    var trimming = store.TrimAsync(new LogRetention(TimeSpan.FromDays(days), null, null), from + span, default);
    var traffic = new Traffic(2, 1_000_000, from + span, TimeSpan.FromHours(1), withText);
    for (; !trimming.IsCompleted && number < 1_000_000; number += 10)
    {
        var batch = traffic.Next(10);
        var asked = Stopwatch.GetTimestamp();
        await store.AddAsync(batch, default);
        waits.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
    }

    var trimmed = await trimming;
    var extent = await store.ExtentAsync(default);
    waits.Sort();
    Console.WriteLine($"\n{trimmed.Rows:N0} rows older than {days} days deleted in {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s; {number:N0} rows written meanwhile in batches of 10: p50 {waits[waits.Count / 2]:F1} ms, p95 {waits[waits.Count * 95 / 100]:F1} ms, worst {waits[^1]:F0} ms; {extent.Bytes / 1e9:F2} GB are left");
}

static double Cpu() => Process.GetCurrentProcess().TotalProcessorTime.TotalMicroseconds;
