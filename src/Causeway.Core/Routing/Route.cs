using System.Text.Json;
using Causeway.Core.Authentication;
using Causeway.Core.Configuration;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing.Rules;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Routing;

/// <summary>
/// Turns the requested model into the ordered list of candidates. Who says where: the first rule that applies, else the virtual key's own
/// targets, else the model's name. Then come the fallbacks: of the request, the rule, the virtual key, and the model. What the virtual key may
/// not use is taken out at the end, whoever wanted it.
/// </summary>
public sealed class Route(TimeProvider time) : IStage
{
    /// <summary>The header that tells the client why its request goes where it goes.</summary>
    public const string Header = "x-causeway-route";

    private const int MaxFallbacks = 16;

    /// <inheritdoc/>
    public ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        exchange.Error = Decide(exchange);
        if (exchange.Why.Count > 0) exchange.Http.Response.Headers[Header] = HeaderText.Clean(DryRun.Explanation(exchange));
        if (DryRun.IsWanted(exchange)) return DryRun.AnswerAsync(exchange, time);
        return exchange.Error is null ? next(exchange) : ValueTask.CompletedTask;
    }

    private GatewayError? Decide(Exchange exchange)
    {
        var config = exchange.Gateway.Config;
        exchange.Policy = config.Policy;
        var rule = config.Rules.Count > 0 ? RuleList.Apply(exchange, new RequestFacts(exchange, time)) : null;
        if (rule?.Deny is { } message) return new GatewayError(ErrorKind.PermissionDenied, message) { Code = "route_denied" };

        var chosen = rule is not null ? Choose(exchange, rule.Targets, rule.Balance) : Asked(exchange);
        if (!chosen.IsOk) return chosen.Error;
        var candidates = chosen.Value;
        if (exchange.Fields.TryGet("fallbacks"u8, out var field) && ReadFallbacks(exchange.Body.Memory[field.Value], exchange.Gateway, candidates) is { } wrong) return wrong;
        foreach (var applied in exchange.Rules) Add(exchange, candidates, applied.Fallbacks);
        if (exchange.Caller is { } caller) Add(exchange, candidates, caller.Fallbacks);
        Add(exchange, candidates, config.FallbacksOf(exchange.RequestedModel));
        AddFilterFallbacks(exchange, config);
        exchange.Candidates = candidates;
        return exchange.Caller is null ? null : KeepAllowed(exchange, exchange.Caller, candidates);
    }

    /// <summary>Where the request goes without a rule.</summary>
    private static Decoded<List<Candidate>> Asked(Exchange exchange)
    {
        if (exchange.Caller is not { } caller) return ModelResolver.Resolve(exchange.RequestedModel, exchange.Gateway, exchange);
        if (caller.Targets.Count > 0)
        {
            exchange.Why.Add($"virtual key '{caller.Name}'");
            return Choose(exchange, caller.Targets, caller.Balance);
        }

        var named = ModelResolver.WithoutPickerPrefix(exchange.RequestedModel);
        if (!named.Contains('/') && !exchange.Gateway.Config.Aliases.Any(alias => alias.Matches(named)) && Shared(caller, named, exchange.Gateway) is { Count: > 0 } shares)
        {
            exchange.Why.Add($"virtual key '{caller.Name}'");
            return Choose(exchange, shares, caller.Balance);
        }

        return ModelResolver.Resolve(exchange.RequestedModel, exchange.Gateway, exchange);
    }

    /// <summary>The providers of a virtual key that have a model and take a share of what names only a model.</summary>
    private static List<RouteTarget> Shared(VirtualKey caller, string model, GatewayRuntime gateway)
    {
        var targets = new List<RouteTarget>();
        foreach (var entry in caller.Providers)
        {
            if (entry.Weight is { } weight && gateway.Find(entry.Provider) is { } provider && entry.Models.Allows(model) && (entry.Models.Names(model) || provider.Has(model, gateway.Catalog)))
                targets.Add(new RouteTarget($"{provider.Name}/{model}", weight));
        }

        return targets;
    }

    private static Decoded<List<Candidate>> Choose(Exchange exchange, IReadOnlyList<RouteTarget> targets, Balance balance)
    {
        var seed = exchange.Seed;
        if (targets.Count > 1 && (balance != Balance.Weighted || targets.Any(target => target.Weight is not null)))
            exchange.Why.Add(balance switch { Balance.LeastBusy => "least busy", Balance.Fastest => "fastest", _ => "by weight" } + (exchange.HasSession ? ", for its session" : ""));
        return ModelResolver.ResolveAll(Balancer.Order(targets, balance, seed, exchange.Gateway), ModelResolver.WithoutPickerPrefix(exchange.RequestedModel), exchange.Gateway);
    }

    private static void Add(Exchange exchange, List<Candidate> candidates, IReadOnlyList<RouteTarget> targets)
    {
        if (targets.Count == 0 || ModelResolver.ResolveAll(targets, exchange.RequestedModel, exchange.Gateway) is not { IsOk: true, Value: var more }) return;
        candidates.AddRange(more.Where(one => !candidates.Contains(one)));
    }

    private static void AddFilterFallbacks(Exchange exchange, GatewayConfig config)
    {
        var permitted = new List<Candidate>();
        foreach (var applied in exchange.Rules) Add(exchange, permitted, applied.FilterFallbacks);
        if (config.FilterFallbacks.Count > 0) Add(exchange, permitted, GatewayConfig.TargetsOf(config.FilterFallbacks, exchange.RequestedModel));
        if (exchange.Caller is { } caller) permitted.RemoveAll(one => !caller.Allows(one.Provider.Name, one.Model));
        if (permitted.Count > 0) exchange.Policy = exchange.Policy with { FilterFallbacks = permitted };
    }

    private static GatewayError? KeepAllowed(Exchange exchange, VirtualKey caller, List<Candidate> candidates)
    {
        var first = candidates[0];
        candidates.RemoveAll(one => !caller.Allows(one.Provider.Name, one.Model));
        if (candidates.Count > 0) return null;
        var providers = caller.Providers.Where(entry => entry.Provider.Equals(first.Provider.Name, StringComparison.OrdinalIgnoreCase)).ToList();
        return providers.Count == 0
            ? Blocked("provider_blocked", $"virtual key '{caller.Name}' may not use provider '{first.Provider.Name}': it has {string.Join(", ", caller.Providers.Select(entry => entry.Provider).Distinct())}")
            : Blocked("model_blocked", $"virtual key '{caller.Name}' may not use model '{HeaderText.Clean(first.Model)}' of provider '{first.Provider.Name}'");
    }

    private static GatewayError Blocked(string code, string message) => new(ErrorKind.PermissionDenied, message) { Param = "model", Code = code };

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
