using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Core.Recording.Redaction;

#pragma warning disable CA5394 // numbers for a measurement

namespace Causeway.Bench;

/// <summary>What it takes to redact a body: code without anything to be found, code with some addresses and keys, and a picture in base64.</summary>
internal static class RedactCase
{
    private const int Runs = 201;

    /// <summary>Measures all cases and prints their rows.</summary>
    public static void Run()
    {
        Console.WriteLine("Redacting a body of 200 KB, with all built-in detectors; beside the requests, so this is no latency.");
        Console.WriteLine();
        Console.WriteLine("| body | patterns | ms | best ms | places | bytes |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        var random = new Random(1);
        var picture = new byte[150_000];
        random.NextBytes(picture);
        foreach (var patterns in (PatternDetector[][])[[], [new PatternDetector("employee", "EMP-[0-9]{6}")]])
        {
            var redactor = new Redactor(new RedactionConfig { Patterns = patterns });
            Case("code", patterns.Length, redactor, Code(random, i => $"id_{i}"));
            Case("code with 1,000 addresses", patterns.Length, redactor, Code(random, i => $"user{i}@example.com"));
            Case("a picture", patterns.Length, redactor, Convert.ToBase64String(picture));
        }
    }

    private static string Code(Random random, Func<int, string> word)
    {
        var text = new StringBuilder();
        for (var i = 0; text.Length < 190_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"    if (items[{i}].Count > {random.Next(100)}) return Compute(\"{(i % 4 == 0 ? word(i) : "name")}\", {random.NextDouble():F3}); // {random.Next()}, see https://example.com/{i}\n");
        }

        return text.ToString();
    }

    private static void Case(string name, int patterns, Redactor redactor, string text)
    {
        var body = Encoding.UTF8.GetBytes(new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["content"] = text }) }.ToJsonString());
        var output = new ArrayBufferWriter<byte>(body.Length * 2);
        var (runs, places, bytes) = (new double[Runs], 0, 0L);
        for (var run = -Runs; run < Runs; run++)
        {
            output.ResetWrittenCount();
            var (began, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            places = redactor.Redact(body, output);
            if (run >= 0) runs[run] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        }

        runs.AsSpan().Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name}, {body.Length >> 10} KB | {patterns} | {runs[Runs / 2]:F2} | {runs[0]:F2} | {places} | {bytes} |"));
    }
}
