using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Endpoints;

/// <summary>The map: every route the gateway answers, on one screen.</summary>
internal sealed class Routes(ExchangeDelegate pipeline, GatewayState state, ModelsEndpoint models)
{
    /// <summary>Answers one HTTP request.</summary>
    public ValueTask HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (path.Length > 1 && path[^1] == '/') path = path[..^1];
        var method = http.Request.Method;
        if (HttpMethods.IsHead(method)) return ValueTask.CompletedTask;   // Claude Code asks HEAD of its base URL first: 200
        return path switch
        {
            "/v1/chat/completions" or "/openai/v1/chat/completions" or "/openai/chat/completions" => Chat(http, method, DialectId.OpenAIChat),
            "/v1/completions" or "/openai/v1/completions" or "/openai/completions" => Chat(http, method, DialectId.OpenAICompletions),
            "/v1/messages" or "/anthropic/v1/messages" => Chat(http, method, DialectId.AnthropicMessages),
            "/v1/responses" or "/openai/v1/responses" or "/openai/responses" => Chat(http, method, DialectId.OpenAIResponses),
            "/cohere/v2/chat" or "/v2/chat" => Chat(http, method, DialectId.CohereChat),
            "/v1/messages/count_tokens" or "/anthropic/v1/messages/count_tokens" => CountTokens(http, method),
            "/v1/models" or "/openai/v1/models" or "/anthropic/v1/models" => Models(http, method, id: null),
            "/health" => Get(http, method, state.WriteHealthAsync),
            "/api/version" => Get(http, method, state.WriteVersionAsync),
            _ when ModelPath.Parse(path) is { } named => Chat(http, method, named.Dialect, named),
            _ when ModelId(path) is { } id => Models(http, method, id),
            _ => Refusal.NotFoundAsync(http),
        };
    }

    private ValueTask Chat(HttpContext http, string method, DialectId dialect, ModelPath? named = null)
    {
        if (!DialectRegistry.Has(dialect)) return Refusal.NotFoundAsync(http);
        return HttpMethods.IsPost(method) ? RunAsync(http, dialect, named) : Refusal.MethodAsync(http, "POST");
    }

    private async ValueTask RunAsync(HttpContext http, DialectId dialect, ModelPath? named)
    {
        using var exchange = state.NewExchange(http, dialect, named);
        await pipeline(exchange);
    }

    private async ValueTask CountTokens(HttpContext http, string method)
    {
        if (!HttpMethods.IsPost(method))
        {
            await Refusal.MethodAsync(http, "POST");
            return;
        }

        using var exchange = state.NewExchange(http, DialectId.AnthropicMessages);
        await state.CountTokens(exchange);
    }

    private ValueTask Models(HttpContext http, string method, string? id) =>
        HttpMethods.IsGet(method) ? models.WriteAsync(http, id) : Refusal.MethodAsync(http, "GET");

    private static ValueTask Get(HttpContext http, string method, Func<HttpContext, ValueTask> write) =>
        HttpMethods.IsGet(method) ? write(http) : Refusal.MethodAsync(http, "GET");

    private static string? ModelId(string path)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["/v1/models/", "/openai/v1/models/", "/anthropic/v1/models/"])
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal)) return path[prefix.Length..];
        }

        return null;
    }
}
