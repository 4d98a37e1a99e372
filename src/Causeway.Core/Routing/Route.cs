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
/// targets, else the model's name. Then come the fallbacks: of the request, the rule, the virtual key, and the model, unless the rule wants nobody
/// else. What the virtual key may not use is taken out at the end, whoever wanted it.
/// </summary>
public sealed class Route(TimeProvider time) : IStage
{
    /// <summary>The header that tells the client why its request goes where it goes.</summary>
    public const string Header = "x-causeway-route";

    private const int MaxFallbacks = 16;

    /// <inheritdoc/>
    public ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        if (DryRun.IsWanted(exchange)) return DryRunAsync(exchange);
        exchange.Error = Decide(exchange, exchange.Gateway.Config.Rules.Count > 0 ? new RequestFacts(exchange, time) : null);
        Announce(exchange);
        return exchange.Error is null ? next(exchange) : ValueTask.CompletedTask;
    }

    private ValueTask DryRunAsync(Exchange exchange)
    {
        exchange.Error = DryRun.Refusal(exchange);
        if (exchange.Error is not null) return ValueTask.CompletedTask;
        var facts = new RequestFacts(exchange, time);
        exchange.Error = Decide(exchange, facts);
        Announce(exchange);
        return DryRun.AnswerAsync(exchange, facts);
    }

    private static void Announce(Exchange exchange)
    {
        if (exchange.Why.Count > 0) exchange.Http.Response.Headers[Header] = HeaderText.Clean(DryRun.Explanation(exchange));
    }

    private static GatewayError? Decide(Exchange exchange, RequestFacts? facts)
    {
        var config = exchange.Gateway.Config;
        exchange.Policy = config.Policy;
        var rule = facts is null ? null : RuleList.Apply(exchange, facts);
        if (rule?.Deny is { } message) return new GatewayError(ErrorKind.PermissionDenied, message) { Code = "route_denied" };

        var asked = ModelResolver.WithoutPickerPrefix(exchange.RequestedModel);
        var chosen = rule is not null ? Balancer.Choose(rule.Targets, rule.Balance, asked, exchange.Gateway, exchange) : Asked(exchange, asked);
        if (!chosen.IsOk) return chosen.Error;
        var candidates = chosen.Value;
        if (rule is { IsOnly: true })
        {
            exchange.Why.Add("nobody else");
            Add(exchange, candidates, rule.Fallbacks, asked);
        }
        else if (AddFallbacks(exchange, candidates, asked) is { } wrong)
        {
            return wrong;
        }

        AddFilterFallbacks(exchange, rule, asked);
        exchange.Candidates = candidates;
        return exchange.Caller is null ? null : KeepAllowed(exchange.Caller, candidates);
    }

    /// <summary>Where the request goes without a rule.</summary>
    private static Decoded<List<Candidate>> Asked(Exchange exchange, string asked)
    {
        var gateway = exchange.Gateway;
        if (exchange.Caller is not { } caller) return ModelResolver.Resolve(asked, gateway, exchange);
        if (caller.Targets.Count > 0)
        {
            exchange.Why.Add($"virtual key '{caller.Name}'");
            return Balancer.Choose(caller.Targets, caller.Balance, asked, gateway, exchange);
        }

        if (caller.Providers.Count > 0 && !asked.Contains('/') && !IsAlias(gateway.Config.Aliases, asked) && Shared(exchange, caller, asked) is { } shared) return shared;
        return ModelResolver.Resolve(asked, gateway, exchange);
    }

    private static bool IsAlias(IReadOnlyList<ModelAlias> aliases, string asked)
    {
        foreach (var alias in aliases)
        {
            if (alias.Matches(asked)) return true;
        }

        return false;
    }

    /// <summary>
    /// The providers of a virtual key that have a model: first one of those that take a share of what names only a model, the others after it; then
    /// those without a share. Null if none has it.
    /// </summary>
    private static Decoded<List<Candidate>>? Shared(Exchange exchange, VirtualKey caller, string model)
    {
        List<RouteTarget> shares = [], others = [];
        foreach (var entry in caller.Providers)
        {
            if (exchange.Gateway.Find(entry.Provider) is { } provider && entry.Models.Allows(model) && (entry.Models.Names(model) || provider.Has(model, exchange.Gateway.Catalog)))
                (entry.Weight is null ? others : shares).Add(new RouteTarget($"{provider.Name}/{model}", entry.Weight));
        }

        if (shares.Count + others.Count == 0) return null;
        exchange.Why.Add($"virtual key '{caller.Name}'");
        if (shares.Count == 0) return Balancer.Choose(others, caller.Balance, model, exchange.Gateway, exchange);
        var chosen = Balancer.Choose(shares, caller.Balance, model, exchange.Gateway, exchange);
        if (chosen.IsOk) Add(exchange, chosen.Value, others, model);
        return chosen;
    }

    /// <summary>The fallbacks of the request, its rules, its virtual key and its model; the error if the request's own cannot be read.</summary>
    private static GatewayError? AddFallbacks(Exchange exchange, List<Candidate> candidates, string asked)
    {
        if (exchange.Fields.TryGet("fallbacks"u8, out var field) && ReadFallbacks(exchange.Body.Memory[field.Value], exchange.Gateway, candidates) is { } wrong) return wrong;
        foreach (var applied in exchange.Rules) Add(exchange, candidates, applied.Fallbacks, asked);
        if (exchange.Caller is { } caller) Add(exchange, candidates, caller.Fallbacks, asked);
        Add(exchange, candidates, exchange.Gateway.Config.FallbacksOf(asked), asked);
        return null;
    }

    private static void Add(Exchange exchange, List<Candidate> candidates, IReadOnlyList<RouteTarget> targets, string asked)
    {
        for (var i = 0; i < targets.Count; i++)
        {
            if (ModelResolver.ResolveTarget(targets[i], asked, exchange.Gateway) is { IsOk: true, Value: var one } && !candidates.Contains(one)) candidates.Add(one);
        }
    }

    private static void AddFilterFallbacks(Exchange exchange, RoutingRule? rule, string asked)
    {
        var config = exchange.Gateway.Config;
        var isOnly = rule is { IsOnly: true };
        if (exchange.Rules.Count == 0 && config.FilterFallbacks.Count == 0) return;
        var permitted = new List<Candidate>();
        if (isOnly) Add(exchange, permitted, rule!.FilterFallbacks, asked);
        else
        {
            foreach (var applied in exchange.Rules) Add(exchange, permitted, applied.FilterFallbacks, asked);
            Add(exchange, permitted, GatewayConfig.TargetsOf(config.FilterFallbacks, asked), asked);
        }

        if (exchange.Caller is { } caller) permitted.RemoveAll(one => !caller.Allows(one.Provider.Name, one.Model));
        if (permitted.Count > 0) exchange.Policy = exchange.Policy with { FilterFallbacks = permitted };
    }

    private static GatewayError? KeepAllowed(VirtualKey caller, List<Candidate> candidates)
    {
        if (caller.Providers.Count == 0 && !caller.AllowsNone) return null;
        var first = candidates[0];
        candidates.RemoveAll(one => !caller.Allows(one.Provider.Name, one.Model));
        if (candidates.Count > 0) return null;
        if (caller.AllowsNone) return Blocked("provider_blocked", $"virtual key '{caller.Name}' may use no provider: its list of providers is empty");
        return !caller.Providers.Any(entry => entry.Provider.Equals(first.Provider.Name, StringComparison.OrdinalIgnoreCase))
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
