using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Harness.Load;

namespace Causeway.EndToEnd;

/// <summary>
/// Many requests over an upstream of which three calls in ten fail, with one healthy fallback: no client sees a failure, none is sent twice
/// once something of its answer was delivered, and the record of each exchange has each of its attempts.
/// </summary>
[Collection(nameof(LoadTests))]
public sealed class FlakyUpstreamTests(ITestOutputHelper output)
{
    private const int Clients = 64;

    /// <summary>The requests go round all of these: half of the providers speak the client's dialect, and half of the fallbacks the provider's.</summary>
    private static readonly string[] Models = ["flaky/same", "flaky/other", "flaky-claude/same", "flaky-claude/other"];

    private static JsonObject Provider(string address, string speaks, JsonObject more)
    {
        more["base_url"] = address;
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject { ["name"] = "test", ["value"] = "sk-upstream-secret" }),
            ["custom_provider_config"] = new JsonObject { ["base_provider_type"] = speaks },
            ["network_config"] = more,
        };
    }

    private static JsonObject Config(FlakyUpstream upstream)
    {
        JsonObject Flaky(string name, string speaks) => Provider(upstream.AddressOfFlaky(name), speaks, new JsonObject
        {
            ["max_retries"] = 1, ["retry_backoff_initial"] = 5, ["retry_backoff_max"] = 50, ["default_request_timeout_in_seconds"] = FlakyUpstream.TimeoutSeconds,
            ["stream_idle_timeout_in_seconds"] = FlakyUpstream.TimeoutSeconds,
        });
        return new JsonObject
        {
            ["providers"] = new JsonObject
            {
                ["flaky"] = Flaky("flaky", "openai"),
                ["flaky-claude"] = Flaky("flaky-claude", "anthropic"),
                ["steady"] = Provider(upstream.AddressOfSteady("steady"), "openai", []),
                ["steady-claude"] = Provider(upstream.AddressOfSteady("steady-claude"), "anthropic", []),
            },
            ["model_aliases"] = new JsonObject { ["few-*"] = "flaky/few" },
            ["fallbacks"] = new JsonObject
            {
                ["few-*"] = new JsonArray("steady/few"),
                ["flaky/same-*"] = new JsonArray("steady/*"),
                ["flaky/other-*"] = new JsonArray("steady-claude/*"),
                ["flaky-claude/same-*"] = new JsonArray("steady-claude/*"),
                ["flaky-claude/other-*"] = new JsonArray("steady/*"),
            },
        };
    }

    /// <summary>Models of their own for all requests: none of them fails often enough to rest, so that three in ten stay three in ten.</summary>
    [Fact]
    public async Task No_client_sees_a_failure_and_each_attempt_is_in_the_record()
    {
        var (calls, faults) = await RunAsync(LoadScale.Of(100_000), id => $"{Models[(id >> 3) % Models.Length]}-{id}");
        Assert.InRange(faults / (double)calls, FlakyUpstream.FaultRate - 0.02, FlakyUpstream.FaultRate + 0.02);
    }

    /// <summary>One model for all: it rests now and then, after five failures in a row, and the fallback is asked first meanwhile.</summary>
    [Fact]
    public Task The_same_holds_where_all_ask_for_one_model() => RunAsync(LoadScale.Of(10_000), id => $"few-{id}");

    /// <summary>Once something was delivered, a failure is said to the client, and nobody is asked again.</summary>
    [Theory]
    [InlineData("flaky/same")]
    [InlineData("flaky-claude/other")]
    public async Task What_breaks_in_the_middle_is_told_and_not_asked_again(string name)
    {
        var records = new ExchangeRecords();
        await using var upstream = new FlakyUpstream();
        await using var gateway = await GatewayProcess.StartAsync(Config(upstream), onLog: records.Take);
        var asked = ClientVoice.All.SelectMany(voice => Enum.GetValues<LateFault>().Select(fault => (Voice: voice, Id: FlakyUpstream.Late + (int)fault))).ToList();
        var problems = await Task.WhenAll(asked.Select(async (one, index) =>
        {
            using var wire = await Wire.ConnectAsync(gateway.Port);
            await wire.PostAsync(one.Voice.Path($"{name}-{index}", stream: true), one.Voice.Body($"{name}-{index}", RawUpstream.Prompt(one.Id), stream: true));
            var body = await wire.ReadBodyAsync(await wire.ReadHeadAsync() ?? throw new IOException("closed before the head"));
            var isTold = ClientVoice.TellsOfFailure(body) && body.Contains("Number", StringComparison.Ordinal) && one.Voice.Understand(body, stream: true).StartsWith("no", StringComparison.Ordinal);
            return isTold ? null : $"{index} {(LateFault)(one.Id - FlakyUpstream.Late)}: {body}";
        }));
        await records.WaitForAsync(asked.Count);
        Problems.AreNone(problems);
        var attempts = asked.Select((_, index) => records.Find($"{name}-{index}")?.Attempts).Order(StringComparer.Ordinal);
        Assert.Equal(Enum.GetValues<LateFault>().SelectMany(fault => upstream.Attempts(FlakyUpstream.Late + (int)fault).Split(", ")).Order(StringComparer.Ordinal), attempts);
        Assert.Equal(asked.Count, records.Count);
    }

    private async Task<(long Calls, long Faults)> RunAsync(int count, Func<int, string> modelOf)
    {
        var records = new ExchangeRecords();
        await using var upstream = new FlakyUpstream();
        await using var gateway = await GatewayProcess.StartAsync(Config(upstream), onLog: records.Take);
        await using var memory = new MemoryWatch(gateway.ProcessId);
        var failures = new ConcurrentQueue<string>();
        var next = -1;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            Wire? wire = null;
            while (Interlocked.Increment(ref next) is var id && id < count)
            {
                try
                {
                    wire ??= await Wire.ConnectAsync(gateway.Port);
                    if (await AskAsync(wire, id, modelOf(id)) is { } failure) failures.Enqueue($"{id} {modelOf(id)}: {failure}");
                }
                catch (Exception broken) when (broken is IOException or SocketException)
                {
                    failures.Enqueue($"{id} {modelOf(id)}: {broken.Message}");
                    wire?.Dispose();
                    wire = null;
                }
            }

            wire?.Dispose();
        })));
        var elapsed = Stopwatch.GetElapsedTime(began);
        await records.WaitForAsync(count);
        var (calls, faults) = upstream.Flaky;
        output.WriteLine($"{count} requests in {elapsed.TotalSeconds:0.0} s: {count / elapsed.TotalSeconds:0}/s; {faults} of {calls} calls failed, {records.CountOf(all => all.Contains(", steady", StringComparison.Ordinal))} went on to the fallback, {records.CountOf(all => all.StartsWith("steady", StringComparison.Ordinal))} began there; the gateway's memory {memory.Peaks.First:0} MB, then {memory.Peaks.Second:0} MB");
        output.WriteLine(string.Join(", ", upstream.Played.OrderBy(played => played.Key).Select(played => $"{played.Key} {played.Value}")));

        Problems.AreNone(failures);
        Problems.AreNone(upstream.SentTwice);
        Problems.AreNone(records.Surprises);
        Problems.AreNone(Enumerable.Range(0, count).Select(id => Compare(id, records.Find(modelOf(id)), upstream)));
        Assert.Equal(count, records.Count);
        Assert.True(memory.Peaks.Second < (memory.Peaks.First * 1.5) + 50, $"the gateway's memory grew from {memory.Peaks.First:0} to {memory.Peaks.Second:0} MB");
        return (calls, faults);
    }

    /// <summary>Asks, and reads the answer; null, or what is wrong with it.</summary>
    private static async Task<string?> AskAsync(Wire wire, int id, string model)
    {
        var (voice, stream) = (ClientVoice.All[id & 3], (id & 4) != 0);
        await wire.PostAsync(voice.Path(model, stream), voice.Body(model, RawUpstream.Prompt(id), stream));
        var head = await wire.ReadHeadAsync() ?? throw new IOException("closed before the head");
        var body = await wire.ReadBodyAsync(head);
        if (Wire.Status(head) != 200) return $"{Wire.Status(head)} {body}";
        var text = voice.Understand(body, stream);
        return text == string.Concat(FlakyUpstream.Tokens(id)) ? null : text;
    }

    /// <summary>What differs between the record of an exchange and what the upstreams saw of it; null if nothing does.</summary>
    private static string? Compare(int id, ExchangeRecord? record, FlakyUpstream upstream)
    {
        if (record is null) return $"{id}: no record";
        var isSame = record.Attempts == upstream.Attempts(id) && (record.Input, record.Output) == upstream.Usage(id);
        return isSame ? null : $"{id}: {upstream.Attempts(id)}, {upstream.Usage(id)}, but the record has {record.Line}";
    }
}
