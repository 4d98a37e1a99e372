using Causeway.Core.Authentication;
using Causeway.Core.Configuration;

namespace Causeway.Core.Catalog;

/// <summary>Other prices for some models, where a virtual key, a provider or one of its keys is used.</summary>
/// <param name="Pattern">The model's name at the provider, with <c>*</c> as a wildcard.</param>
/// <param name="Patch">What it changes.</param>
public sealed record PriceOverride(string Pattern, PricePatch Patch)
{
    /// <summary>The name or id of the virtual key that it is for; null: for all requests.</summary>
    public string? VirtualKey { get; init; }

    /// <summary>The provider that it is for; null: all.</summary>
    public string? Provider { get; init; }

    /// <summary>The name of the provider's key that it is for; null: all.</summary>
    public string? Key { get; init; }

    /// <summary>How narrow it is: a virtual key counts for more than a key of a provider, that for more than the provider.</summary>
    internal int Narrowness => (VirtualKey is null ? 0 : 3) + (Key is not null ? 2 : Provider is not null ? 1 : 0);

    /// <summary>Is it for such a request?</summary>
    internal bool Covers(VirtualKey? caller, string provider, string? key, string model) =>
        (VirtualKey is null || (caller is not null && (VirtualKey == caller.Id || VirtualKey == caller.Name)))
        && (Provider is null || Provider.Equals(provider, StringComparison.OrdinalIgnoreCase))
        && (Key is null || Key == key)
        && new WildcardPattern(Pattern).Matches(model);
}
