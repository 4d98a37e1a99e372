using System.Globalization;
using Causeway.Core.Authentication;
using Causeway.Core.Catalog;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Alerts;
using Causeway.Core.Recording.Watch;
using Causeway.Core.Routing;
using Causeway.Core.Routing.Rules;

namespace Causeway.Core.Configuration;

/// <summary>The whole configuration. Immutable: a reload makes a new one.</summary>
public sealed record GatewayConfig
{
    /// <summary>The providers by name, in the order of the file.</summary>
    public required IReadOnlyDictionary<string, ProviderConfig> Providers { get; init; }

    /// <summary>Settings of the side that clients see.</summary>
    public ClientConfig Client { get; init; } = new();

    /// <summary>Other names for models, in the order of the file; the first that matches is taken.</summary>
    public IReadOnlyList<ModelAlias> Aliases { get; init; } = [];

    /// <summary>What to try when a model fails, by a pattern of the name that was asked for.</summary>
    public IReadOnlyList<ModelAlias> Fallbacks { get; init; } = [];

    /// <summary>What to try when a content filter refuses a request, by a pattern of the name that was asked for.</summary>
    public IReadOnlyList<ModelAlias> FilterFallbacks { get; init; } = [];

    /// <summary>The rules that say where requests go, in order.</summary>
    public IReadOnlyList<RoutingRule> Rules { get; init; } = [];

    /// <summary>What holds for requests where no rule says otherwise.</summary>
    public RoutePolicy Policy { get; init; } = RoutePolicy.Default;

    /// <summary>The keys that clients authenticate with.</summary>
    public IReadOnlyList<VirtualKey> VirtualKeys { get; init; } = [];

    /// <summary>What may be spent, and by whom.</summary>
    public IReadOnlyList<Budget> Budgets { get; init; } = [];

    /// <summary>How many requests and tokens there may be, and of whom.</summary>
    public IReadOnlyList<RateLimit> RateLimits { get; init; } = [];

    /// <summary>Who is told when budgets are nearly spent, and of what <see cref="AlertRules"/> say.</summary>
    public IReadOnlyList<AlertTarget> Alerts { get; init; } = [];

    /// <summary>What they are told of besides.</summary>
    public IReadOnlyList<AlertRule> AlertRules { get; init; } = [];

    /// <summary>Prices that hold for some requests in place of the catalogue's.</summary>
    public IReadOnlyList<PriceOverride> PriceOverrides { get; init; } = [];

    /// <summary>What is known of models: the built-in catalogue, and the user's own rows before it.</summary>
    public ModelCatalog Catalog { get; init; } = ModelCatalog.Default;

    /// <summary>Models whose translated requests must lose nothing, by a pattern of the name that was asked for; the first that matches is taken.</summary>
    public IReadOnlyList<LossRule> Losses { get; init; } = [];

    /// <summary>The admin whom the file names; null: it names none.</summary>
    public AdminConfig? Admin { get; init; }

    /// <summary>Where the ledger is kept; null: nowhere. Read at the start only.</summary>
    public StoreConfig? Store { get; init; } = new SqliteStoreConfig();

    /// <summary>What the request log keeps.</summary>
    public LogConfig Log { get; init; } = new();

    /// <summary>
    /// Where the request log is kept; null: nowhere. Where the file says nothing, it is in a file of its own, or beside the ledger in a database that several gateways
    /// may share; who wants no database at all wants no log either.
    /// </summary>
    public StoreConfig? LogPlace => !Log.IsEnabled ? null : Log.Store ?? Store switch
    {
        null => null,
        PostgresStoreConfig shared => shared,
        _ => new SqliteStoreConfig("logs.db"),
    };

    /// <summary>The file says where the ledger is kept.</summary>
    public bool NamesStore { get; init; }

    /// <summary>Who is told of spans and metrics; null: nobody. Read at the start only.</summary>
    public OtelConfig? Otel { get; init; }

    /// <summary>Is a ledger kept? Where nobody has a key or a budget, only if the file asks for one: a row costs a request a third of its time.</summary>
    public bool KeepsLedger => Store is not null && (NamesStore || VirtualKeys.Count > 0 || Budgets.Count > 0);

