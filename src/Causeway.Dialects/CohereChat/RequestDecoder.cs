using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Reads a chat request. Source: Cohere's API reference, "Chat" (v2).</summary>
internal static class RequestDecoder
{
    private const DialectId Origin = DialectId.CohereChat;

    /// <summary>Fields with a canonical meaning, and <c>fallbacks</c>, which is the gateway's own; all others are extras.</summary>
    private static readonly string[] Known =
    [
        "model", "messages", "tools", "tool_choice", "strict_tools", "max_tokens", "temperature", "p", "k", "seed", "frequency_penalty",
        "presence_penalty", "stop_sequences", "stream", "thinking", "response_format", "fallbacks",
    ];

    public static Decoded<ChatRequest> Decode(ReadOnlyMemory<byte> body)
    {
        if (JsonInput.TryParse(body, out var problem) is not { } tree) return GatewayError.Invalid(null, problem);
        var root = tree.RootElement;
        var read = new RequestReader(root);
        if (!read.IsObject(root)) return read.Error!;
        var model = RequestReader.Get(root, "model"u8);
        if (model.ValueKind == JsonValueKind.Undefined) read.Fail(root, "model", "is required");
        var request = new ChatRequest
        {
            Tree = tree,
            Origin = Origin,
            Model = model.ValueKind == JsonValueKind.Undefined ? "" : read.Text(model),
            Stream = read.Boolean(RequestReader.Get(root, "stream"u8)) ?? false,
            MaxTokens = read.Integer(RequestReader.Get(root, "max_tokens"u8), 0),
            Temperature = read.RawNumber(RequestReader.Get(root, "temperature"u8)),
            TopP = read.RawNumber(RequestReader.Get(root, "p"u8)),
            TopK = read.RawNumber(RequestReader.Get(root, "k"u8)),
            Seed = read.RawNumber(RequestReader.Get(root, "seed"u8)),
            FrequencyPenalty = read.RawNumber(RequestReader.Get(root, "frequency_penalty"u8)),
            PresencePenalty = read.RawNumber(RequestReader.Get(root, "presence_penalty"u8)),
            StopSequences = Stop(read, RequestReader.Get(root, "stop_sequences"u8)),
            ToolChoice = ToolDecoder.Choice(read, RequestReader.Get(root, "tool_choice"u8)),
            Reasoning = Thinking(read, RequestReader.Get(root, "thinking"u8)),
            Output = Output(read, RequestReader.Get(root, "response_format"u8)),
            Extras = ExtrasReader.Read(root, Origin, Known),
        };
        TurnDecoder.Read(read, root, request);
        ToolDecoder.Read(read, root, request);
        return read.Error is { } error ? error : request;
    }

    private static List<RawJson> Stop(RequestReader read, JsonView stop)
    {
        var texts = new List<RawJson>();
        if (stop.ValueKind == JsonValueKind.Undefined || !read.IsArray(stop)) return texts;
        foreach (var item in stop.EnumerateArray())
        {
            if (read.IsString(item)) texts.Add(item);
        }

        return texts;
    }

    private static ReasoningOptions? Thinking(RequestReader read, JsonView thinking)
    {
        if (thinking.ValueKind == JsonValueKind.Undefined || !read.IsObject(thinking)) return null;
        var type = ((RawJson)RequestReader.Get(thinking, "type"u8)).AsString();
        var extras = ExtrasReader.Read(thinking, Origin, ["type", "token_budget"]);
        if (type == "disabled") return new ReasoningOptions(ReasoningMode.Off) { Extras = extras };
        if (type is not (null or "enabled")) read.Fail(thinking, "type", "must be \"enabled\" or \"disabled\"");
        var budget = read.Integer(RequestReader.Get(thinking, "token_budget"u8), 0);
        return new ReasoningOptions(budget is null ? ReasoningMode.Adaptive : ReasoningMode.Budget) { BudgetTokens = budget, Extras = extras };
    }

    private static OutputFormat? Output(RequestReader read, JsonView format)
    {
        if (format.ValueKind == JsonValueKind.Undefined || !read.IsObject(format)) return null;
        switch (((RawJson)RequestReader.Get(format, "type"u8)).AsString())
        {
            case "text": return null;
            case "json_object" or "json_schema":
                var schema = RequestReader.Get(format, "json_schema"u8);
                if (schema.ValueKind == JsonValueKind.Undefined) schema = RequestReader.Get(format, "schema"u8);   // its name in version 1
                if (schema.ValueKind != JsonValueKind.Undefined) read.IsObject(schema);
                return new OutputFormat { Schema = schema };
            default:
                read.Fail(format, "type", "must be \"text\" or \"json_object\"");
                return null;
        }
    }
}
