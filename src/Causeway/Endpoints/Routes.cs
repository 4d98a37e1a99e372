using Causeway.Admin;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Causeway.Endpoints.Models;

namespace Causeway.Endpoints;

/// <summary>The map: every route the gateway answers, on one screen.</summary>
internal sealed class Routes(GatewayPipeline pipeline, GatewayState state, ApiEndpoint api, ModelsEndpoint models, StoredResponsesEndpoint responses)
{
    /// <summary>Answers one HTTP request.</summary>
    public ValueTask HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (path.Length > 1 && path[^1] == '/') path = path[..^1];
        if (path.StartsWith("/openai/openai/", StringComparison.Ordinal)) path = path["/openai".Length..];   // Azure's clients add one to their base address
        var method = http.Request.Method;
        if (http.Request.Headers.Origin.Count > 0 && !path.StartsWith("/api/", StringComparison.Ordinal) && BrowserOrigin.Check(http, state.Runtime.Config.Client) is { } answer) return new ValueTask(answer);
        if (HttpMethods.IsHead(method)) return ValueTask.CompletedTask;   // Claude Code asks HEAD of its base URL first: 200
        return path switch
        {
            "/v1/chat/completions" or "/openai/v1/chat/completions" or "/openai/chat/completions" => Chat(http, method, DialectId.OpenAIChat),
            "/v1/completions" or "/openai/v1/completions" or "/openai/completions" => Chat(http, method, DialectId.OpenAICompletions),
            "/v1/messages" or "/anthropic/v1/messages" => Chat(http, method, DialectId.AnthropicMessages),
            "/v1/responses" or "/openai/v1/responses" or "/openai/responses" => Chat(http, method, DialectId.OpenAIResponses),
            "/cohere/v2/chat" or "/v2/chat" => Chat(http, method, DialectId.CohereChat),
            "/v1/messages/count_tokens" or "/anthropic/v1/messages/count_tokens" => Chat(http, method, DialectId.AnthropicMessages, stages: pipeline.CountTokens),
            "/v1/responses/input_tokens" or "/openai/v1/responses/input_tokens" or "/openai/responses/input_tokens" => Chat(http, method, DialectId.OpenAIResponses, stages: pipeline.CountTokens),
            "/v1/responses/compact" or "/openai/v1/responses/compact" or "/openai/responses/compact" => Chat(http, method, DialectId.OpenAIResponses, stages: pipeline.Compact),
            "/metrics" => api.HandleAsync(http, path),
            "/health" => Get(http, method, state.WriteHealthAsync),
            _ when path.StartsWith("/api/", StringComparison.Ordinal) => api.HandleAsync(http, path),   // its own table: ApiTable
            _ when ModelPath.Parse(path) is { } named => Chat(http, method, named.Client, named, named.Kind == PathKind.Count ? pipeline.CountTokens : null),
            _ when StoredResponsesEndpoint.Parse(path) is { } stored => responses.HandleAsync(http, stored),
            _ when ModelsPath.Parse(path) is { } list => HttpMethods.IsGet(method) ? models.WriteAsync(http, list) : Refusal.MethodAsync(http, "GET"),
            _ => Refusal.NotFoundAsync(http),
        };
    }

    private ValueTask Chat(HttpContext http, string method, DialectId dialect, ExchangeDelegate? stages = null) =>
        Chat(http, method, DialectRegistry.Client(dialect), null, stages);

    private ValueTask Chat(HttpContext http, string method, IClientDialect client, ModelPath? named, ExchangeDelegate? stages)
    {
        if (HttpMethods.IsPost(method)) return RunAsync(http, client, named, stages ?? pipeline.Answer);
        return http.Request.Headers.Upgrade.Count > 0 ? Refusal.UpgradeAsync(http) : Refusal.MethodAsync(http, "POST");
    }

    private async ValueTask RunAsync(HttpContext http, IClientDialect client, ModelPath? named, ExchangeDelegate stages)
    {
        using var exchange = state.NewExchange(http, client, named);
        await stages(exchange);
    }

    private static ValueTask Get(HttpContext http, string method, Func<HttpContext, ValueTask> write) =>
        HttpMethods.IsGet(method) ? write(http) : Refusal.MethodAsync(http, "GET");
}
