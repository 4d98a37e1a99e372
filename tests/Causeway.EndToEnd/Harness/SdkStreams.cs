using System.Text.Json.Nodes;

namespace Causeway.EndToEnd.Harness;

/// <summary>Streams that the vendors' own SDKs read, all at a time.</summary>
internal static class SdkStreams
{
    /// <summary>The SDKs, by what <c>streams.mjs</c> calls them.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["chat", "completions", "responses", "anthropic", "google", "cohere", "converse", "invoke", "ai-chat", "ai-responses", "ai-anthropic", "ai-google"];

    /// <summary>What each of <paramref name="jobs"/> understood, in order: its text, why it ended, what it used, or an error.</summary>
    public static async Task<IReadOnlyList<JsonNode>> RunAsync(GatewayProcess gateway, IEnumerable<(string Kind, string Model)> jobs)
    {
        var list = new JsonArray([.. jobs.Select(job => new JsonObject { ["kind"] = job.Kind, ["model"] = job.Model })]);
        await using var node = new ChildProcess("node", [Path.Combine(Paths.Clients, "scripts", "streams.mjs"), gateway.Address.ToString(), list.ToJsonString()],
            new Dictionary<string, string> { ["HOME"] = Path.GetTempPath() }, Paths.Clients);
        var code = await node.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.True(code == 0, node.Errors + gateway.Log);
        return [.. JsonNode.Parse(node.Output)!.AsArray().Select(one => one!)];
    }
}
