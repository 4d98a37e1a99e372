using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>Reads a generateContent request. The model and whether to stream are in its path. Source: Google's reference, "Generating content".</summary>
internal static class RequestDecoder
{
    private const DialectId Origin = DialectId.Gemini;

    private static readonly string[] Known =
        ["contents", "systemInstruction", "system_instruction", "tools", "toolConfig", "tool_config", "generationConfig", "generation_config", "model", "fallbacks"];

    private static readonly string[] KnownOfConfig =
    [
        "maxOutputTokens", "max_output_tokens", "temperature", "topP", "top_p", "topK", "top_k", "seed", "frequencyPenalty", "frequency_penalty",
        "presencePenalty", "presence_penalty", "stopSequences", "stop_sequences", "responseMimeType", "response_mime_type", "responseSchema",
        "response_schema", "responseJsonSchema", "response_json_schema", "thinkingConfig", "thinking_config",
    ];

    public static Decoded<ChatRequest> Decode(ReadOnlyMemory<byte> body)
    {
        if (JsonInput.TryParse(body, out var problem) is not { } tree) return GatewayError.Invalid(null, problem);
        var root = tree.RootElement;
        var read = new RequestReader(root);
        if (!read.IsObject(root)) return read.Error!;
        var config = Fields.Get(root, "generationConfig"u8, "generation_config"u8);
        var request = new ChatRequest
        {
            Tree = tree,
            Origin = Origin,
            Model = "",
            MaxTokens = read.Integer(Fields.Get(config, "maxOutputTokens"u8, "max_output_tokens"u8), 1),
            Temperature = read.RawNumber(RequestReader.Get(config, "temperature"u8)),
            TopP = read.RawNumber(Fields.Get(config, "topP"u8, "top_p"u8)),
            TopK = read.RawNumber(Fields.Get(config, "topK"u8, "top_k"u8)),
            Seed = read.RawNumber(RequestReader.Get(config, "seed"u8)),
            FrequencyPenalty = read.RawNumber(Fields.Get(config, "frequencyPenalty"u8, "frequency_penalty"u8)),
            PresencePenalty = read.RawNumber(Fields.Get(config, "presencePenalty"u8, "presence_penalty"u8)),
            StopSequences = [.. Fields.Get(config, "stopSequences"u8, "stop_sequences"u8).EnumerateArray().Where(read.IsString).Select(text => (RawJson)text)],
            ToolChoice = ToolCodec.ReadChoice(RequestReader.Get(Fields.Get(root, "toolConfig"u8, "tool_config"u8), "functionCallingConfig"u8) is { ValueKind: JsonValueKind.Object } calling
                ? calling : RequestReader.Get(Fields.Get(root, "toolConfig"u8, "tool_config"u8), "function_calling_config"u8)),
            Reasoning = Thinking(read, Fields.Get(config, "thinkingConfig"u8, "thinking_config"u8)),
            Output = Format(config),
            Extras = ExtrasReader.Read(config, Origin, KnownOfConfig, "generationConfig.", ExtrasReader.Read(root, Origin, Known)),
        };
        if (Fields.Get(root, "systemInstruction"u8, "system_instruction"u8) is { ValueKind: not JsonValueKind.Undefined } instruction)
            request.Turns.Add(ContentDecoder.Instruction(read, instruction));
        new ContentDecoder(read, request).Read(root);
        ToolCodec.Read(read, RequestReader.Get(root, "tools"u8), request.Tools);
        return read.Error is { } error ? error : request;
    }

    private static ReasoningOptions? Thinking(RequestReader read, JsonView thinking)
    {
        if (thinking.ValueKind != JsonValueKind.Object) return null;
        var extras = ExtrasReader.Read(thinking, Origin, ["thinkingBudget", "thinking_budget", "thinkingLevel", "thinking_level", "includeThoughts", "include_thoughts"]);
        if (((RawJson)Fields.Get(thinking, "thinkingLevel"u8, "thinking_level"u8)).AsString() is { Length: > 0 } level)
            return new ReasoningOptions(ReasoningMode.Adaptive) { Effort = level.ToLowerInvariant(), Extras = extras };
        return read.Integer(Fields.Get(thinking, "thinkingBudget"u8, "thinking_budget"u8), -1) switch
        {
            null => null,   // whether thoughts are shown says nothing about whether to think
            0 => new ReasoningOptions(ReasoningMode.Off) { Extras = extras },
            < 0 => new ReasoningOptions(ReasoningMode.Adaptive) { Extras = extras },
            var budget => new ReasoningOptions(ReasoningMode.Budget) { BudgetTokens = budget, Extras = extras },
        };
    }

    private static OutputFormat? Format(JsonView config)
    {
        var schema = Fields.Get(config, "responseJsonSchema"u8, "response_json_schema"u8);
        if (schema.ValueKind == JsonValueKind.Object) return new OutputFormat { Schema = schema };
        schema = Fields.Get(config, "responseSchema"u8, "response_schema"u8);
        if (schema.ValueKind == JsonValueKind.Object) return new OutputFormat { Schema = SchemaReader.ToJsonSchema(schema) };
        return JsonText.Is(Fields.Get(config, "responseMimeType"u8, "response_mime_type"u8), "application/json"u8) ? new OutputFormat() : null;
    }
}
