using Causeway.Core.Authentication;
using Causeway.Core.Catalog;
using Causeway.Core.Configuration.Bifrost;

namespace Causeway.Core.Configuration;

/// <summary>
/// Reads <c>governance.pricing_overrides</c>: prices for some models and some requests, in Bifrost's form or with our own <c>price</c>.
/// Source: Bifrost's documentation, "Custom Pricing".
/// </summary>
/// <param name="providers">The providers that are configured.</param>
/// <param name="virtualKeys">The virtual keys that are.</param>
internal sealed class PriceOverrideReader(IReadOnlyDictionary<string, ProviderConfig> providers, IReadOnlyList<VirtualKey> virtualKeys)
{
    internal static readonly string[] Names =
        ["id", "name", "scope_kind", "virtual_key_id", "provider_id", "provider_key_id", "match_type", "pattern", "request_types", "price", "pricing_patch", "patch"];

    /// <summary>What Bifrost writes beside them.</summary>
    internal static readonly string[] LaterNames = ["user_id", "config_hash", "created_at", "updated_at"];

    private static readonly string[] Kinds = ["global", "provider", "provider_key", "virtual_key", "virtual_key_provider", "virtual_key_provider_key"];
    private static readonly string[] ChatTypes =
        ["chat_completion", "chat_completion_stream", "text_completion", "text_completion_stream", "responses", "responses_stream"];

    /// <summary>The overrides that can be used; the others are spoken of.</summary>
    public List<PriceOverride> Read(ConfigNode node) => [.. node.Items().Select(One).OfType<PriceOverride>()];

    private PriceOverride? One(ConfigNode node)
    {
        node.CheckNames([.. Names, .. LaterNames]);
        var (patch, pattern) = (Patch(node), Pattern(node));
        if (patch is null || pattern is null || !IsOfKnownKind(node) || !IsForChats(node["request_types"])) return null;
        return Scoped(node, new PriceOverride(pattern, patch));
    }

    private static PricePatch? Patch(ConfigNode node)
    {
        ConfigNode[] given = [.. new[] { node["price"], node["pricing_patch"], node["patch"] }.Where(form => !form.IsMissing)];
        if (given is [var one]) return !node["price"].IsMissing ? PriceReader.Read(one) : TokenPriceReader.Read(one);
        node.Error(given.Length == 0 ? "needs a price: {\"input\": 1, \"output\": 2}, in US dollars a million tokens, or a pricing_patch in US dollars a token"
            : "must have one of price, pricing_patch and patch, not several");
        return null;
    }

    private static string? Pattern(ConfigNode node)
    {
        var type = node["match_type"];
        var kind = type.Text();
        if (kind is not (null or "exact" or "wildcard")) type.Error("must be exact or wildcard");
        if (node["pattern"].Text()?.Trim() is not { Length: > 0 } pattern)
        {
            node["pattern"].Error("is required: a model's name at its provider, or a pattern such as gpt-4*");
            return null;
        }

        if (kind == "exact" && pattern.Contains('*')) node["pattern"].Error("holds a star: set match_type to wildcard");
        return pattern;
    }

    private static bool IsOfKnownKind(ConfigNode node)
    {
        switch (node["scope_kind"].Text())
        {
            case null: return true;
            case { } kind when Kinds.Contains(kind): return true;
            case "user" or "user_provider" or "user_provider_key":
                node["scope_kind"].Warn("this version knows no users: not used");
                return false;
            default:
                node["scope_kind"].Error($"must be one of {string.Join(", ", Kinds)}");
                return false;
        }
    }

    private static bool IsForChats(ConfigNode types)
    {
        var named = types.Texts();
        if (named.Count == 0 || named.Exists(type => ChatTypes.Contains(type))) return true;
        types.Warn("this version counts only the tokens of chats: not used");
        return false;
    }

    /// <summary>Narrows an override to what its ids name; null if there is no such thing.</summary>
    private PriceOverride? Scoped(ConfigNode node, PriceOverride price)
    {
        var (kind, caller, provider, key) = (node["scope_kind"].Text(), node["virtual_key_id"], node["provider_id"], node["provider_key_id"]);
        if (kind is not null)
        {
            Expect(caller, kind, kind.StartsWith("virtual_key", StringComparison.Ordinal));
            Expect(key, kind, kind.EndsWith("provider_key", StringComparison.Ordinal));
            if (!kind.EndsWith("provider_key", StringComparison.Ordinal)) Expect(provider, kind, kind.EndsWith("provider", StringComparison.Ordinal));   // a key says it too
        }

        if (provider.Text() is { } name)
        {
            if (!Exists(provider, providers.Keys.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)), "provider", providers.Keys)) return null;
            price = price with { Provider = name };
        }

        if (caller.Text() is { } id)
        {
            if (!Exists(caller, virtualKeys.FirstOrDefault(known => known.Id == id || known.Name == id), "virtual key", virtualKeys.SelectMany(known => new[] { known.Id, known.Name }))) return null;
            price = price with { VirtualKey = id };
        }

        return key.Text() is { } keyId ? OfKey(key, keyId, price) : price;
    }

    /// <summary>The key's id or name says which provider it is of, unless several have one of that name.</summary>
    private PriceOverride? OfKey(ConfigNode node, string id, PriceOverride price)
    {
        var keys = providers.Values.Where(provider => price.Provider is null || provider.Name.Equals(price.Provider, StringComparison.OrdinalIgnoreCase))
            .SelectMany(provider => provider.Keys.Select(key => (Provider: provider.Name, Key: key))).ToList();
        var found = keys.FindAll(known => known.Key.Id == id || known.Key.Name == id);
        if (!Exists(node, found.Count > 0 ? id : null, "provider's key", keys.SelectMany(known => new[] { known.Key.Id, known.Key.Name }.OfType<string>()))) return null;
        if (found.Exists(known => known.Provider != found[0].Provider)) node.Error($"is a key of {string.Join(" and ", found.Select(known => known.Provider).Distinct())}: add a provider_id");
        return price with { Provider = found[0].Provider, Key = found[0].Key.Name };
    }

    private static void Expect(ConfigNode id, string kind, bool isNeeded)
    {
        if (isNeeded && id.IsMissing) id.Error($"is required for the scope {kind}");
        if (!isNeeded && !id.IsMissing) id.Error($"does not go with the scope {kind}");
    }

    /// <summary>Was it found? What is not there may be of a later version, and its price is never used; but a slip of the pen is an error.</summary>
    private static bool Exists(ConfigNode node, object? found, string what, IEnumerable<string> known)
    {
        if (found is not null) return true;
        if (NearMiss.Find(node.Value.GetString()!, known.ToArray()) is { } meant) node.Error($"is no {what}: did you mean `{meant}`?");
        else node.Warn($"no {what} has this id or name: not used");
        return false;
    }
}
