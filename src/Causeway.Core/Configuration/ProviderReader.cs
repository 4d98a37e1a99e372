using System.Text.Json;
using Causeway.Core.Catalog;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Configuration;

/// <summary>Reads one entry of <c>providers</c>.</summary>
internal static class ProviderReader
{
    internal static readonly string[] Names = ["keys", "network_config", "proxy_config", "custom_provider_config", "concurrency_and_buffer_size"];
    internal static readonly string[] LaterNames =
        ["send_back_raw_request", "send_back_raw_response", "store_raw_request_response", "openai_config", "prompt_cache"];

    internal static readonly string[] KeyNames = ["id", "name", "value", "weight", "models", "blacklisted_models", "enabled", "bedrock_key_config"];
    internal static readonly string[] LaterKeyNames =
    [
        "use_for_batch_api", "aliases", "description", "azure_key_config", "vertex_key_config",
        "vllm_key_config", "ollama_key_config", "sgl_key_config", "replicate_key_config",
    ];

    internal static readonly string[] CustomNames = ["base_provider_type", "is_key_less", "definition", "allowed_requests"];
    internal static readonly string[] LaterCustomNames = ["request_path_overrides", "does_not_send_done_marker"];

    /// <summary>Vendors of Bifrost's form whose APIs this version does not speak: their entries are skipped, the others work.</summary>
    private static readonly string[] LaterVendors =
    [
        "vertex", "azure", "huggingface", "replicate", "sgl", "nebius", "parasail", "elevenlabs", "databricks", "github_copilot",
    ];

    public static ProviderConfig? Read(string name, ConfigNode node, bool strictLists, Func<string, string?> env)
    {
        if (!node.IsMissing && node.Value.ValueKind != JsonValueKind.Object) node.Error("must be an object with `keys`", secret: true);
        node.CheckNames([.. Names, .. LaterNames]);
        if (name.Length == 0 || name.Contains('/') || name.Contains(' ')) node.Error("a provider's name must have no slash and no space");
        var custom = node["custom_provider_config"];
        var provider = Vendor(name, node, custom);
        if (provider is null) return null;
        var keyless = custom["is_key_less"].Flag() ?? false;
        var keys = new List<KeyConfig>();
        foreach (var key in node["keys"].Items())
        {
            if (Key(key, keys.Count, strictLists, env) is { } read) keys.Add(read);
        }

        if (keys.Count == 0 && !keyless) keyless = provider.KeyOptional || provider.Auth == ProviderAuth.None;
        if (keys.Count == 0 && !keyless) node["keys"].Warn($"provider '{name}' has no key and cannot be used: add one, such as {{\"name\": \"main\", \"value\": \"env.{provider.KeyHint}\"}}");
        return new ProviderConfig
        {
            Name = name,
            Provider = provider,
            Keys = keys,
            IsKeyless = keyless,
            Concurrency = (int?)node["concurrency_and_buffer_size"]["concurrency"].Number(1, 1_000_000),
            BufferSize = (int)(node["concurrency_and_buffer_size"]["buffer_size"].Number(0, 10_000_000) ?? 5000),
            Network = NetworkReader.Read(node["network_config"]),
            Proxy = NetworkReader.ReadProxy(node["proxy_config"], env),
            Fingerprint = node.Value.GetRawText() + string.Join('\n', keys.Select(k => k.Value + k.Aws?.AccessKey + k.Aws?.SecretKey + k.Aws?.SessionToken)),
        };
    }

