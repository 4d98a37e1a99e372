using System.Text.Json;
using Causeway.Core.Catalog;
using Causeway.Core.Configuration.Bifrost;
using Causeway.Core.Management;
using Causeway.Core.Routing;

namespace Causeway.Core.Configuration;

/// <summary>
/// Reads <c>config.json</c>: the form that Bifrost has, as far as this version acts on it. Without a file, the providers are those
/// whose key variables are set.
/// </summary>
public static class ConfigLoader
{
    /// <summary>The file's name in the app directory.</summary>
    public const string FileName = "config.json";

    /// <summary>Sections of the form that this version reads.</summary>
    internal static readonly string[] Sections = ["version", "client", "providers", "model_aliases", "fallbacks", "content_filter_fallbacks", "routing", "governance", "losses", "config_store", "logs_store", "logging", "auth_config", "otel", "plugins"];

    /// <summary>Sections of the form that this version takes but does not act on.</summary>
    internal static readonly string[] LaterSections =
    [
        "vector_store", "mcp", "framework", "encryption_key", "server",
        "source_of_truth", "env_label", "webhooks", "websocket", "skills_registry", "feature_flags", "alerting", "guardrails_config", "audit_logs",
        "cluster_config", "load_balancer_config", "large_payload_optimization", "scim_config", "access_profiles", "circuit_breaker_config",
    ];

    /// <summary>Members of <c>client</c> that this version acts on, and those it takes.</summary>
    internal static readonly string[] ClientNames = ["max_request_body_size_mb", "drop_excess_requests", "enforce_auth_on_inference", "enforce_governance_header", "allowed_origins", "prometheus_labels", .. LogReader.ClientNames];

    internal static readonly string[] LaterClientNames =
    [
        "initial_pool_size", "allow_direct_keys", "allowed_headers", "compat", "header_filter_config", "required_headers", "whitelisted_routes", "async_job_result_ttl",
    ];

    /// <summary>
    /// Reads the file of <paramref name="appDir"/>, or, if there is none, looks at the environment; the models that it has of its own
    /// (<see cref="ModelFile"/>); and what is stored beside it.
    /// </summary>
    /// <param name="appDir">The folder.</param>
    /// <param name="env">The environment.</param>
    /// <param name="stored">Stored objects, with their secrets opened; those that are wrong are left out.</param>
    public static ConfigLoad LoadAppDir(string appDir, Func<string, string?> env, IReadOnlyList<StoredObject>? stored = null)
    {
        var path = Path.Combine(appDir, FileName);
        try
        {
            var file = File.Exists(path) ? File.ReadAllBytes(path) : null;
            return ModelFile.AddTo(file is null && stored is null or { Count: 0 } ? FromEnvironment(env) : Load(file, path, env, stored ?? []), appDir);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            return Failed(new ConfigProblem(path, "", $"cannot be read: {broken.Message}"));
        }
    }

    /// <summary>The file, or what the environment gives if there is none, and what is stored.</summary>
    private static ConfigLoad Load(byte[]? file, string path, Func<string, string?> env, IReadOnlyList<StoredObject> stored)
    {
        var found = file is null ? FromEnvironment(env).Config : null;
        for (var leftOut = new List<StoredProblem>(); ;)
        {
            var load = Parse(file ?? "{}"u8.ToArray(), path, env, found, stored.Count == 0 ? null : new StoredItems(stored));
            leftOut.AddRange(load.Stored);
            if (load.Stored.Count == 0) return load with { Stored = leftOut, File = file is null ? default : load.File };
            var wrong = load.Stored.Select(problem => problem.Object).ToHashSet();
            stored = [.. stored.Where(item => !wrong.Contains(item))];   // without them others may be wrong that refer to them
        }
    }

    /// <summary>The configuration that the environment alone gives: a provider for each key variable that is set.</summary>
    public static ConfigLoad FromEnvironment(Func<string, string?> env)
    {
        var providers = new Dictionary<string, ProviderConfig>(StringComparer.OrdinalIgnoreCase);
        foreach (var provider in ProviderCatalog.Default.All)
        {
            foreach (var variable in provider.KeyEnv)
            {
                if (env(variable) is not { Length: > 0 } key) continue;
                providers[provider.Name] = new ProviderConfig { Name = provider.Name, Provider = provider, Keys = [new KeyConfig { Name = variable, Value = key }], Fingerprint = key };
                break;
            }
        }

        var problems = new ConfigProblems();
        return new ConfigLoad(new GatewayConfig { Providers = providers, Aliases = StandIns(providers), Otel = OtelEnvironment.Read(env, problems.Warnings) }, [], problems.Warnings);
    }

    /// <summary>
    /// Without Anthropic, Claude's model names go to the first provider that has models to stand in for them: Claude Code asks for its small
    /// model by name whatever it was told to use.
    /// </summary>
    private static List<ModelAlias> StandIns(Dictionary<string, ProviderConfig> providers)
    {
        if (providers.ContainsKey("anthropic")) return [];
        foreach (var (name, provider) in providers)
        {
            if (provider.Provider.StandIns is not var (small, large)) continue;
            return [new ModelAlias("claude-*haiku*", [new RouteTarget($"{name}/{small}")]), new ModelAlias("claude-*", [new RouteTarget($"{name}/{large}")])];
        }

        return [];
    }

