using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Quirks;

namespace Causeway.Core.Catalog;

/// <summary>How a provider takes its key.</summary>
public enum ProviderAuth
{
    /// <summary><c>Authorization: Bearer KEY</c>.</summary>
    Bearer,

    /// <summary><c>x-api-key: KEY</c>.</summary>
    XApiKey,

    /// <summary><c>x-goog-api-key: KEY</c>.</summary>
    XGoogApiKey,

    /// <summary>It takes none.</summary>
    None,
}

/// <summary>An API of a provider.</summary>
/// <param name="Dialect">What is spoken there.</param>
/// <param name="Path">The path after the base address, such as <c>/v1/chat/completions</c>; <c>{model}</c> in it stands for the model's name.</param>
/// <param name="StreamPath">The path for streamed answers, where it is another one.</param>
/// <param name="CountPath">The path that only counts a request's tokens; null if there is none.</param>
/// <param name="CompactPath">The path that makes a conversation shorter; null if there is none.</param>
public sealed record ProviderEndpoint(DialectId Dialect, string Path, string? StreamPath = null, string? CountPath = null, string? CompactPath = null);

/// <summary>A vendor or server as <c>providers.json</c> describes it: data, no code.</summary>
public sealed record Provider
{
    /// <summary>The name used in <c>provider/model</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name for people.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Where it is reached, without the version part of the path.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The environment variables that may hold its key, the usual one first.</summary>
    public IReadOnlyList<string> KeyEnv { get; init; } = [];

    /// <summary>How it takes its key.</summary>
    public ProviderAuth Auth { get; init; }

    /// <summary>It works without a key too (a server of one's own).</summary>
    public bool KeyOptional { get; init; }

    /// <summary>Its models want their earlier thinking back, see <see cref="ModelTraits.ReplaysReasoning"/>.</summary>
    public bool ReplaysReasoning { get; init; }

    /// <summary>What its models take of JSON Schema, see <see cref="ModelTraits"/>; a model's own entry goes before. Null: all.</summary>
    public SchemaSubsets? Schemas { get; init; }

    /// <summary>The APIs it offers, the preferred one first.</summary>
    public IReadOnlyList<ProviderEndpoint> Speaks { get; init; } = [];

    /// <summary>Path of its list of models; null if it has none.</summary>
    public string? ModelsPath { get; init; }

    /// <summary>Headers that every request needs, unless the client sends its own.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>What it wants otherwise, in the vocabulary of <see cref="QuirkWords"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Quirks { get; init; } = [];

    /// <summary>
    /// Models to take for Claude's small and large ones when nothing is configured: Claude Code asks for some of those by itself. Null: none.
    /// </summary>
    public (string Small, string Large)? StandIns { get; init; }

    /// <summary>Where a person sets its key.</summary>
    public string KeyHint => KeyEnv is [var first, ..] ? first : $"providers.{Name}.keys";

    /// <summary>The quirks ready for use; they were checked when the catalogue was read.</summary>
    public QuirkChain BuildQuirks() => new([.. Quirks.Select(q => QuirkWords.Parse(q.Key, q.Value, out _)).OfType<Quirk>()]);
}
