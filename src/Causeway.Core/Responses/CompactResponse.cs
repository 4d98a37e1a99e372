using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIResponses;

namespace Causeway.Core.Responses;

/// <summary>
/// Makes the request to shorten a conversation one for a summary of it. Codex has nothing to fall back on where this route is
/// missing. A provider's own compaction is asked for by the route itself, see <see cref="UpstreamEndpoint.CompactUrl"/>.
/// </summary>
public sealed class CompactResponse(TimeProvider time) : IStage
{
    /// <inheritdoc/>
    public ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        exchange.Copy = null;   // it is no answer to go on from
        exchange.Stream = false;
        exchange.IsCompaction = exchange.Candidates.All(candidate => candidate.Provider.EndpointFor(exchange.Client.Id) is { CompactUrl: not null } endpoint && endpoint.Dialect == exchange.Client.Id);
        return exchange.IsCompaction ? next(exchange) : AskForSummary(exchange, next);
    }

    private ValueTask AskForSummary(Exchange exchange, ExchangeDelegate next)
    {
        RawJson input = exchange.Fields.TryGet("input"u8, out var field) ? new RawJson(exchange.Body.Memory[field.Value].ToArray()) : default;
        if (!input.IsString && input.Utf8 is not [(byte)'[', ..])
        {
            exchange.Error = GatewayError.Invalid("input", "input: must be text or a list of items");
            return ValueTask.CompletedTask;
        }

        var items = new List<RawJson>();
        StoredResponse.AddItems(input, items);
        var patch = new BodyPatch(exchange.Body.Memory, exchange.Fields);
        patch.Replace("input"u8, JsonRewrite.List([.. items, Compaction.Ask]).Utf8);
        patch.Remove("stream"u8);
        patch.Remove("store"u8);
        patch.Append("store"u8, "false"u8);
        exchange.WriteAnswer = (answer, output) => Compaction.Write(answer, JsonRewrite.List(items), time, output);
        exchange.Error = exchange.Edit(patch);
        return exchange.Error is null ? next(exchange) : ValueTask.CompletedTask;
    }
}