    /// <summary>Reads the text of a file; <paramref name="source"/> names it in problems.</summary>
    public static ConfigLoad Parse(ReadOnlyMemory<byte> json, string source, Func<string, string?> env) => Parse(json, source, env, null, null);

    /// <summary>The same, beside the providers of <paramref name="found"/>, which the text may declare anew, and beside what is stored.</summary>
    private static ConfigLoad Parse(ReadOnlyMemory<byte> json, string source, Func<string, string?> env, GatewayConfig? found, StoredItems? stored)
    {
        var problems = new ConfigProblems(stored);
        if (ConfigJson.Parse(json, source, problems) is not { } file) return new ConfigLoad(null, problems.Errors, []);
        file.CheckNames([.. Sections, .. LaterSections]);
        foreach (var name in LaterSections)
        {
            if (!file[name].IsMissing) file[name].Warn("is taken, but this version does not act on it yet");
        }

        var strictLists = file["version"].Number(1, 2) == 2;
        var providers = new Dictionary<string, ProviderConfig>(found?.Providers ?? new Dictionary<string, ProviderConfig>(), StringComparer.OrdinalIgnoreCase);
        foreach (var (name, node) in file["providers"].Members())
        {
            if (ProviderReader.Read(name, node, strictLists, env) is { } provider) providers[name] = provider;
        }

        var targets = new TargetReader(providers);
        var clients = GovernanceReader.Read(file["governance"], targets, strictLists, env);
        var alerts = AlertReader.Read(file["governance"]["alerts"], env);
        var config = new GatewayConfig
        {
            Providers = providers,
            Client = ReadClient(file["client"]),
            Aliases = [.. ReadTargets(file["model_aliases"], targets), .. found is null ? [] : StandIns(providers)],
            Fallbacks = ReadTargets(file["fallbacks"], targets),
            FilterFallbacks = ReadTargets(file["content_filter_fallbacks"], targets),
            Rules = [.. RuleReader.Rules(file["routing"], targets), .. BifrostRuleReader.Read(file["governance"]["routing_rules"], targets)],
            Policy = RuleReader.Policy(file["routing"]),
            VirtualKeys = clients.VirtualKeys,
            Budgets = clients.Budgets,
            RateLimits = clients.RateLimits,
            PriceOverrides = new PriceOverrideReader(providers, clients.VirtualKeys).Read(file["governance"]["pricing_overrides"]),
            Alerts = alerts,
            AlertRules = AlertRuleReader.Read(file["governance"]["alert_rules"], alerts.Count > 0),
            Losses = ReadLosses(file["losses"]),
            Admin = AdminReader.Read(file["auth_config"].IsMissing ? file["governance"]["auth_config"] : file["auth_config"], env),
            Store = StoreReader.Read(file["config_store"], env),
            NamesStore = !file["config_store"].IsMissing,
            Log = LogReader.Read(file, env),
            Otel = ReadOtel(file, env, problems),
        };
        return new ConfigLoad(problems.Errors.Count == 0 ? config : null, problems.Errors, problems.Warnings) { File = file.Value, Stored = problems.OfStored };
    }

    private static ClientConfig ReadClient(ConfigNode node)
    {
        if (node.IsMissing) return new ClientConfig();
        node.CheckNames([.. ClientNames, .. LaterClientNames]);
        var megabytes = node["max_request_body_size_mb"].Number(1, 2000);
        var defaults = new ClientConfig();
        return defaults with
        {
            MaxRequestBodyBytes = megabytes is null ? defaults.MaxRequestBodyBytes : (long)(megabytes.Value * (1 << 20)),
            DropExcessRequests = node["drop_excess_requests"].Flag() ?? false,
            EnforcesVirtualKeys = node["enforce_auth_on_inference"].Flag() ?? node["enforce_governance_header"].Flag(),
            AllowedOrigins = node["allowed_origins"].Texts(),
            MetricLabels = node["prometheus_labels"].Texts(),
        };
    }

    /// <summary>The section, else the plug-in of Bifrost's form, else the environment.</summary>
    private static OtelConfig? ReadOtel(ConfigNode file, Func<string, string?> env, ConfigProblems problems)
    {
        var plugin = OtelPluginReader.Read(file["plugins"], env);
        var config = !file["otel"].IsMissing ? OtelReader.Read(file["otel"], env) : plugin ?? OtelEnvironment.Read(env, problems.Warnings);
        return OtelEnvironment.IsDisabled(env) ? null : config;
    }

    private static List<ModelAlias> ReadTargets(ConfigNode node, TargetReader reader)
    {
        var aliases = new List<ModelAlias>();
        foreach (var (pattern, value) in node.Members())
        {
            var balanced = value.Value.ValueKind == JsonValueKind.Object && !value["to"].IsMissing;
            if (balanced) value.CheckNames(["to", "balance"]);
            if (reader.Read(balanced ? value["to"] : value) is { Count: > 0 } targets)
                aliases.Add(new ModelAlias(pattern, targets) { Balance = balanced ? TargetReader.Balance(value["balance"]) : Balance.Weighted });
        }

        return aliases;
    }

    private static List<LossRule> ReadLosses(ConfigNode node)
    {
        var rules = new List<LossRule>();
        foreach (var (pattern, value) in node.Members())
        {
            if (LossesReader.Rejects(value) is { } rejects) rules.Add(new LossRule(pattern, rejects));
        }

        return rules;
    }

    private static ConfigLoad Failed(ConfigProblem problem) => new(null, [problem], []);
}
