using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Causeway.Core.Governance.Ledger;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Harness.Load;

namespace Causeway.EndToEnd;

/// <summary>
/// The gateway is killed again and again under load, at random moments and at the very moment when a client has an answer as a whole, and
/// restarted: no such answer is missing from the ledger, none is there twice, the numbers are those of the upstream, and budgets remember what the rows say.
/// </summary>
[Collection(nameof(LoadTests))]
public sealed class LedgerKillTests(ITestOutputHelper output)
{
    private const int Clients = 8;
    private const int LongestLife = 120;   // milliseconds under load
    private const int Sample = 10;         // of so many restarts one, the budgets are compared with the rows

    /// <summary>The virtual keys that clients send, in turn; the first is none.</summary>
    private static readonly string[] Keys = ["", "x-bf-vk: vk-dollars\r\n", "x-bf-vk: vk-tokens\r\n"];

    private static readonly string[] Models = ["flaky/same", "flaky/other", "flaky-claude/same", "flaky-claude/other"];

    private readonly ConcurrentDictionary<int, bool> _whole = new();
    private readonly ConcurrentQueue<string> _wrong = new();
    private volatile TaskCompletionSource _up = new();
    private Action? _onWhole;   // called once, by the next client that has an answer
    private int _asked = -1;
    private int _cut;

    private static JsonObject Config(FlakyUpstream upstream)
    {
        static JsonObject Provider(string address, string speaks) => new()
        {
            ["custom_provider_config"] = new JsonObject { ["base_provider_type"] = speaks, ["is_key_less"] = true },
            ["network_config"] = new JsonObject
            {
                ["base_url"] = address, ["max_retries"] = 1, ["retry_backoff_initial"] = 5, ["retry_backoff_max"] = 50,
                ["default_request_timeout_in_seconds"] = FlakyUpstream.TimeoutSeconds, ["stream_idle_timeout_in_seconds"] = FlakyUpstream.TimeoutSeconds,
            },
        };
        return new JsonObject
        {
            ["config_store"] = new JsonObject { ["enabled"] = true, ["type"] = "sqlite" },
            ["providers"] = new JsonObject
            {
                ["flaky"] = Provider(upstream.AddressOfFlaky("flaky"), "openai"),
                ["flaky-claude"] = Provider(upstream.AddressOfFlaky("flaky-claude"), "anthropic"),
                ["steady"] = Provider(upstream.AddressOfSteady("steady"), "openai"),
                ["steady-claude"] = Provider(upstream.AddressOfSteady("steady-claude"), "anthropic"),
            },
            ["fallbacks"] = new JsonObject
            {
                ["flaky/same-*"] = new JsonArray("steady/*"), ["flaky/other-*"] = new JsonArray("steady-claude/*"),
                ["flaky-claude/same-*"] = new JsonArray("steady-claude/*"), ["flaky-claude/other-*"] = new JsonArray("steady/*"),
            },
            ["governance"] = JsonNode.Parse("""
                {
                  "budget": { "id": "all", "max_budget": 1000000, "budget_duration": "1Y" },
                  "providers": [{ "name": "steady", "budget": { "id": "steady", "max_budget": 1000000, "budget_duration": "1Y" } }],
                  "virtual_keys": [
                    { "name": "dollars", "value": "vk-dollars", "budget": { "id": "dollars", "max_budget": 1000000, "budget_duration": "1Y" } },
                    { "name": "tokens", "value": "vk-tokens", "budget": { "id": "tokens", "max_tokens": 1000000000, "budget_duration": "1Y" } }
                  ],
                  "pricing_overrides": [{ "pattern": "*", "price": { "input": 5, "output": 20 } }]
                }
                """),
        };
    }

    private static string ModelOf(int id) => $"{Models[(id >> 3) % Models.Length]}-{id}";