    private static Provider? Vendor(string name, ConfigNode node, ConfigNode custom)
    {
        if (custom.IsMissing)
        {
            if (ProviderCatalog.Default.Find(name) is { } known) return known;
            if (LaterVendors.Contains(name))
            {
                node.Warn("this version does not speak its API yet: skipped");
                return null;
            }

            var near = NearMiss.Find(name, ProviderCatalog.Default.All.Select(p => p.Name).ToArray());
            node.Error($"is no known provider: {(near is null ? "" : $"did you mean `{near}`? Or ")}give it a custom_provider_config with a base_provider_type", secret: true);
            return null;
        }

        custom.CheckNames([.. CustomNames, .. LaterCustomNames]);
        var definition = custom["definition"];
        if (!definition.IsMissing)
        {
            var own = ProviderCatalog.Read(name, definition.Value, out var problem);
            if (own is null) definition.Error(problem);
            else NetworkReader.CheckAddress(definition["baseUrl"], own.BaseUrl);
            return own;
        }

        var type = custom["base_provider_type"].Text();
        if (type is not null && ProviderCatalog.Default.Find(type) is { } vendor)
            return vendor with { Name = name, DisplayName = name, KeyEnv = [], Speaks = Allowed(vendor.Speaks, custom["allowed_requests"]) };
        if (LaterVendors.Contains(type))
        {
            custom["base_provider_type"].Warn($"this version does not speak the API of {type} yet: skipped");
            return null;
        }

        custom["base_provider_type"].Error($"must be one of {string.Join(", ", ProviderCatalog.Default.All.Select(p => p.Name))}");
        return null;
    }

    /// <summary>The APIs that are left when those not allowed are taken out. What the list does not name is not allowed; no list: all are.</summary>
    private static IReadOnlyList<ProviderEndpoint> Allowed(IReadOnlyList<ProviderEndpoint> speaks, ConfigNode allowed)
    {
        if (allowed.IsMissing) return speaks;
        var chat = allowed["chat_completion"].Flag() ?? false;
        var responses = allowed["responses"].Flag() ?? false;
        return [.. speaks.Where(api => api.Dialect == DialectId.OpenAIResponses ? responses : chat)];
    }

    private static KeyConfig? Key(ConfigNode node, int index, bool strictLists, Func<string, string?> env)
    {
        if (node.Value.ValueKind != JsonValueKind.Object)
        {
            node.Error("must be an object with `name` and `value`", secret: true);
            return null;
        }

        node.CheckNames([.. KeyNames, .. LaterKeyNames]);
        var name = node["name"].Text() ?? $"key {index + 1}";
        var aws = AwsKeyReader.Read(node["bedrock_key_config"], node["value"].IsMissing, env, out var enabled);
        var value = aws is { Signs: true } ? "" : Secret(node["value"], env, out enabled);
        return new KeyConfig
        {
            Name = name,
            Id = node["id"].Text(),
            Value = value,
            Aws = aws,
            Signer = aws is { Signs: true } ? new AwsSigner(aws, "bedrock") : null,
            Weight = node["weight"].Number(0, 1_000_000) ?? 1,
            Models = ModelList.Read(node["models"], node["blacklisted_models"], strictLists),
            IsEnabled = enabled && (node["enabled"].Flag() ?? true),
        };
    }

    /// <summary>A secret: the text itself, <c>env.NAME</c>, or an object with <c>value</c> or <c>ref</c>. A variable that is not set disables the key.</summary>
    internal static string Secret(ConfigNode node, Func<string, string?> env, out bool enabled)
    {
        enabled = false;
        var text = node.Value.ValueKind == JsonValueKind.Object
            ? node["ref"].Text() is { Length: > 0 } reference ? (reference.StartsWith("env.", StringComparison.Ordinal) ? reference : "env." + reference) : node["value"].Text()
            : node.Text();
        if (text is null or "")
        {
            node.Warn("is empty: this key is not used");
            return "";
        }

        if (!text.StartsWith("env.", StringComparison.Ordinal))
        {
            enabled = true;
            return text;
        }

        var variable = text[4..];
        if (env(variable) is { Length: > 0 } value)
        {
            enabled = true;
            return value;
        }

        node.Warn($"the environment variable {variable} is not set: this key is not used");
        return "";
    }
}
