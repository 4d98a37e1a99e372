using Causeway.Core.Catalog;
using Causeway.Core.Configuration;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Routing;

/// <summary>Finds the provider that a client's model name means.</summary>
public static class ModelResolver
{
    /// <summary>
    /// Names listed for Claude Code's model picker begin with this, since it shows only names that begin with
    /// <c>claude</c> or <c>anthropic</c>: <c>claude-gw/openai/gpt-4o</c> is <c>openai/gpt-4o</c>.
    /// </summary>
    public const string PickerPrefix = "claude-gw/";

    /// <summary>
    /// The candidates for a model name, in order: those of the first alias that matches, else the provider that the name's
    /// prefix names, else the provider that knows the bare name.
    /// </summary>
    public static Decoded<List<Candidate>> Resolve(string model, GatewayRuntime gateway, Exchange? exchange = null)
    {
        model = WithoutPickerPrefix(model);
        foreach (var alias in gateway.Config.Aliases)
        {
            if (!alias.Matches(model)) continue;
            exchange?.Why.Add($"alias {alias.Pattern}");
            return Balancer.Choose(alias.Targets, alias.Balance, model, gateway, exchange);
        }

        var single = ResolveName(model, gateway);
        return single.IsOk ? new List<Candidate> { single.Value } : single.Error;
    }

    /// <summary>The name as it is meant, without what the model picker needs.</summary>
    public static string WithoutPickerPrefix(string model) =>
        model.StartsWith(PickerPrefix, StringComparison.OrdinalIgnoreCase) ? model[PickerPrefix.Length..] : model;

    /// <summary>The candidates for <paramref name="targets"/>, in their order; the error of the first that is none.</summary>
    /// <param name="targets">Targets; <c>*</c> for the model or the provider stands for that of <paramref name="asked"/>.</param>
    /// <param name="asked">The model that was asked for.</param>
    /// <param name="gateway">Has the providers.</param>
    public static Decoded<List<Candidate>> ResolveAll(IReadOnlyList<RouteTarget> targets, string asked, GatewayRuntime gateway)
    {
        var found = new List<Candidate>(targets.Count);
        foreach (var target in targets)
        {
            var one = ResolveTarget(target, asked, gateway);
            if (!one.IsOk) return one.Error;
            if (!found.Contains(one.Value)) found.Add(one.Value);
        }

        return found;
    }

    /// <summary>The candidate for a target; <c>*</c> for the model or the provider stands for that of <paramref name="asked"/>.</summary>
    public static Decoded<Candidate> ResolveTarget(RouteTarget target, string asked, GatewayRuntime gateway)
    {
        var name = target.Name;
        var slash = asked.IndexOf('/');
        if (slash > 0 && gateway.Find(asked[..slash]) is null && ProviderCatalog.Default.Find(asked[..slash]) is null) slash = -1;   // a model's own name may have a slash
        if (name.EndsWith("/*", StringComparison.Ordinal)) name = string.Concat(name.AsSpan(0, name.Length - 1), asked.AsSpan(slash + 1));
        if (name.StartsWith("*/", StringComparison.Ordinal)) name = string.Concat(asked.AsSpan(0, slash + 1), name.AsSpan(2));
        return ResolveName(name, gateway);
    }

    /// <summary>The candidate for <c>provider/model</c> or a bare model name; aliases are not looked at.</summary>
    public static Decoded<Candidate> ResolveName(string model, GatewayRuntime gateway)
    {
        if (string.IsNullOrWhiteSpace(model)) return NotFound(model, "the model's name is empty");
        var slash = model.IndexOf('/');
        if (model.AsSpan(slash + 1) is "." or "..") return NotFound(model, "no model has this name, which would lead to another path of the provider");
        if (slash > 0 && gateway.Find(model[..slash]) is { } named)
            return slash + 1 < model.Length ? new Candidate(named, model[(slash + 1)..], gateway.Catalog) : NotFound(model, "the model's name is missing after the '/'");
        if (gateway.Providers.Count == 0)
            return NotFound(model, "no provider is configured: set a key variable such as OPENAI_API_KEY, or add providers to config.json");
        return BareName(model, gateway) is { } provider ? new Candidate(provider, model, gateway.Catalog) : Unknown(model, slash, gateway);
    }

    private static ProviderRuntime? BareName(string model, GatewayRuntime gateway)
    {
        foreach (var provider in gateway.Providers)
        {
            if (provider.Keys.Names(model)) return provider;
        }

        foreach (var provider in gateway.Providers)
        {
            if (gateway.Catalog.Knows(provider.Name, model)) return provider;
        }

        // A name that some other vendor's catalogue knows is not sent to the only provider there is: it would be a puzzling 404.
        return gateway.Providers is [var only] && !ProviderCatalog.Default.All.Any(p => gateway.Catalog.Knows(p.Name, model))
            ? only : null;
    }

    private static GatewayError Unknown(string model, int slash, GatewayRuntime gateway)
    {
        var configured = string.Join(", ", gateway.Providers.Select(p => p.Name));
        if (slash > 0 && ProviderCatalog.Default.Find(model[..slash]) is { } known)
        {
            var how = known.KeyEnv is [var variable, ..] ? $"set {variable} or add " : "add ";
            return NotFound(model, $"the provider '{known.Name}' is not configured: {how}providers.{known.Name} to config.json. Configured: {configured}");
        }

        return NotFound(model, $"no configured provider is known to have this model: write it as provider/model, or add it to model_aliases. Configured: {configured}");
    }

    private static GatewayError NotFound(string model, string why)
    {
        var shown = model.Length > 120 ? model[..120] + "..." : model;
        return new GatewayError(ErrorKind.NotFound, $"model '{shown}' not found: {why}") { Param = "model", Code = "model_not_found" };
    }
}
