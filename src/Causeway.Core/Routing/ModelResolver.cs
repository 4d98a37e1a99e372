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
        if (model.StartsWith(PickerPrefix, StringComparison.OrdinalIgnoreCase)) model = model[PickerPrefix.Length..];
        foreach (var alias in gateway.Config.Aliases)
        {
            if (!alias.Matches(model)) continue;
            var found = new List<Candidate>();
            foreach (var target in InOrder(alias, exchange))
            {
                var one = ResolveName(target.Name, gateway);
                if (!one.IsOk) return one.Error;
                found.Add(one.Value);
            }

            return found;
        }

        var single = ResolveName(model, gateway);
        return single.IsOk ? new List<Candidate> { single.Value } : single.Error;
    }

    private static IEnumerable<RouteTarget> InOrder(ModelAlias alias, Exchange? exchange)
    {
        if (!alias.IsWeighted) return alias.Targets;
        var seed = exchange?.Seed ?? Rendezvous.RandomSeed();
        return alias.Targets.OrderByDescending(target => Rendezvous.Score(seed, Rendezvous.Hash(target.Name), target.Weight ?? 1));
    }

    /// <summary>The candidate for <c>provider/model</c> or a bare model name; aliases are not looked at.</summary>
    public static Decoded<Candidate> ResolveName(string model, GatewayRuntime gateway)
    {
        if (string.IsNullOrWhiteSpace(model)) return NotFound(model, "the model's name is empty");
        var slash = model.IndexOf('/');
        if (slash > 0 && gateway.Find(model[..slash]) is { } named)
            return slash + 1 < model.Length ? new Candidate(named, model[(slash + 1)..]) : NotFound(model, "the model's name is missing after the '/'");
        if (gateway.Providers.Count == 0)
            return NotFound(model, "no provider is configured: set a key variable such as OPENAI_API_KEY, or add providers to config.json");
        return BareName(model, gateway) is { } provider ? new Candidate(provider, model) : Unknown(model, slash, gateway);
    }

    private static ProviderRuntime? BareName(string model, GatewayRuntime gateway)
    {
        foreach (var provider in gateway.Providers)
        {
            if (provider.Keys.Names(model)) return provider;
        }

        foreach (var provider in gateway.Providers)
        {
            if (ModelCatalog.Default.Find(provider.Name, model) is not null) return provider;
        }

        // A name that some other vendor's catalogue knows is not sent to the only provider there is: it would be a puzzling 404.
        return gateway.Providers is [var only] && !ProviderCatalog.Default.All.Any(p => ModelCatalog.Default.Find(p.Name, model) is not null)
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
