using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Reads a whole answer.</summary>
internal static class ResponseDecoder
{
    private const DialectId Origin = DialectId.OpenAIResponses;

    private static readonly string[] Known = ["id", "object", "created_at", "status", "error", "incomplete_details", "model", "output", "usage", "output_text"];

    public static Decoded<AnswerGlance> Glance(ReadOnlyMemory<byte> body)
    {
        using var tree = JsonInput.TryParse(body, out var problem);
        if (tree is null) return Unreadable(problem);
        if (Problem(tree.RootElement, body) is { } error) return error;
        var usage = UsageCodec.Decode(RequestReader.Get(tree.RootElement, "usage"u8));
        return new AnswerGlance(usage is null ? null : usage with { Raw = default }, Conforms(tree.RootElement), ((RawJson)RequestReader.Get(tree.RootElement, "id"u8)).AsString());
    }

    public static Decoded<ChatResponse> Decode(ReadOnlyMemory<byte> body, Translation translation)
    {
        if (JsonInput.TryParse(body, out var problem) is not { } tree) return Unreadable(problem);
        var root = tree.RootElement;
        if (Problem(root, body) is { } error) return error;
        var parts = new List<Part>();
        foreach (var item in RequestReader.Get(root, "output"u8).EnumerateArray()) ReadItem(item, translation, parts);
        return new ChatResponse
        {
            Tree = tree,
            Origin = Origin,
            Id = ((RawJson)RequestReader.Get(root, "id"u8)).AsString() ?? "",
            Model = ((RawJson)RequestReader.Get(root, "model"u8)).AsString() ?? "",
            Created = ((RawJson)RequestReader.Get(root, "created_at"u8)).AsInteger(),
            Parts = parts,
            Stop = StopOf(root, parts.Exists(part => part is ToolCallPart)),
            Usage = UsageCodec.Decode(RequestReader.Get(root, "usage"u8)),
            Extras = ExtrasReader.Read(root, Origin, Known),
        };
    }

    /// <summary>Why the model stopped, from a final response object.</summary>
    public static StopReason StopOf(JsonView response, bool callsTools)
    {
        if (JsonText.Is(RequestReader.Get(response, "status"u8), "incomplete"u8))
        {
            var reason = RequestReader.Get(RequestReader.Get(response, "incomplete_details"u8), "reason"u8);
            return JsonText.Is(reason, "max_output_tokens"u8) ? StopReason.Length : JsonText.Is(reason, "content_filter"u8) ? StopReason.Filter : StopReason.Other;
        }

        return callsTools ? StopReason.ToolUse : StopReason.End;
    }

    /// <summary>Adds the parts that an output item holds.</summary>
    public static void ReadItem(JsonView item, Translation translation, List<Part> parts)
    {
        if (item.ValueKind != JsonValueKind.Object) return;
        var kind = ((RawJson)RequestReader.Get(item, "type"u8)).AsString() ?? "";
        switch (kind)
        {
            case "message":
                foreach (var part in RequestReader.Get(item, "content"u8).EnumerateArray())
                {
                    if (RequestReader.Get(part, "refusal"u8) is { ValueKind: JsonValueKind.String } refusal) parts.Add(new RefusalPart(refusal));
                    else if (RequestReader.Get(part, "text"u8).ValueKind == JsonValueKind.String) parts.Add(ContentDecoder.Text(part));
                }

                break;
            case "reasoning": parts.Add(ReasoningItem.Read(item)); break;
            case "function_call" or "custom_tool_call": parts.Add(Call(item, kind == "custom_tool_call", translation)); break;
            case "image_generation_call" when RequestReader.Get(item, "result"u8) is { ValueKind: JsonValueKind.String } picture:
                parts.Add(new MediaPart { Kind = MediaKind.Image, Form = MediaForm.Base64, Data = picture, MediaType = "image/png" });
                break;
            default: parts.Add(new OpaquePart(Origin, kind, item)); break;
        }
    }

    public static ToolCallPart Call(JsonView item, bool freeText, Translation translation)
    {
        var id = ((RawJson)RequestReader.Get(item, "call_id"u8)).AsString();
        if (id is not { Length: > 0 }) id = ((RawJson)RequestReader.Get(item, "id"u8)).AsString();
        var text = RequestReader.Get(item, freeText ? "input"u8 : "arguments"u8);
        var arguments = text.ValueKind == JsonValueKind.String ? ToolArguments.FromText(text) : text.ValueKind == JsonValueKind.Object ? text : (RawJson)default;
        return new ToolCallPart
        {
            Id = id is { Length: > 0 } ? id : MessageDecoder.NewCallId(),
            Name = translation.OriginalToolName(((RawJson)RequestReader.Get(item, "name"u8)).AsString() ?? ""),
            Arguments = !freeText && ToolArguments.IsEmpty(arguments) ? RawJson.EmptyObject : arguments,
            IsFreeText = freeText,
        };
    }

    private static GatewayError? Problem(JsonView root, ReadOnlyMemory<byte> body)
    {
        var error = RequestReader.Get(root, "error"u8);
        if (error.ValueKind == JsonValueKind.Object) return Errors.FromChunk(root) ?? Errors.Decode(502, body);
        return RequestReader.Get(root, "output"u8).ValueKind == JsonValueKind.Array ? null : Unreadable("it has no output");
    }

    private static bool Conforms(JsonView root)
    {
        if (JsonText.Is(RequestReader.Get(root, "object"u8), "response.compaction"u8)) return true;
        if (!JsonText.Is(RequestReader.Get(root, "object"u8), "response"u8) || ((RawJson)RequestReader.Get(root, "id"u8)).IsNullOrEmpty) return false;
        if (RequestReader.Get(root, "created_at"u8).ValueKind != JsonValueKind.Number || RequestReader.Get(root, "status"u8).ValueKind != JsonValueKind.String) return false;
        foreach (var item in RequestReader.Get(root, "output"u8).EnumerateArray())
        {
            if (((RawJson)RequestReader.Get(item, "id"u8)).IsNullOrEmpty) return false;
            foreach (var part in RequestReader.Get(item, "content"u8).EnumerateArray())
            {
                if (StreamedItem.LacksAnnotations(part)) return false;
            }
        }

        var usage = RequestReader.Get(root, "usage"u8);
        return usage.ValueKind == JsonValueKind.Undefined
            || (RequestReader.Get(usage, "input_tokens"u8).TryGetInt64(out _) && RequestReader.Get(usage, "output_tokens"u8).TryGetInt64(out _) && RequestReader.Get(usage, "total_tokens"u8).TryGetInt64(out _));
    }

    private static GatewayError Unreadable(string problem) => new(ErrorKind.UpstreamUnavailable, $"the provider's answer cannot be read: {problem}");
}
