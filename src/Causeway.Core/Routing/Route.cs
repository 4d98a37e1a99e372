using System.Text.Json;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Routing;

/// <summary>Turns the requested model into the ordered list of candidates: where it resolves to, then the fallbacks.</summary>
public sealed class Route : IStage
{
    private const int MaxFallbacks = 16;

    /// <inheritdoc/>
    public ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        var resolved = ModelResolver.Resolve(exchange.RequestedModel, exchange.Gateway, exchange);
        exchange.Error = resolved.IsOk ? AddFallbacks(exchange, resolved.Value) : resolved.Error;
        if (exchange.Error is not null) return ValueTask.CompletedTask;
        exchange.Candidates = resolved.Value!;
        return next(exchange);
    }

    private static GatewayError? AddFallbacks(Exchange exchange, List<Candidate> candidates)
    {
        if (exchange.Fields.TryGet("fallbacks"u8, out var field))
        {
            var error = ReadFallbacks(exchange.Body.Memory[field.Value], exchange.Gateway, candidates);
            if (error is not null) return error;
        }

        foreach (var target in exchange.Gateway.Config.FallbacksOf(exchange.RequestedModel))
        {
            if (ModelResolver.ResolveName(target.Name, exchange.Gateway) is { IsOk: true, Value: var one } && !candidates.Contains(one)) candidates.Add(one);
        }

        return null;
    }

    /// <summary>The body's own list: texts <c>provider/model</c>, or objects with <c>provider</c> and <c>model</c>.</summary>
    private static GatewayError? ReadFallbacks(ReadOnlyMemory<byte> json, GatewayRuntime gateway, List<Candidate> candidates)
    {
        using var document = JsonInput.TryParse(json, out _);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Array } list)
            return document?.RootElement.ValueKind == JsonValueKind.Null ? null : Wrong("fallbacks", "must be a list");
        if (list.GetArrayLength() > MaxFallbacks) return Wrong("fallbacks", $"must have at most {MaxFallbacks} entries");
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var at = $"fallbacks[{index++}]";
            if (NameOf(item) is not { } name) return Wrong(at, "must be \"provider/model\" or {\"provider\": ..., \"model\": ...}");
            var one = ModelResolver.ResolveName(name, gateway);
            if (!one.IsOk) return one.Error with { Param = at, Message = $"{at}: {one.Error.Message}" };
            if (!candidates.Contains(one.Value)) candidates.Add(one.Value);
        }

        return null;
    }

    private static string? NameOf(JsonView item)
    {
        if (item.ValueKind == JsonValueKind.String) return ((RawJson)item).AsString();
        var provider = ((RawJson)RequestReader.Get(item, "provider"u8)).AsString();
        var model = ((RawJson)RequestReader.Get(item, "model"u8)).AsString();
        return provider is null || model is null ? null : $"{provider}/{model}";
    }

    private static GatewayError Wrong(string path, string problem) => GatewayError.Invalid(path, $"{path}: {problem}");
}
