using Causeway.Core.Pipeline;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Responses;

/// <summary>
/// The memory of OpenAI's responses API. A provider that has the API keeps its answers itself, and what refers to one goes back to
/// it, under the same key. For all other providers the gateway keeps them, and puts the conversation in the place of the reference.
/// </summary>
public sealed class KeepResponses(ResponseStore store, ResponseHomes homes) : IStage
{
    private const string Reference = "previous_response_id";

    /// <inheritdoc/>
    public ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next) =>
        exchange.Client.Id == DialectId.OpenAIResponses ? ResolveAndKeepAsync(exchange, next) : next(exchange);

    private async ValueTask ResolveAndKeepAsync(Exchange exchange, ExchangeDelegate next)
    {
        exchange.Error = await ResolveAsync(exchange);
        if (exchange.Error is null) await KeepAsync(exchange, next);
    }

    /// <summary>Finds what the request goes on from.</summary>
    private async ValueTask<GatewayError?> ResolveAsync(Exchange exchange)
    {
        if (!exchange.Fields.TryGet("previous_response_id"u8, out var field)) return null;
        if (new RawJson(exchange.Body.Memory[field.Value]).AsString() is not { Length: > 0 } id) return null;
        if (store.Find(id, exchange.Caller) is { } kept) return GoOn(exchange, kept);
        exchange.Home = homes.Find(id);
        var candidates = exchange.Candidates
            .Where(candidate => candidate.Provider.EndpointFor(exchange.Client.Id)?.Dialect == exchange.Client.Id)
            .Where(candidate => exchange.Home is not { } home || candidate.Provider.Name == home.Provider).ToList();
        if (candidates.Count == 0)
        {
            foreach (var place in ResponsePlace.Of(exchange.Gateway, exchange.Home, exchange.Caller))
            {
                if (await new StoredConversation(place).FetchAsync(id, exchange.ClientGone) is { } stored) return GoOn(exchange, stored);
            }
        }

        exchange.Candidates = candidates;
        if (candidates.Count > 0) return null;
        return GatewayError.Invalid(Reference, exchange.Home is { } elsewhere
            ? $"{Reference}: '{Shorten(id)}' is stored at provider '{elsewhere.Provider}', which does not give it out: send the whole conversation as input"
            : $"{Reference}: '{Shorten(id)}' was not found: send the whole conversation as input") with { Code = "previous_response_not_found" };
    }

    /// <summary>Puts the kept conversation before the request's input.</summary>
    private static GatewayError? GoOn(Exchange exchange, StoredResponse kept)
    {
        RawJson more = exchange.Fields.TryGet("input"u8, out var input) ? new RawJson(exchange.Body.Memory[input.Value]) : default;
        if (!more.IsMissing && !more.IsString && more.Utf8[0] != '[') return GatewayError.Invalid("input", "input: must be text or a list of items");
        var whole = kept.Continue(more);
        var patch = new BodyPatch(exchange.Body.Memory, exchange.Fields);
        exchange.GoesOnFrom = RawJson.FromString(kept.Id);
        patch.Remove("previous_response_id"u8);
        if (more.IsMissing) patch.Append("input"u8, whole.Utf8);
        else patch.Replace("input"u8, whole.Utf8);
        return exchange.Edit(patch);
    }

    private async ValueTask KeepAsync(Exchange exchange, ExchangeDelegate next)
    {
        if (exchange.Fields.TryGet("store"u8, out var wish) && exchange.Body.Span[wish.Value].SequenceEqual("false"u8))
        {
            await next(exchange);
            return;
        }

        using var answer = new PooledBuffer(0);
        exchange.Copy = answer;
        await next(exchange);
        if (exchange.Error is not null || exchange.ClientGone.IsCancellationRequested) return;
        if (answer.Length > 0) Save(exchange, answer.Memory);
        else if (exchange.AnswerId is { } id) homes.Add(id, new ResponseHome(exchange.Answering!.Provider.Name, exchange.Key?.Name));
    }

    private void Save(Exchange exchange, ReadOnlyMemory<byte> answer)
    {
        var response = exchange.Stream ? LastOf(answer) : new RawJson(answer);
        if (response.IsMissing || ((RawJson)RequestReader.Get(response.AsElement(), "id"u8)).AsString() is not { } id) return;
        RawJson input = exchange.Fields.TryGet("input"u8, out var field) ? new RawJson(exchange.Body.Memory[field.Value]) : default;
        store.Save(new StoredResponse(id, response, StoredResponse.ToList(input)) { Owner = exchange.Caller?.Id });
    }

    /// <summary>The response object in the last event of a stream; missing if the answer was not finished.</summary>
    private static RawJson LastOf(ReadOnlyMemory<byte> stream)
    {
        var begin = stream.Span.LastIndexOf("\ndata: "u8);
        if (begin < 0) return default;
        var data = stream[(begin + "\ndata: ".Length)..];
        var root = JsonInput.TryParse(data[..data.Span.IndexOf((byte)'\n')], out _)?.RootElement ?? default;
        return ((RawJson)RequestReader.Get(root, "type"u8)).AsString() is "response.completed" or "response.incomplete" ? RequestReader.Get(root, "response"u8) : default(RawJson);
    }

    private static string Shorten(string id) => id.Length > 100 ? id[..100] + "..." : id;
}
