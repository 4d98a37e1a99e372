using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Causeway.EndToEnd.Harness.Load;

/// <summary>What the gateway's log says of one exchange.</summary>
/// <param name="Attempts">The upstream calls: <c>provider/model status</c>, separated by commas.</param>
/// <param name="Input">Input tokens; null if unknown.</param>
/// <param name="Output">Output tokens; null if unknown.</param>
/// <param name="Line">The whole line.</param>
internal sealed record ExchangeRecord(string Attempts, long? Input, long? Output, string Line);

/// <summary>Collects the records of exchanges from the gateway's log, by the model that was asked for.</summary>
internal sealed class ExchangeRecords
{
    private readonly ConcurrentDictionary<string, ExchangeRecord> _records = new(StringComparer.Ordinal);

    /// <summary>Models that were asked for by more than one exchange, and lines that tell of bugs.</summary>
    public ConcurrentQueue<string> Surprises { get; } = new();

    /// <summary>How many there are.</summary>
    public int Count => _records.Count;

    /// <summary>Takes a line of the log.</summary>
    public void Take(string line)
    {
        if (!line.StartsWith('{')) return;
        if (line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal) || line.Contains("\"LogLevel\":\"Critical\"", StringComparison.Ordinal)) Surprises.Enqueue(line);
        if (!line.Contains("\"Attempts\":", StringComparison.Ordinal) || JsonNode.Parse(line)?["State"] is not { } state) return;
        var record = new ExchangeRecord(state["Attempts"]?.ToString() ?? "", Number(state["Input"]), Number(state["Output"]), line);
        if (state["Model"]?.ToString() is not { Length: > 0 } model) return;   // the client left before it had said what it wants
        if (!_records.TryAdd(model, record)) Surprises.Enqueue($"a second record: {line}");
    }

    /// <summary>The record of the exchange that asked for a model; null if there is none.</summary>
    public ExchangeRecord? Find(string model) => _records.GetValueOrDefault(model);

    /// <summary>How many have attempts of a kind.</summary>
    public int CountOf(Func<string, bool> kind) => _records.Values.Count(record => kind(record.Attempts));

    /// <summary>Waits until there are so many: they are written after the answer has gone out.</summary>
    public async Task WaitForAsync(int count, TimeSpan? atMost = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (Count < count && Stopwatch.GetElapsedTime(began) < (atMost ?? TimeSpan.FromSeconds(10))) await Task.Delay(50);
    }

    private static long? Number(JsonNode? value) => long.TryParse(value?.ToString(), CultureInfo.InvariantCulture, out var number) ? number : null;
}
