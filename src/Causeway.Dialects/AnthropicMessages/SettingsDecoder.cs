using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Reads a request's settings: thinking, output format, stop sequences, metadata.</summary>
internal static class SettingsDecoder
{
    private static readonly byte[][] KnownOfThinking = Fields.Names("type", "budget_tokens");
    private static readonly byte[][] KnownOfConfig = Fields.Names("effort", "format");
    private static readonly byte[][] KnownOfFormat = Fields.Names("type", "schema");
    private static readonly byte[][] KnownOfMetadata = Fields.Names("user_id");

    /// <summary>Thinking, and the effort, which stands apart from it in <c>output_config</c>.</summary>
    public static ReasoningOptions? Reasoning(RequestReader reader, JsonView thinking, JsonView outputConfig)
    {
        var effortValue = RequestReader.Get(outputConfig, "effort"u8);
        var effort = effortValue.ValueKind == JsonValueKind.Undefined ? null : reader.Text(effortValue);
        if (thinking.ValueKind == JsonValueKind.Undefined)
            return effort is null ? null : new ReasoningOptions(ReasoningMode.Adaptive) { Effort = effort, EffortOnly = true };
        if (!reader.IsObject(thinking)) return null;
        return new ReasoningOptions(Mode(reader, thinking))
        {
            Effort = effort,
            BudgetTokens = reader.Integer(RequestReader.Get(thinking, "budget_tokens"u8), 1),
            Extras = Fields.Rest(thinking, KnownOfThinking),
        };
    }

    /// <summary>
    /// The answer's form: <c>output_config.format</c>, or <c>output_format</c>, its name until 2026. An output_config that
    /// says more than this code knows is kept whole.
    /// </summary>
    public static OutputFormat? Output(RequestReader reader, JsonView root, JsonView config, ref Extras? extras)
    {
        if (config.ValueKind != JsonValueKind.Undefined && !reader.IsObject(config)) return null;
        var format = RequestReader.Get(config, "format"u8);
        if (format.ValueKind == JsonValueKind.Undefined) format = RequestReader.Get(root, "output_format"u8);
        var output = format.ValueKind == JsonValueKind.Undefined ? null : Format(reader, format);
        if (reader.Error is null) KeepIfUnknown("output_config", config, KnownOfConfig, format, ref extras);
        return output;
    }

    /// <summary>The end user's id; metadata that says more is kept whole.</summary>
    public static RawJson User(RequestReader reader, JsonView metadata, ref Extras? extras)
    {
        if (metadata.ValueKind == JsonValueKind.Undefined || !reader.IsObject(metadata)) return default;
        KeepIfUnknown("metadata", metadata, KnownOfMetadata, default, ref extras);
        return reader.RawText(RequestReader.Get(metadata, "user_id"u8));
    }

    /// <summary>The stop sequences, as raw strings.</summary>
    public static IReadOnlyList<RawJson> StopSequences(RequestReader reader, JsonView list)
    {
        if (list.ValueKind == JsonValueKind.Undefined || !reader.IsArray(list)) return [];
        var sequences = new List<RawJson>();
        foreach (var item in list.EnumerateArray())
        {
            if (reader.IsString(item)) sequences.Add(item);
        }

        return sequences;
    }

    private static ReasoningMode Mode(RequestReader reader, JsonView thinking)
    {
        var type = RequestReader.Get(thinking, "type"u8);
        if (JsonText.Is(type, "adaptive"u8)) return ReasoningMode.Adaptive;
        if (JsonText.Is(type, "disabled"u8)) return ReasoningMode.Off;
        if (JsonText.Is(type, "enabled"u8))
        {
            if (RequestReader.Get(thinking, "budget_tokens"u8).ValueKind == JsonValueKind.Undefined)
                reader.Fail(thinking, "budget_tokens", "is required when thinking is enabled");
            return ReasoningMode.Budget;
        }

        reader.Fail(thinking, "type", "must be enabled, adaptive or disabled");
        return ReasoningMode.Off;
    }

    private static OutputFormat? Format(RequestReader reader, JsonView format)
    {
        if (!reader.IsObject(format)) return null;
        var type = RequestReader.Get(format, "type"u8);
        if (!JsonText.Is(type, "json_schema"u8))
            reader.Fail(format, "type", "must be json_schema");
        var schema = RequestReader.Get(format, "schema"u8);
        if (schema.ValueKind != JsonValueKind.Object) reader.Fail(format, "schema", "must be an object");
        return new OutputFormat { Schema = schema };
    }

    private static void KeepIfUnknown(string name, JsonView value, byte[][] known, JsonView format, ref Extras? extras)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        var isKnown = Fields.Rest(value, known) is null
            && (format.ValueKind != JsonValueKind.Object || Fields.Rest(format, KnownOfFormat) is null);
        if (isKnown) return;
        extras ??= new Extras(DialectId.AnthropicMessages);
        extras.Add(name, value);
    }
}
