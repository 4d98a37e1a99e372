using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>A gateway without a database, an upstream behind it that always answers, and its user, who needs no account.</summary>
public abstract class ManagedGateway : IAsyncLifetime
{
    private protected ScriptedUpstream Upstream { get; private set; } = null!;

    private protected GatewayProcess Gateway { get; private set; } = null!;

    private protected ApiClient Api { get; private set; } = null!;

    /// <summary>The file, when the upstream is at an address.</summary>
    private protected virtual JsonObject Config(Uri upstream) => GatewayProcess.ConfigOf(upstream, "groq");

    private protected virtual IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>();

    public async ValueTask InitializeAsync()
    {
        Upstream = await ScriptedUpstream.StartAsync();
        Upstream.Script(Answer.Whole("ok"));
        Gateway = await GatewayProcess.StartAsync(Config(Upstream.Address), Environment);
        Api = new ApiClient(Gateway);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    /// <summary>Asks something with a virtual key.</summary>
    private protected Task<Reply> AskAsync(string key, string model = "groq/llama") => Gateway.PostAsync(Ask.Chat, Ask.For(model, ",\"max_tokens\":10"), ("x-bf-vk", key));

    /// <summary>The entries of the audit log on a thing, the oldest first.</summary>
    private protected async Task<List<JsonNode>> AuditAsync(string kind, string id) =>
        [.. (await Api.GetAsync($"/api/audit?kind={kind}&object={Uri.EscapeDataString(id)}")).Json["items"]!.AsArray().Reverse().Select(entry => entry!)];
}