    [Fact]
    public async Task Killed_at_any_moment_no_whole_answer_is_missing_and_none_is_there_twice()
    {
        var kills = LoadScale.Of(300);
        await using var upstream = new FlakyUpstream();
        await using var gateway = await GatewayProcess.StartAsync(Config(upstream));
        using var over = new CancellationTokenSource();
        var restarts = TimeSpan.Zero;
        _up.SetResult();
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(() => AskAsync(gateway.Port, over.Token))).ToList();
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(new Dice(kill, 9).Next(LongestLife), TestContext.Current.CancellationToken);
            var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Action end = () =>
            {
                _up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                gateway.Kill();
                killed.SetResult();
            };
            if (kill % 2 == 0) end();
            else Volatile.Write(ref _onWhole, end);
            await killed.Task;
            var began = Stopwatch.GetTimestamp();
            await gateway.KillAndRestartAsync();
            restarts += Stopwatch.GetElapsedTime(began);
            if (kill % Sample == 0) await CompareBudgetsAsync(gateway);
            _up.SetResult();
        }

        await Task.Delay(LongestLife, TestContext.Current.CancellationToken);
        await over.CancelAsync();
        await Task.WhenAll(clients);

        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(30)), "it did not stop");
        Assert.Empty(Journal.ReadAll(Path.Combine(gateway.AppDir, "journal")));   // all of it is in the database
        var rows = await LedgerRows.OfAsync(gateway.AppDir);
        var byId = rows.ToLookup(row => int.Parse(row.Asked.AsSpan(row.Asked.LastIndexOf('-') + 1)));
        output.WriteLine($"{kills} kills, {restarts.TotalMilliseconds / kills:0} ms for a restart, {_asked + 1} requests, {_whole.Count} answers received as a whole, {_cut} cut off by a kill; {rows.Count} rows in the ledger, "
            + $"of which {byId.Where(one => !_whole.ContainsKey(one.Key)).Sum(one => one.Count())} of answers that did not arrive");
        Problems.AreNone(_wrong);
        Problems.AreNone(_whole.Keys.Select(id => Compare(id, byId[id].ToList(), upstream)));
        Problems.AreNone(byId.Where(one => one.Count() > upstream.CountOf(one.Key) || one.Count(row => row.Status == 200) > 1).Select(one => $"{one.Key}: {one.Count()} rows for {upstream.Attempts(one.Key)}"));
        Assert.Equal(rows.Count, rows.Select(row => row.Id).Distinct().Count());
        Assert.True(_whole.Count > kills * Clients, "too few answers to say something");
        Assert.True(_cut > kills, "the kills came when nothing was under way");
    }

    /// <summary>What budgets have of a time before the start is the sum of the rows, and nothing is reserved.</summary>
    private static async Task CompareBudgetsAsync(GatewayProcess gateway)
    {
        var (budgets, rows) = ("", "none");
        for (var i = 0; i < 20 && budgets != rows; i++)   // who asked at the moment of the kill may have come late, and be under way
        {
            if (i > 0) await Task.Delay(50);
            var list = (await gateway.SendAsync(HttpMethod.Get, "/api/budgets")).Json["budgets"]!.AsArray();
            budgets = string.Join('\n', list.Select(one => $"{one!["id"]} {(decimal)one["dollars"]!:0.000000} dollars, {one["tokens"]} tokens, reserved {one["reserved_dollars"]}, {one["reserved_tokens"]}").Order(StringComparer.Ordinal));
            var (keys, providers) = (await LedgerRows.SpentByAsync(gateway.AppDir, LedgerDimension.VirtualKey), await LedgerRows.SpentByAsync(gateway.AppDir, LedgerDimension.Provider));
            rows = string.Join('\n', Sum("all", providers), Sum("dollars", keys.Where(row => row.Values[0] == "dollars")),
                Sum("steady", providers.Where(row => row.Values[0] == "steady")), Sum("tokens", keys.Where(row => row.Values[0] == "tokens")));
        }

        Assert.Equal(rows, budgets);

        static string Sum(string budget, IEnumerable<SpendRow> rows) =>
            $"{budget} {rows.Sum(row => row.Dollars):0.000000} dollars, {rows.Sum(row => row.InputTokens + row.OutputTokens)} tokens, reserved 0, 0";
    }

    /// <summary>What differs between the ledger and what the upstream knows of a request; null if nothing does.</summary>
    private static string? Compare(int id, List<LedgerEntry> rows, FlakyUpstream upstream)
    {
        var sum = (rows.Sum(row => row.InputTokens ?? 0), rows.Sum(row => row.OutputTokens ?? 0));
        var isSame = rows.Count(row => row.Status == 200) == 1 && sum == upstream.Usage(id) && rows.Select(row => row.Exchange).Distinct().Count() == 1;
        return isSame ? null : $"{id}: {upstream.Attempts(id)}, {upstream.Usage(id)}, but the ledger has {string.Join(", ", rows)}";
    }

    /// <summary>Asks one thing after the other, each once, and notes what arrived as a whole.</summary>
    private async Task AskAsync(int port, CancellationToken over)
    {
        Wire? wire = null;
        while (!over.IsCancellationRequested)
        {
            await _up.Task;
            var id = Interlocked.Increment(ref _asked);
            var (voice, stream, model) = (ClientVoice.All[id & 3], (id & 4) != 0, ModelOf(id));
            try
            {
                wire ??= await Wire.ConnectAsync(port);
                await wire.PostAsync(voice.Path(model, stream), voice.Body(model, RawUpstream.Prompt(id), stream), Keys[id % Keys.Length]);
                var head = await wire.ReadHeadAsync() ?? throw new IOException("closed before the head");
                var body = await wire.ReadBodyAsync(head);
                Interlocked.Exchange(ref _onWhole, null)?.Invoke();
                if (Wire.Status(head) == 200 && voice.Understand(body, stream) == string.Concat(FlakyUpstream.Tokens(id))) _whole[id] = true;
                else _wrong.Enqueue($"{id}: {head} {body}");
            }
            catch (Exception broken) when (broken is IOException or SocketException)
            {
                Interlocked.Increment(ref _cut);
                wire?.Dispose();
                wire = null;
            }
        }

        wire?.Dispose();
    }
}
