using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Harness.Faults;
using Causeway.EndToEnd.Harness.Load;
using Microsoft.Data.Sqlite;

namespace Causeway.EndToEnd;

/// <summary>
/// The n-th write to the database or to the journal fails, for every n, once or from then on. Whatever n is: no client has a whole answer that is not
/// in the ledger, none is there twice, a refusal says why, nothing hangs, and with the next start all is well.
/// </summary>
[Collection(nameof(LoadTests))]
public sealed class LedgerFaultTests(ITestOutputHelper output)
{
    private const string Database = "/config.db";   // and its companions
    private const string Journal = "/journal/";
    private const int Waves = 5;
    private const int Requests = 8;   // in a wave: each dialect, whole and streamed
    private const int EachUpTo = 80;
    private const int Stride = 7;     // afterwards
    private const int AtATime = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(150);   // waves: so that the database gets more than one batch
    private static readonly string[] Models = ["steady", "steady-claude"];

    [Theory]
    [InlineData(Database, 1)]
    [InlineData(Database, long.MaxValue)]
    [InlineData(Journal, 1)]
    [InlineData(Journal, long.MaxValue)]
    public async Task Whichever_write_fails_no_answer_is_without_its_row(string files, long count)
    {
        var (runs, faults, ends, wrong) = (0, 0, 0, new ConcurrentQueue<string>());
        var (refused, whole) = (0, 0);
        var last = long.MaxValue;   // the first n that is no write any more
        await Parallel.ForEachAsync(Numbers(), new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (number, _) =>
        {
            if (number > Volatile.Read(ref last)) return;
            var run = await new Run(files, number, count).GoAsync();
            foreach (var problem in run.Problems) wrong.Enqueue($"write {number}: {problem}");
            if (run.Failed == 0) Interlocked.Exchange(ref last, number);
            Interlocked.Increment(ref runs);
            Interlocked.Add(ref faults, (int)run.Failed);
            Interlocked.Add(ref refused, run.Refused);
            Interlocked.Add(ref whole, run.Whole);
            if (!run.HasStarted) Interlocked.Increment(ref ends);
        });
        output.WriteLine($"{files}: {runs} runs up to write {last}, {faults} writes failed, {ends} starts were refused; {whole} whole answers, {refused} refused");
        Problems.AreNone(wrong);
        Assert.True(whole > Requests, "too few answers to say something");
        Assert.InRange(faults, 1, int.MaxValue);
    }

    [Fact]
    public async Task What_a_client_left_behind_while_the_disk_was_full_is_written_as_soon_as_there_is_room()
    {
        await using var slow = new SlowUpstream();
        using var disk = await FailingDisk.MakeAsync(Journal);
        var config = GatewayProcess.Config(new Uri(slow.AddressFor("slow")));
        config["config_store"] = new JsonObject { ["enabled"] = true, ["type"] = "sqlite" };
        await using var gateway = await GatewayProcess.StartAsync(config, disk.Environment);
        var voice = ClientVoice.All[0];
        using (var wire = await Wire.ConnectAsync(gateway.Port))
        {
            await wire.PostAsync(voice.Path("openai/m-0", stream: true), voice.Body("openai/m-0", RawUpstream.Prompt(0), stream: true));
            await wire.ReadHeadAsync();
            await wire.SkipAsync(TestContext.Current.CancellationToken);
            disk.Fail(disk.Writes + 1, long.MaxValue, FailingDisk.FullDisk);
            wire.Reset();
        }

        await UntilAsync(1);
        Assert.Equal(503, (await gateway.PostAsync("/v1/chat/completions", Ask.For("openai/m-1"))).Status);
        Assert.Null(slow.Find(1));   // no provider works for what cannot be given out
        disk.Mend();
        await UntilAsync(0);
        Assert.True(await gateway.StopAsync(Limit));
        var row = Assert.Single(await LedgerRows.OfAsync(gateway.AppDir));
        Assert.Equal(("openai/m-0", 499, true), (row.Asked, row.Status, row.OutputTokens > 0));

        async Task UntilAsync(int unwritten)
        {
            for (var i = 0; i < 1000 && await CountAsync() != unwritten; i++) await Task.Delay(20);
            Assert.Equal(unwritten, await CountAsync());
        }

        async Task<int> CountAsync() => (int)(await gateway.SendAsync(HttpMethod.Get, "/api/health")).Json["ledger"]!["unwritten"]!;
    }

