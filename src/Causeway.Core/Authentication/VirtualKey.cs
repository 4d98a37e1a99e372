using Causeway.Core.Configuration;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Routing;

namespace Causeway.Core.Authentication;

/// <summary>What a client authenticates with: it says where its requests may go and how they are shared out.</summary>
public sealed record VirtualKey
{
    /// <summary>A name for people.</summary>
    public required string Name { get; init; }

    /// <summary>A name for other parts of the configuration; the same as <see cref="Name"/> if none was given.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of its secret; the secret itself is not kept.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>Values that were replaced and work for some time yet.</summary>
    public IReadOnlyList<FormerValue> Former { get; init; } = [];

    /// <summary>The team it belongs to; null: none.</summary>
    public string? Team { get; init; }

    /// <summary>The id of that team; null: none.</summary>
    public string? TeamId { get; init; }

    /// <summary>The id of the customer that it, or its team, belongs to; null: none.</summary>
    public string? CustomerId { get; init; }

    /// <summary>The id of the user that it belongs to; null: none.</summary>
    public string? UserId { get; init; }

    /// <summary>What the request log keeps of what its requests say; null: what it keeps of others, too.</summary>
    public ContentPolicy? Content { get; init; }

    /// <summary>Words that routing rules may ask for, such as the region of its data.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Can it be used?</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>From when on it cannot be used; null: always.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>The providers it may use; empty: all.</summary>
    public IReadOnlyList<VirtualKeyProvider> Providers { get; init; } = [];

    /// <summary>It may use no provider (an empty list in files of version 2).</summary>
    public bool AllowsNone { get; init; }

    /// <summary>What to try when what was chosen fails.</summary>
    public IReadOnlyList<RouteTarget> Fallbacks { get; init; } = [];

    /// <summary>How one of several targets is chosen.</summary>
    public Balance Balance { get; init; }

    /// <summary>The tool servers that its requests may use; null: nothing is said of them.</summary>
    public IReadOnlyList<ToolAllowance>? Tools { get; init; }

    /// <summary>Where all of its requests go, whatever model they ask for; empty: where they ask.</summary>
    public IReadOnlyList<RouteTarget> Targets { get; init; } = [];

    /// <summary>May it use <paramref name="provider"/> for anything?</summary>
    public bool Allows(string provider) => Providers.Count == 0 ? !AllowsNone : Providers.Any(entry => entry.Fits(provider, model: null));

    /// <summary>May it use <paramref name="model"/> at <paramref name="provider"/>?</summary>
    public bool Allows(string provider, string model)
    {
        if (Providers.Count == 0) return !AllowsNone;
        foreach (var entry in Providers)
        {
            if (entry.Fits(provider, model)) return true;
        }

        return false;
    }

    /// <summary>Tells which of a provider's keys it may use, for a model or, if that is null, for anything; null: all that there are.</summary>
    public Func<KeyConfig, bool>? KeysOf(string provider, string? model)
    {
        var isBounded = false;
        foreach (var entry in Providers)
        {
            if (!entry.Fits(provider, model)) continue;
            if (entry.Keys is null) return null;
            isBounded = true;
        }

        return isBounded ? key => Providers.Any(entry => entry.Fits(provider, model) && entry.Names(key)) : null;
    }
}

/// <summary>A provider that a virtual key may use.</summary>
/// <param name="Provider">Its name.</param>
/// <param name="Models">The models there.</param>
/// <param name="Weight">Its share of the requests that name only a model; null: none, it is used when it is named, or when others fail.</param>
/// <param name="Keys">The names or ids of the provider's keys that it may use; null: all.</param>
public sealed record VirtualKeyProvider(string Provider, ModelList Models, double? Weight, IReadOnlyList<string>? Keys = null)
{
    /// <summary>Is it for a provider and its model? Null: whatever model.</summary>
    internal bool Fits(string provider, string? model) => provider.Equals(Provider, StringComparison.OrdinalIgnoreCase) && (model is null || Models.Allows(model));

    /// <summary>Is a key of the provider among those that are listed?</summary>
    internal bool Names(KeyConfig key) => Keys!.Contains(key.Name) || (key.Id is { } id && Keys!.Contains(id));
}

/// <summary>What a virtual key may use of a tool server.</summary>
/// <param name="Client">The server's name in the configuration.</param>
/// <param name="Tools">Its tools; <c>*</c> is all of them.</param>
public sealed record ToolAllowance(string Client, IReadOnlyList<string> Tools);

/// <summary>A secret that was replaced by another.</summary>
/// <param name="Hash">Its SHA-256.</param>
/// <param name="Until">From when on it cannot be used.</param>
public sealed record FormerValue(ReadOnlyMemory<byte> Hash, DateTimeOffset Until);
