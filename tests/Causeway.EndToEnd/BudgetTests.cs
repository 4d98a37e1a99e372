using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Harness.Load;

namespace Causeway.EndToEnd;

/// <summary>Hard budgets under load: 200 clients at once cannot spend more than there is, can spend nearly all of it, and are told when it is gone.</summary>
[Collection(nameof(LoadTests))]
public sealed class BudgetTests(ITestOutputHelper output)
{
    private const int Clients = 200;
    private const decimal Cap = 1.00m;
    private const decimal Usable = 0.97m;

    internal static JsonObject Config(FlakyUpstream upstream)
    {
        static JsonObject Provider(string address, string speaks) => new()
        {
            ["custom_provider_config"] = new JsonObject { ["base_provider_type"] = speaks, ["is_key_less"] = true },
            ["network_config"] = new JsonObject { ["base_url"] = address, ["max_retries"] = 1, ["retry_backoff_initial"] = 5, ["default_request_timeout_in_seconds"] = FlakyUpstream.TimeoutSeconds },
        };
        return new JsonObject
        {
            ["providers"] = new JsonObject
            {
                ["flaky"] = Provider(upstream.AddressOfFlaky("flaky"), "openai"),
                ["flaky-claude"] = Provider(upstream.AddressOfFlaky("flaky-claude"), "anthropic"),
                ["steady"] = Provider(upstream.AddressOfSteady("steady"), "openai"),
            },
            ["fallbacks"] = new JsonObject { ["flaky*"] = new JsonArray("steady/*") },
            ["governance"] = JsonNode.Parse($$$"""
                {
                  "virtual_keys": [{ "name": "spender", "value": "vk-spender", "budget": { "max_budget": {{{Cap}}}, "budget_duration": "monthly" } }],
                  "pricing_overrides": [{ "pattern": "*", "price": { "input": 5, "output": 20 } }]
                }
                """),
        };
    }

    [Fact]
    public async Task Two_hundred_clients_at_once_spend_the_budget_and_not_more()
    {
        await using var upstream = new FlakyUpstream();
        await using var gateway = await GatewayProcess.StartAsync(Config(upstream));
        var spenders = new Spenders(_ => gateway.Port);
        await spenders.RunAsync(Clients);
        Problems.AreNone(spenders.Wrong);
        Problems.AreNone(spenders.Refusals.Where(refusal => !refusal.Contains("x-should-retry: false", StringComparison.OrdinalIgnoreCase) || !refusal.Contains("virtual key 'spender'", StringComparison.Ordinal)));
        await gateway.KillAndRestartAsync();
        var longer = new string('x', 1000);   // than what the others asked: for that there is nothing left
        var late = await gateway.PostAsync("/v1/chat/completions", JsonNode.Parse($$"""{"model":"steady/m","max_tokens":1000,"messages":[{"role":"user","content":"{{longer}}"}]}""")!, ("x-bf-vk", "vk-spender"));
        Assert.Equal((402, "budget_exceeded"), (late.Status, (string?)late.Json["error"]!["code"]));   // the restart has forgotten nothing
        var status = Assert.Single((await gateway.SendAsync(HttpMethod.Get, "/api/budgets")).Json["budgets"]!.AsArray())!;
        Assert.InRange((decimal)status["dollars"]!, Usable, Cap);
        Assert.Equal(0, (decimal)status["reserved_dollars"]!);
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(30)), "it did not stop");
        var rows = await LedgerRows.OfAsync(gateway.AppDir);
        var spent = rows.Sum(row => row.Dollars ?? throw new InvalidOperationException($"{row} has no cost"));
        output.WriteLine($"{spenders.Answers} answers and {spenders.Left} clients that left spent {spent} of {Cap} dollars; {spenders.Refusals.Count} were refused");
        Assert.InRange(spent, Usable, Cap);
        Assert.Equal(spent, (decimal)status["dollars"]!);
        Assert.Equal(Clients, spenders.Refusals.Count);
    }
}
