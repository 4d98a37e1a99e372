using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Reads a whole completion, from OpenAI or from any of the many copies of its API. Of several choices, the first.</summary>
internal static class ResponseDecoder
{
    private const DialectId Origin = DialectId.OpenAIChat;

    public static Decoded<AnswerGlance> Glance(ReadOnlyMemory<byte> body)
    {
        using var document = JsonInput.TryParse(body, out var problem);
        if (document is null) return Unreadable(problem);
        var root = document.RootElement;
        if (Problem(root, FirstMessage(root, out _)) is { } error) return error;
        var usage = UsageCodec.Decode(RequestReader.Get(root, "usage"u8));
        return new AnswerGlance(usage is null ? null : usage with { Raw = default }, Conformance.Whole(root));
    }

    public static Decoded<ChatResponse> Decode(ReadOnlyMemory<byte> body, Translation translation)
    {
        if (JsonInput.TryParse(body, out var problem) is not { } tree) return Unreadable(problem);
        var root = tree.RootElement;
        var message = FirstMessage(root, out var choice);
        if (Problem(root, message) is { } error) return error;
        var finish = RequestReader.Get(choice, "finish_reason"u8);
        return new ChatResponse
        {
            Tree = tree,
            Origin = Origin,
            Id = ((RawJson)RequestReader.Get(root, "id"u8)).AsString() ?? "",
            Model = ((RawJson)RequestReader.Get(root, "model"u8)).AsString() ?? "",
            Created = ((RawJson)RequestReader.Get(root, "created"u8)).AsInteger(),
            Parts = Parts(message, translation),
            Stop = finish.ValueKind == JsonValueKind.Undefined ? StopReason.End : FinishReasons.Decode(finish),
            Usage = UsageCodec.Decode(RequestReader.Get(root, "usage"u8)),
            Extras = ExtrasReader.Read(choice, Origin, ["index", "message", "finish_reason"], "choice.",
                ExtrasReader.Read(root, Origin, ["id", "object", "created", "model", "choices", "usage"])),
        };
    }

    private static JsonView FirstMessage(JsonView root, out JsonView choice)
    {
        var choices = RequestReader.Get(root, "choices"u8);
        choice = choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0 ? choices[0] : default;
        return RequestReader.Get(choice, "message"u8);
    }

    private static GatewayError? Problem(JsonView root, JsonView message)
    {
        if (message.ValueKind == JsonValueKind.Object) return null;
        if (Errors.FromChunk(root) is { } error) return error;   // its status was 200, so only its words say what it is
        return new GatewayError(ErrorKind.UpstreamUnavailable, "the provider's answer has no message");
    }

    private static GatewayError Unreadable(string problem) => new(ErrorKind.UpstreamUnavailable, $"the provider's answer cannot be read: {problem}");

    private static List<Part> Parts(JsonView message, Translation translation)
    {
        var parts = new List<Part>();
        if (MessageDecoder.Reasoning(message) is { IsMissing: false } thought) parts.Add(new ReasoningPart { Origin = Origin, Text = thought });
        parts.AddRange(MessageDecoder.Content(RequestReader.Get(message, "content"u8)));
        if (parts.OfType<TextPart>().LastOrDefault() is { } text && MessageDecoder.Citations(message).ToList() is { Count: > 0 } sources) text.Citations = sources;
        if (RequestReader.Get(message, "refusal"u8) is { ValueKind: JsonValueKind.String } refusal && !((RawJson)refusal).IsNullOrEmpty) parts.Add(new RefusalPart(refusal));
        if (RequestReader.Get(message, "images"u8) is { ValueKind: JsonValueKind.Array } images)
        {
            foreach (var image in images.EnumerateArray())
            {
                if (MessageDecoder.Image(image) is { } part) parts.Add(part);
            }
        }

        if (RequestReader.Get(message, "tool_calls"u8) is { ValueKind: JsonValueKind.Array } calls)
        {
            foreach (var call in calls.EnumerateArray()) parts.Add(Call(call, RequestReader.Get(call, "function"u8), translation));
        }

        if (RequestReader.Get(message, "function_call"u8) is { ValueKind: JsonValueKind.Object } legacy) parts.Add(Call(default, legacy, translation));
        return parts;
    }

    private static ToolCallPart Call(JsonView call, JsonView function, Translation translation)
    {
        var custom = RequestReader.Get(call, "custom"u8);
        if (custom.ValueKind == JsonValueKind.Object) return CustomCall(call, custom);
        var arguments = MessageDecoder.Arguments(function);
        return new ToolCallPart
        {
            Id = ((RawJson)RequestReader.Get(call, "id"u8)).AsString() is { Length: > 0 } id ? id : MessageDecoder.NewCallId(),
            Name = translation.OriginalToolName(((RawJson)RequestReader.Get(function, "name"u8)).AsString() ?? ""),
            Arguments = ToolArguments.IsEmpty(arguments) ? RawJson.EmptyObject : arguments,
        };
    }

    private static ToolCallPart CustomCall(JsonView call, JsonView custom) => new()
    {
        Id = ((RawJson)RequestReader.Get(call, "id"u8)).AsString() is { Length: > 0 } id ? id : MessageDecoder.NewCallId(),
        Name = ((RawJson)RequestReader.Get(custom, "name"u8)).AsString() ?? "",
        Arguments = RequestReader.Get(custom, "input"u8) is { ValueKind: JsonValueKind.String } input ? ToolArguments.FromText(input) : default,
        IsFreeText = true,
    };
}