    /// <summary>Which writes fail: every one, or with less load every so many.</summary>
    private static IEnumerable<int> Numbers()
    {
        var step = Math.Max(1, (int)Math.Round(1 / Math.Max(0.01, LoadScale.Of(100) / 100.0)));
        for (var number = 1; number < 1000; number += number < EachUpTo ? step : Stride * step) yield return number;
    }

    /// <summary>One gateway with one disk.</summary>
    private sealed class Run(string files, int number, long count)
    {
        private readonly ConcurrentQueue<string> _problems = new();
        private readonly ConcurrentDictionary<int, bool> _whole = new();
        private int _refused;

        public IEnumerable<string> Problems => _problems;

        public long Failed { get; private set; }

        public int Whole => _whole.Count;

        public int Refused => _refused;

        public bool HasStarted { get; private set; }

        public async Task<Run> GoAsync()
        {
            await using var upstream = new FlakyUpstream();
            using var disk = await FailingDisk.MakeAsync(files);
            disk.Fail(number, count, number % 2 == 0 ? FailingDisk.FullDisk : FailingDisk.BrokenDisk);
            var folder = Directory.CreateTempSubdirectory("causeway-test-").FullName;
            await AskAsync(folder, disk, upstream);
            Failed = disk.Failed;
            disk.Mend();
            await CheckAsync(folder, disk, upstream);
            return this;
        }

        private async Task AskAsync(string folder, FailingDisk disk, FlakyUpstream upstream)
        {
            GatewayProcess gateway;
            try
            {
                gateway = await GatewayProcess.StartAsync(Config(upstream), disk.Environment, appDir: folder);
            }
            catch (InvalidOperationException ended)
            {
                if (disk.Failed == 0 || !ended.Message.Contains("ended with 1:  cannot ", StringComparison.Ordinal)) _problems.Enqueue(ended.Message);
                return;
            }

            HasStarted = true;
            for (var wave = 0; wave < Waves; wave++)
            {
                await Task.WhenAll(Enumerable.Range(wave * Requests, Requests).Select(id => AskAsync(gateway, id)));
                await Task.Delay(Between);
            }

            if (!await gateway.StopAsync(Limit))
            {
                _problems.Enqueue("it did not stop");
                gateway.Kill();
            }

            if (gateway.Log.Contains("nhandled", StringComparison.Ordinal) || gateway.Log.Contains("failed inside", StringComparison.Ordinal)) _problems.Enqueue(gateway.Log);
        }

        private async Task AskAsync(GatewayProcess gateway, int id)
        {
            var (voice, stream) = (ClientVoice.All[id & 3], (id & 4) != 0);
            var model = $"{Models[id % 3 % 2]}/m-{id}";
            try
            {
                using var wire = await Wire.ConnectAsync(gateway.Port);
                await wire.PostAsync(voice.Path(model, stream), voice.Body(model, RawUpstream.Prompt(id), stream), "x-bf-vk: vk-spender\r\n").AsTask().WaitAsync(Limit);
                var head = await wire.ReadHeadAsync().AsTask().WaitAsync(Limit) ?? throw new IOException("closed before the head");
                var body = await wire.ReadBodyAsync(head).AsTask().WaitAsync(Limit);
                if (Wire.Status(head) == 200 && voice.Understand(body, stream) == string.Concat(FlakyUpstream.Tokens(id))) _whole[id] = true;
                else if (IsRefusal(Wire.Status(head), body, stream)) Interlocked.Increment(ref _refused);
                else _problems.Enqueue($"{id}: {head} {body}");
            }
            catch (Exception broken) when (broken is IOException or TimeoutException)
            {
                _problems.Enqueue($"{id}: {broken.Message}");
            }
        }