    /// <summary>Is a request for <paramref name="model"/> to be refused if it cannot be translated without loss?</summary>
    public bool RejectsLosses(string model)
    {
        foreach (var rule in Losses)
        {
            if (new WildcardPattern(rule.Pattern).Matches(model)) return rule.Reject;
        }

        return false;
    }

    /// <summary>The fallbacks of the first pattern that matches <paramref name="model"/>.</summary>
    public IReadOnlyList<RouteTarget> FallbacksOf(string model) => TargetsOf(Fallbacks, model);

    /// <summary>The targets of the first pattern that matches <paramref name="model"/>.</summary>
    public static IReadOnlyList<RouteTarget> TargetsOf(IReadOnlyList<ModelAlias> entries, string model)
    {
        foreach (var entry in entries)
        {
            if (entry.Matches(model)) return entry.Targets;
        }

        return [];
    }
}

/// <summary>An admin of the gateway.</summary>
/// <param name="Name">The name of the account.</param>
/// <param name="PasswordHash">SHA-256 of the password.</param>
public sealed record AdminConfig(string Name, ReadOnlyMemory<byte> PasswordHash);

/// <summary>Whether requests may lose something in translation.</summary>
/// <param name="Pattern">The models' names, with <c>*</c> as a wildcard.</param>
/// <param name="Reject">true: they may not.</param>
public sealed record LossRule(string Pattern, bool Reject);

/// <summary>Settings of the side that clients see.</summary>
public sealed record ClientConfig
{
    /// <summary>Largest request body, in bytes.</summary>
    public long MaxRequestBodyBytes { get; init; } = 100L << 20;

    /// <summary>
    /// Requests without a virtual key are refused. Null in what the file says: where the gateway can be reached from other machines, they are.
    /// </summary>
    public bool? EnforcesVirtualKeys { get; init; }

    /// <summary>Must requests have a virtual key? <see cref="EnforcesVirtualKeys"/> as it is in force.</summary>
    public bool RequiresVirtualKey => EnforcesVirtualKeys ?? false;

    /// <summary>Web pages of other origins that may use the gateway, such as <c>https://app.example.com</c>; <c>*</c>: all.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>What metrics tell apart beside the usual: <c>virtual_key</c>, <c>team</c>. Other words mean nothing here.</summary>
    public IReadOnlyList<string> MetricLabels
    {
        get;
        init
        {
            field = value;
            (LabelsKeys, LabelsTeams) = (value.Contains("virtual_key"), value.Contains("team"));
        }
    } = [];

    /// <summary>Metrics tell virtual keys apart.</summary>
    internal bool LabelsKeys { get; private init; }

    /// <summary>Metrics tell teams apart.</summary>
    internal bool LabelsTeams { get; private init; }

    /// <summary>A request for which a provider has no room is refused at once and does not wait.</summary>
    public bool DropExcessRequests { get; init; }
}

/// <summary>A model that may be meant.</summary>
/// <param name="Name">Of the form <c>provider/model</c>; with <c>*</c> for the model: the one that was asked for.</param>
/// <param name="Weight">Its share, relative to the others'; null: none was given.</param>
public sealed record RouteTarget(string Name, double? Weight = null)
{
    /// <summary>What the name hashes to, for weighted choice.</summary>
    internal ulong Hash { get; } = Rendezvous.Hash(Name);

    /// <summary>For people: the name, and the weight if there is one.</summary>
    public override string ToString() => Weight is { } weight ? string.Create(CultureInfo.InvariantCulture, $"{Name} ({weight})") : Name;
}

/// <summary>A pattern of model names, and what it stands for.</summary>
/// <param name="Pattern">The name, with <c>*</c> as a wildcard.</param>
/// <param name="Targets">
/// The first is meant, the others are its fallbacks. With weights, one is chosen by them, for a session always the same; the others are its
/// fallbacks, in the order of their own turn.
/// </param>
public sealed record ModelAlias(string Pattern, IReadOnlyList<RouteTarget> Targets)
{
    /// <summary>How one of several targets is chosen.</summary>
    public Balance Balance { get; init; }

    /// <summary>Does <paramref name="model"/> fit the pattern?</summary>
    public bool Matches(string model) => new WildcardPattern(Pattern).Matches(model);
}
