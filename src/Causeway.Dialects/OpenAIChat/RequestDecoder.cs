using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Reads a chat completions request. Source: OpenAI's API reference, "Create chat completion".</summary>
internal static class RequestDecoder
{
    private const DialectId Origin = DialectId.OpenAIChat;

    /// <summary>Fields with a canonical meaning, and <c>fallbacks</c>, which is the gateway's own; all others are extras.</summary>
    private static readonly string[] Known =
    [
        "model", "messages", "tools", "tool_choice", "parallel_tool_calls", "max_tokens", "max_completion_tokens", "temperature", "top_p",
        "top_k", "seed", "frequency_penalty", "presence_penalty", "stop", "stream", "reasoning_effort", "reasoning", "response_format",
        "user", "fallbacks", "stream_options",
    ];

    public static Decoded<ChatRequest> Decode(ReadOnlyMemory<byte> body)
    {
        if (JsonInput.TryParse(body, out var problem) is not { } tree) return GatewayError.Invalid(null, problem);
        var root = tree.RootElement;
        var read = new RequestReader(root);
        if (!read.IsObject(root)) return read.Error!;
        var model = RequestReader.Get(root, "model"u8);
        if (model.ValueKind == JsonValueKind.Undefined) read.Fail(root, "model", "is required");
        var most = RequestReader.Get(root, "max_completion_tokens"u8);
        var options = RequestReader.Get(root, "stream_options"u8);
        if (options.ValueKind != JsonValueKind.Undefined) read.IsObject(options);
        var request = new ChatRequest
        {
            Tree = tree,
            Origin = Origin,
            Model = model.ValueKind == JsonValueKind.Undefined ? "" : read.Text(model),
            Stream = read.Boolean(RequestReader.Get(root, "stream"u8)) ?? false,
            StreamUsage = read.Boolean(RequestReader.Get(options, "include_usage"u8)) ?? false,
            MaxTokens = read.Integer(most.ValueKind == JsonValueKind.Undefined ? RequestReader.Get(root, "max_tokens"u8) : most, 1),
            Temperature = read.RawNumber(RequestReader.Get(root, "temperature"u8)),
            TopP = read.RawNumber(RequestReader.Get(root, "top_p"u8)),
            TopK = read.RawNumber(RequestReader.Get(root, "top_k"u8)),
            Seed = read.RawNumber(RequestReader.Get(root, "seed"u8)),
            FrequencyPenalty = read.RawNumber(RequestReader.Get(root, "frequency_penalty"u8)),
            PresencePenalty = read.RawNumber(RequestReader.Get(root, "presence_penalty"u8)),
            StopSequences = Stop(read, RequestReader.Get(root, "stop"u8)),
            ToolChoice = ToolDecoder.Choice(read, RequestReader.Get(root, "tool_choice"u8)),
            ParallelTools = read.Boolean(RequestReader.Get(root, "parallel_tool_calls"u8)),
            Reasoning = Reasoning(read, root),
            Output = Output(read, RequestReader.Get(root, "response_format"u8)),
            User = read.RawText(RequestReader.Get(root, "user"u8)),
            Extras = Extras(root, options),
        };
        TurnDecoder.Read(read, root, request);
        ToolDecoder.Read(read, RequestReader.Get(root, "tools"u8), request);
        return read.Error is { } error ? error : request;
    }

    /// <summary>Of <c>stream_options</c> only what goes beyond usage is an extra: usage is asked for in any case.</summary>
    private static Extras? Extras(JsonView root, JsonView options)
    {
        var extras = ExtrasReader.Read(root, Origin, Known);
        if (ExtrasReader.Read(options, Origin, ["include_usage"]) is not null) (extras ??= new Extras(Origin)).Add("stream_options", options);
        return extras;
    }

    private static List<RawJson> Stop(RequestReader read, JsonView stop)
    {
        var texts = new List<RawJson>();
        if (stop.ValueKind == JsonValueKind.String) texts.Add(stop);
        else if (stop.ValueKind != JsonValueKind.Undefined && read.IsArray(stop))
        {
            foreach (var item in stop.EnumerateArray())
            {
                if (read.IsString(item)) texts.Add(item);
            }
        }

        return texts;
    }

    /// <summary><c>reasoning_effort</c>, or the object <c>reasoning</c> that OpenRouter has in its place.</summary>
    private static ReasoningOptions? Reasoning(RequestReader read, JsonView root)
    {
        var effort = RequestReader.Get(root, "reasoning_effort"u8);
        var options = RequestReader.Get(root, "reasoning"u8);
        if (options.ValueKind != JsonValueKind.Undefined && read.IsObject(options))
        {
            if (read.Boolean(RequestReader.Get(options, "enabled"u8)) is { } enabled && !enabled) return new ReasoningOptions(ReasoningMode.Off);
            if (read.Integer(RequestReader.Get(options, "max_tokens"u8), 0) is { } budget) return new ReasoningOptions(ReasoningMode.Budget) { BudgetTokens = budget };
            var own = RequestReader.Get(options, "effort"u8);
            if (own.ValueKind == JsonValueKind.Undefined && effort.ValueKind == JsonValueKind.Undefined) return new ReasoningOptions(ReasoningMode.Adaptive) { Effort = "medium" };
            if (own.ValueKind != JsonValueKind.Undefined) effort = own;
        }

        if (effort.ValueKind == JsonValueKind.Undefined) return null;
        var word = read.Text(effort);
        return word == "none" ? new ReasoningOptions(ReasoningMode.Off) { Effort = word } : new ReasoningOptions(ReasoningMode.Adaptive) { Effort = word };
    }

    private static OutputFormat? Output(RequestReader read, JsonView format)
    {
        if (format.ValueKind == JsonValueKind.Undefined || !read.IsObject(format)) return null;
        switch (((RawJson)RequestReader.Get(format, "type"u8)).AsString())
        {
            case "text": return null;
            case "json_object": return new OutputFormat();
            case "json_schema":
                var holder = RequestReader.Get(format, "json_schema"u8);
                if (holder.ValueKind != JsonValueKind.Object) holder = format;
                var schema = RequestReader.Get(holder, "schema"u8);
                if (schema.ValueKind != JsonValueKind.Object)
                {
                    read.Fail(format, "json_schema", "must hold a JSON schema in `schema`");
                    return null;
                }

                return new OutputFormat
                {
                    Schema = schema,
                    Name = read.RawText(RequestReader.Get(holder, "name"u8)),
                    Description = read.RawText(RequestReader.Get(holder, "description"u8)),
                    Strict = read.Boolean(RequestReader.Get(holder, "strict"u8)),
                };
            default:
                read.Fail(format, "type", "must be \"text\", \"json_object\" or \"json_schema\"");
                return null;
        }
    }
}
