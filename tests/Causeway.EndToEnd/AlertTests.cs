using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>A web address is told of a budget's thresholds, once each, also where it does not take the first message.</summary>
public sealed class AlertTests
{
    private const string Secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private sealed record Message(string Body, int Status, IReadOnlyDictionary<string, string> Headers)
    {
        public JsonNode Budget => JsonNode.Parse(Body)!["budget"]!;
    }

    [Fact]
    public async Task A_budget_tells_of_its_threshold_and_of_its_first_refusal_signed_and_once()
    {
        var messages = new ConcurrentQueue<Message>();
        Answer Take(int status) => new(http =>
        {
            http.Response.StatusCode = status;
            messages.Enqueue(new Message((string)http.Items["raw"]!, status, http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            return Task.CompletedTask;
        });
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("hook", Take(500), Take(200));
        upstream.Script("openai", Answer.Whole("x"));
        var config = GatewayProcess.ConfigAt(upstream.Address, """
            {"governance": {
              "virtual_keys": [{"name": "ada", "value": "vk-ada", "budget": {"id": "adas", "max_budget": 0.05, "budget_duration": "monthly", "alerts": [0.5, 1]}}],
              "alerts": [{"url": "env.HOOK", "secret": "env.HOOK_SECRET", "headers": {"X-Team": "web"}, "events": ["budget_threshold"]}],
              "pricing_overrides": [{"pattern": "*", "price": {"input": 100, "output": 100}}]}}
            """, "openai");
        await using var gateway = await GatewayProcess.StartAsync(config, new Dictionary<string, string> { ["HOOK"] = $"{upstream.Address}hook", ["HOOK_SECRET"] = $"whsec_{Secret}" });
        Task<Reply> Ask() => gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", """{"model":"openai/m","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}""", ("authorization", "Bearer vk-ada"));
        for (var i = 0; i < 100 && (await Ask()).Status == 200; i++)
        {
        }

        for (var i = 0; i < 5; i++) Assert.Equal(402, (await Ask()).Status);
        JsonNode? status = null;
        for (var i = 0; i < 200 && (int?)status?["sent"] != 2; i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            status = (await gateway.SendAsync(HttpMethod.Get, "/api/health")).Json["alerts"];
        }

        Assert.Equal("""{"pending":0,"sent":2,"failed":0,"dropped":0}""", status!.ToJsonString());
        Assert.Equal([200, 200, 500], messages.Select(message => message.Status).Order());
        Assert.Equal(2, messages.Select(message => (message.Headers["webhook-id"], message.Body)).Distinct().Count());
        foreach (var message in messages)
        {
            var text = $"{message.Headers["webhook-id"]}.{message.Headers["webhook-timestamp"]}.{message.Body}";
            Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret), Encoding.UTF8.GetBytes(text))), message.Headers["webhook-signature"]);
            Assert.Equal((message.Headers["webhook-id"], "budget_threshold"), ((string?)JsonNode.Parse(message.Body)!["id"], (string?)JsonNode.Parse(message.Body)!["type"]));
            Assert.Equal("web", message.Headers["x-team"]);
        }

        var (half, all) = (messages.First(message => (double)message.Budget["threshold"]! == 0.5).Budget, messages.First(message => (double)message.Budget["threshold"]! == 1).Budget);
        Assert.Equal(("adas", "virtual key 'ada'", "calendar month", 0.05m), ((string?)half["id"], (string?)half["scope"], (string?)half["window"], (decimal)half["max_dollars"]!));
        Assert.Equal((false, true), ((bool)half["refuses"]!, (bool)all["refuses"]!));
        Assert.InRange((double)half["share"]!, 0.5, 0.53);
        Assert.Equal((decimal)(await gateway.SendAsync(HttpMethod.Get, "/api/budgets")).Json["budgets"]![0]!["dollars"]!, (decimal)all["dollars"]!);
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(10)), "it did not stop");
        Assert.Contains("the budget 'adas' of virtual key 'ada' refuses requests", gateway.Log, StringComparison.Ordinal);
        Assert.DoesNotContain($"{upstream.Address}hook", gateway.Log, StringComparison.Ordinal);
        Assert.Equal(3, messages.Count);
    }

    [Fact]
    public async Task A_gateway_whose_receiver_is_away_answers_and_stops_as_ever()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Whole("x"));
        upstream.Script("hook", Answer.Never);
        var config = GatewayProcess.ConfigAt(upstream.Address, $$$"""
            {"governance": {
              "budget": {"max_budget": 1, "alerts": [0.001]},
              "alerts": [{"url": "http://127.0.0.1:{{{ChildProcess.FreePort()}}}/"}, {"url": "{{{upstream.Address}}}hook"}],
              "pricing_overrides": [{"pattern": "*", "price": {"input": 100, "output": 100}}]}}
            """, "openai");
        await using var gateway = await GatewayProcess.StartAsync(config);
        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", """{"model":"openai/m","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}""")).Status);
        await ScriptedUpstream.UntilAsync(() => upstream.Paths.Contains("/hook"));
        Assert.Equal(2, (int)(await gateway.SendAsync(HttpMethod.Get, "/api/health")).Json["alerts"]!["pending"]!);
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(15)), "it did not stop");
        Assert.Contains("was not taken", gateway.Log, StringComparison.Ordinal);
    }
}
