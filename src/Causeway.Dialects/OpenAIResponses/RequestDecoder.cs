using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Reads a request. Source: OpenAI's API reference, "Create a model response".</summary>
internal static class RequestDecoder
{
    private const DialectId Origin = DialectId.OpenAIResponses;

    /// <summary>Fields with a canonical meaning, and <c>fallbacks</c>, which is the gateway's own; all others are extras.</summary>
    private static readonly string[] Known =
    [
        "model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "max_output_tokens", "temperature", "top_p", "reasoning",
        "text", "user", "stream", "stream_options", "fallbacks",
    ];

    /// <summary>Fields that mean something stored at the provider.</summary>
    private static readonly string[] Bound = ["previous_response_id", "conversation", "prompt"];

    public static Decoded<ChatRequest> Decode(ReadOnlyMemory<byte> body)
    {
        if (JsonInput.TryParse(body, out var problem) is not { } tree) return GatewayError.Invalid(null, problem);
        var root = tree.RootElement;
        var read = new RequestReader(root);
        if (!read.IsObject(root)) return read.Error!;
        var model = RequestReader.Get(root, "model"u8);
        var text = RequestReader.Get(root, "text"u8);
        var extras = ExtrasReader.Read(text, Origin, ["format"], "text.", ExtrasReader.Read(root, Origin, Known));
        var request = new ChatRequest
        {
            Tree = tree,
            Origin = Origin,
            Model = model.ValueKind == JsonValueKind.Undefined ? "" : read.Text(model),
            Stream = read.Boolean(RequestReader.Get(root, "stream"u8)) ?? false,
            MaxTokens = read.Integer(RequestReader.Get(root, "max_output_tokens"u8), 1),
            Temperature = read.RawNumber(RequestReader.Get(root, "temperature"u8)),
            TopP = read.RawNumber(RequestReader.Get(root, "top_p"u8)),
            ToolChoice = ToolCodec.ReadChoice(read, RequestReader.Get(root, "tool_choice"u8)),
            ParallelTools = read.Boolean(RequestReader.Get(root, "parallel_tool_calls"u8)),
            Reasoning = Reasoning(read, RequestReader.Get(root, "reasoning"u8), ref extras),
            Output = Format(read, RequestReader.Get(text, "format"u8)),
            User = read.RawText(RequestReader.Get(root, "user"u8)),
            BoundBy = Array.Find(Bound, name => extras is not null && !extras[name].IsMissing),
            Extras = extras,
        };
        if (RequestReader.Get(root, "instructions"u8) is { ValueKind: JsonValueKind.String } instructions)
        {
            var turn = new Turn(Role.System);
            turn.Parts.Add(new TextPart(instructions));
            request.Turns.Add(turn);
        }

        new ItemDecoder(read, request).ReadInput(root);
        ToolCodec.Read(read, RequestReader.Get(root, "tools"u8), request.Tools);
        return read.Error is { } error ? error : request;
    }

    private static ReasoningOptions? Reasoning(RequestReader read, JsonView reasoning, ref Extras? extras)
    {
        if (reasoning.ValueKind == JsonValueKind.Undefined || !read.IsObject(reasoning)) return null;
        var effort = RequestReader.Get(reasoning, "effort"u8);
        if (effort.ValueKind == JsonValueKind.Undefined)
        {
            extras = ExtrasReader.Read(reasoning, Origin, [], "reasoning.", extras);
            return null;
        }

        var word = read.Text(effort);
        return new ReasoningOptions(word == "none" ? ReasoningMode.Off : ReasoningMode.Adaptive)
        {
            Effort = word,
            Extras = ExtrasReader.Read(reasoning, Origin, ["effort"]),
        };
    }

    private static OutputFormat? Format(RequestReader read, JsonView format)
    {
        if (format.ValueKind == JsonValueKind.Undefined || !read.IsObject(format)) return null;
        switch (((RawJson)RequestReader.Get(format, "type"u8)).AsString())
        {
            case "text": return null;
            case "json_object": return new OutputFormat();
            case "json_schema":
                var schema = RequestReader.Get(format, "schema"u8);
                if (schema.ValueKind != JsonValueKind.Object) read.Fail(format, "schema", "must be a JSON schema");
                return new OutputFormat
                {
                    Schema = schema,
                    Name = read.RawText(RequestReader.Get(format, "name"u8)),
                    Description = read.RawText(RequestReader.Get(format, "description"u8)),
                    Strict = read.Boolean(RequestReader.Get(format, "strict"u8)),
                };
            default:
                read.Fail(format, "type", "must be \"text\", \"json_object\" or \"json_schema\"");
                return null;
        }
    }
}
