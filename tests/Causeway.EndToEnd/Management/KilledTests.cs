using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Harness.Load;

namespace Causeway.EndToEnd.Management;

/// <summary>The gateway is killed while it is being managed: what it had answered is there afterwards, and who did it.</summary>
public sealed class KilledTests(ITestOutputHelper output)
{
    private const int Writers = 8;
    private const int LongestLife = 600;   // milliseconds

    private readonly ConcurrentDictionary<string, int> _answered = new();

    [Fact]
    public async Task Killed_at_any_moment_each_answered_change_is_there_with_its_entry()
    {
        var kills = LoadScale.Of(8);
        var cut = 0;
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        var api = new ApiClient(gateway);
        for (var life = 0; life < kills; life++)
        {
            using var over = new CancellationTokenSource();
            var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
            {
                for (var i = 0; !over.IsCancellationRequested; i++)
                {
                    if (!await WriteAsync(api, $"w{writer}-{life}-{i}")) Interlocked.Increment(ref cut);
                }
            })).ToList();
            await Task.Delay(100 + new Dice(life, 3).Next(LongestLife), TestContext.Current.CancellationToken);
            gateway.Kill();
            await over.CancelAsync();
            await Task.WhenAll(writers);
            await gateway.KillAndRestartAsync();
        }

        var teams = (await api.GetAsync("/api/teams")).Json["items"]!.AsArray().ToDictionary(team => (string)team!["id"]!, team => (int?)team!["budget"]?["max_budget"] ?? 0);
        Problems.AreNone(_answered.Where(one => teams.GetValueOrDefault(one.Key, -1) < one.Value).Select(one => $"{one.Key} was answered as {one.Value} and is {teams.GetValueOrDefault(one.Key, -1)}"));
        var entries = await EntriesAsync(api);
        Problems.AreNone(_answered.Where(one => entries.Count(entry => entry == one.Key) < one.Value + 1).Select(one => $"{one.Key}: {entries.Count(entry => entry == one.Key)} entries for {one.Value + 1} changes"));
        Problems.AreNone(entries.GroupBy(entry => entry).Where(group => !teams.TryGetValue(group.Key, out var changes) || changes + 1 != group.Count()).Select(group => $"{group.Key}: {group.Count()} entries"));
        output.WriteLine($"{kills} kills, {_answered.Count} teams answered, {teams.Count} there, {entries.Count} entries, {cut} requests cut off");
        Assert.True(_answered.Count > kills && cut > 0, "the kills came when nothing was under way");
    }

    /// <summary>Makes a team, and changes it twice; false if the gateway was gone meanwhile.</summary>
    private async Task<bool> WriteAsync(ApiClient api, string id)
    {
        try
        {
            if ((await api.PostAsync("/api/teams", $$"""{"id":"{{id}}"}""")).Status != 201) return false;
            _answered[id] = 0;
            for (var change = 1; change <= 2; change++)
            {
                if ((await api.PatchAsync($"/api/teams/{id}", $$$"""{"budget":{"max_budget":{{{change}}}}}""")).Status != 200) return false;
                _answered[id] = change;
            }

            return true;
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException)
        {
            return false;
        }
    }

    /// <summary>Which team each entry of the audit log is of, read page by page.</summary>
    private static async Task<List<string>> EntriesAsync(ApiClient api)
    {
        var entries = new List<string>();
        for (var before = ""; ;)
        {
            var page = (await api.GetAsync($"/api/audit?kind=team&limit=100{before}").IsAsync(200)).Json;
            entries.AddRange(page["items"]!.AsArray().Select(entry => (string)entry!["object"]!));
            if (page["next_before"] is not { } next) return entries;
            before = $"&before={next}";
        }
    }
}