        private static bool IsRefusal(int status, string body, bool stream) =>
            body.Contains("cannot write its ledger", StringComparison.Ordinal) && (status == 503 || (status == 200 && stream && ClientVoice.TellsOfFailure(body)));

        private async Task CheckAsync(string folder, FailingDisk disk, FlakyUpstream upstream)
        {
            await using var gateway = await GatewayProcess.StartAsync(Config(upstream), disk.Environment, appDir: folder);
            var budgets = await gateway.SendAsync(HttpMethod.Get, "/api/budgets");
            if (!await gateway.StopAsync(Limit)) _problems.Enqueue("it did not stop after the second start");
            if (Core.Governance.Ledger.Journal.ReadAll(Path.Combine(folder, "journal")).Any()) _problems.Enqueue($"the journal is not empty: {gateway.Log}");
            var rows = await LedgerRows.OfAsync(folder);
            var byId = rows.ToLookup(row => int.Parse(row.Asked.AsSpan(row.Asked.LastIndexOf('-') + 1)));
            foreach (var id in _whole.Keys)
            {
                if (byId[id].ToList() is not [var row]) _problems.Enqueue($"{id} has {byId[id].Count()} rows");
                else if ((row.InputTokens ?? 0, row.OutputTokens ?? 0) != upstream.Usage(id)) _problems.Enqueue($"{id}: {upstream.Usage(id)}, but {row}");
            }

            var isKept = count == 1 || files != Journal;   // else what was refused is lost with the process, and its log says so
            for (var id = 0; id < Waves * Requests && isKept; id++)
            {
                if (byId[id].Count() != upstream.CountOf(id)) _problems.Enqueue($"{id} has {byId[id].Count()} rows, and the provider is paid for {upstream.Attempts(id)}");
            }

            foreach (var one in byId.Where(one => one.Count() > upstream.CountOf(one.Key))) _problems.Enqueue($"{one.Key}: {one.Count()} rows for {upstream.Attempts(one.Key)}");
            if ((decimal)budgets.Json["budgets"]![0]!["dollars"]! != rows.Sum(row => row.Dollars ?? 0)) _problems.Enqueue($"{budgets.Text} for {rows.Sum(row => row.Dollars ?? 0)} dollars");
            if (Directory.EnumerateFiles(Path.Combine(folder, "journal"), "*.damaged").Any()) _problems.Enqueue("a part of the journal was given up");
            if (await IntegrityAsync(Path.Combine(folder, "config.db")) is var verdict and not "ok") _problems.Enqueue(verdict);
        }

        private static async Task<string> IntegrityAsync(string path)
        {
            await using var database = new SqliteConnection($"Data Source={path};Pooling=False");
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = "PRAGMA integrity_check";
            return (string)(await command.ExecuteScalarAsync())!;
        }

        private static JsonObject Config(FlakyUpstream upstream)
        {
            static JsonObject Provider(string address, string speaks) => new()
            {
                ["custom_provider_config"] = new JsonObject { ["base_provider_type"] = speaks, ["is_key_less"] = true },
                ["network_config"] = new JsonObject { ["base_url"] = address },
            };
            return new JsonObject
            {
                ["providers"] = new JsonObject
                {
                    ["steady"] = Provider(upstream.AddressOfSteady("steady"), "openai"), ["steady-claude"] = Provider(upstream.AddressOfSteady("steady-claude"), "anthropic"),
                },
                ["governance"] = JsonNode.Parse("""
                    {
                      "virtual_keys": [{ "name": "spender", "value": "vk-spender", "budget": { "max_budget": 1000 } }],
                      "pricing_overrides": [{ "pattern": "*", "price": { "input": 5, "output": 20 } }]
                    }
                    """),
            };
        }
    }
}
