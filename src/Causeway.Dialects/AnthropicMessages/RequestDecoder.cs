using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Reads a messages request. Source: Anthropic's API reference, "Create a Message".</summary>
internal static class RequestDecoder
{
    /// <summary>Fields with a canonical meaning, and <c>fallbacks</c>, which is the gateway's own; all others are extras.</summary>
    private static readonly string[] Known =
    [
        "model", "messages", "system", "max_tokens", "tools", "tool_choice", "temperature", "top_p", "top_k", "stop_sequences",
        "stream", "thinking", "output_config", "output_format", "metadata", "fallbacks",
    ];

    /// <param name="body">The request's JSON.</param>
    /// <param name="counting">The request is for count_tokens, which knows no <c>max_tokens</c>.</param>
    public static Decoded<ChatRequest> Decode(ReadOnlyMemory<byte> body, bool counting)
    {
        if (JsonInput.TryParse(body, out var problem) is not { } document) return GatewayError.Invalid(null, problem);
        var root = document.RootElement;
        var read = new RequestReader(root);
        if (!read.IsObject(root)) return read.Error!;
        var maxTokens = RequestReader.Get(root, "max_tokens"u8);
        if (maxTokens.ValueKind == JsonValueKind.Undefined && !counting) read.Fail(root, "max_tokens", "is required: the most tokens the answer may have");
        var config = RequestReader.Get(root, "output_config"u8);
        if (config.ValueKind != JsonValueKind.Undefined) read.IsObject(config);
        var choice = RequestReader.Get(root, "tool_choice"u8);
        var request = new ChatRequest
        {
            Origin = DialectId.AnthropicMessages,
            Model = Required(read, root, "model"u8) is { } model ? read.Text(model) : "",
            Stream = read.Boolean(RequestReader.Get(root, "stream"u8)) ?? false,
            MaxTokens = read.Integer(maxTokens, 0),
            Temperature = read.RawNumber(RequestReader.Get(root, "temperature"u8)),
            TopP = read.RawNumber(RequestReader.Get(root, "top_p"u8)),
            TopK = read.RawNumber(RequestReader.Get(root, "top_k"u8)),
            StopSequences = Texts(read, RequestReader.Get(root, "stop_sequences"u8)),
            ToolChoice = ToolDecoder.Choice(read, choice),
            ParallelTools = read.Boolean(RequestReader.Get(choice, "disable_parallel_tool_use"u8)) is { } disabled ? !disabled : null,
            Reasoning = Reasoning(read, RequestReader.Get(root, "thinking"u8), config),
            Output = Output(read, root, config),
            User = read.RawText(RequestReader.Get(Metadata(read, root), "user_id"u8)),
            Extras = Extras(root, config),
        };
        ReadSystem(read, RequestReader.Get(root, "system"u8), request);
        TurnDecoder.Read(read, root, request);
        ToolDecoder.Read(read, RequestReader.Get(root, "tools"u8), request);
        return read.Error is { } error ? error : request;
    }

    private static JsonElement? Required(RequestReader read, JsonElement owner, ReadOnlySpan<byte> name)
    {
        var value = RequestReader.Get(owner, name);
        if (value.ValueKind != JsonValueKind.Undefined) return value;
        read.Fail(owner, System.Text.Encoding.UTF8.GetString(name), "is required");
        return null;
    }

    private static List<RawJson> Texts(RequestReader read, JsonElement list)
    {
        var texts = new List<RawJson>();
        if (list.ValueKind == JsonValueKind.Undefined || !read.IsArray(list)) return texts;
        foreach (var item in list.EnumerateArray())
        {
            if (read.IsString(item)) texts.Add(item);
        }

        return texts;
    }

    private static JsonElement Metadata(RequestReader read, JsonElement root)
    {
        var metadata = RequestReader.Get(root, "metadata"u8);
        if (metadata.ValueKind != JsonValueKind.Undefined) read.IsObject(metadata);
        return metadata;
    }

    private static ReasoningOptions? Reasoning(RequestReader read, JsonElement thinking, JsonElement config)
    {
        var effort = RequestReader.Get(config, "effort"u8);
        var word = effort.ValueKind == JsonValueKind.Undefined ? null : read.Text(effort);
        if (thinking.ValueKind == JsonValueKind.Undefined) return word is null ? null : new ReasoningOptions(ReasoningMode.Unspecified) { Effort = word };
        if (!read.IsObject(thinking)) return null;
        var extras = ExtrasReader.Read(thinking, DialectId.AnthropicMessages, ["type", "budget_tokens"]);
        var type = RequestReader.Get(thinking, "type"u8);
        switch (type.ValueKind == JsonValueKind.String ? read.Text(type) : "")
        {
            case "disabled":
                return new ReasoningOptions(ReasoningMode.Off) { Effort = word, Extras = extras };
            case "adaptive":
                return new ReasoningOptions(ReasoningMode.Adaptive) { Effort = word, Extras = extras };
            case "enabled":
                var budget = RequestReader.Get(thinking, "budget_tokens"u8);
                if (budget.ValueKind == JsonValueKind.Undefined) read.Fail(thinking, "budget_tokens", "is required with \"enabled\"");
                return new ReasoningOptions(ReasoningMode.Budget) { BudgetTokens = read.Integer(budget, 1), Effort = word, Extras = extras };
            default:
                read.Fail(thinking, "type", "must be \"enabled\", \"adaptive\" or \"disabled\"");
                return null;
        }
    }

    /// <summary><c>output_config.format</c>, or <c>output_format</c> as the beta had it.</summary>
    private static OutputFormat? Output(RequestReader read, JsonElement root, JsonElement config)
    {
        var format = RequestReader.Get(config, "format"u8);
        if (format.ValueKind == JsonValueKind.Undefined) format = RequestReader.Get(root, "output_format"u8);
        if (format.ValueKind == JsonValueKind.Undefined || !read.IsObject(format)) return null;
        var nested = RequestReader.Get(format, "json_schema"u8);
        var schema = RequestReader.Get(nested.ValueKind == JsonValueKind.Object ? nested : format, "schema"u8);
        if (schema.ValueKind == JsonValueKind.Object) return new OutputFormat { Schema = schema, Strict = true };
        read.Fail(format, "schema", "must be a JSON schema");
        return null;
    }

    /// <summary>Unknown fields of the request, and those of <c>metadata</c> and <c>output_config</c> beside the known ones.</summary>
    private static Extras? Extras(JsonElement root, JsonElement config)
    {
        var extras = ExtrasReader.Read(root, DialectId.AnthropicMessages, Known);
        extras = ExtrasReader.Read(RequestReader.Get(root, "metadata"u8), DialectId.AnthropicMessages, ["user_id"], "metadata.", extras);
        return ExtrasReader.Read(config, DialectId.AnthropicMessages, ["effort", "format"], "output_config.", extras);
    }

    private static void ReadSystem(RequestReader read, JsonElement system, ChatRequest request)
    {
        if (system.ValueKind == JsonValueKind.Undefined) return;
        var turn = new Turn(Role.System);
        PartDecoder.ReadContent(read, system, turn.Parts);
        if (turn.Parts.Count > 0) request.Turns.Add(turn);
    }
}
