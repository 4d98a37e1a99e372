using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Writes what the model said, in answers and in earlier messages alike: content, plan, calls and citations.</summary>
internal static class MessageWriter
{
    private const DialectId Target = DialectId.CohereChat;

    /// <summary>Writes the properties of a message of the model into the open object.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="parts">What was said.</param>
    /// <param name="losses">Takes what a message cannot hold.</param>
    /// <param name="path">Where the parts stand, for losses.</param>
    /// <param name="nameOf">The name a tool is called by in an earlier message of a request; null in an answer.</param>
    public static void WriteSaid(Utf8JsonWriter writer, IReadOnlyList<Part> parts, LossReport losses, string path, Func<string, string>? nameOf = null)
    {
        var content = new List<Part>();
        var calls = new List<ToolCallPart>();
        RawJson plan = default;
        foreach (var part in parts)
        {
            if (part is ToolCallPart call) calls.Add(call);
            else if (plan.IsMissing && part is TextPart words && ToolPlan.IsOne(part)) plan = words.Text;
            else if (Carries(part, losses, path, nameOf is not null)) content.Add(part);
        }

        if (content.Count > 0)
        {
            writer.WriteStartArray("content"u8);
            foreach (var part in content) WriteContent(writer, part, losses, path);
            writer.WriteEndArray();
        }

        writer.WriteRaw("tool_plan"u8, plan);
        WriteCalls(writer, calls, losses, path, nameOf);
        WriteCitations(writer, parts, content);
    }

    /// <summary>Would anything of these parts be written?</summary>
    public static bool SaysAnything(IReadOnlyList<Part> parts) =>
        parts.Any(part => part is ToolCallPart || Carries(part, new LossReport(), "", isReplayed: true));

    /// <summary>Notes what is lost with a part of an earlier message that is not written at all.</summary>
    public static void Note(Part part, LossReport losses, string path) => Carries(part, losses, path, isReplayed: true);

    /// <summary>Earlier thinking goes back only to where it came from; new thinking goes to any client.</summary>
    private static bool Carries(Part part, LossReport losses, string path, bool isReplayed)
    {
        switch (part)
        {
            case TextPart text: return !text.Text.IsNullOrEmpty;
            case RefusalPart: return true;
            case OpaquePart { Origin: Target }: return true;
            case OpaquePart opaque: losses.Add($"{path}.{opaque.Kind}", "cohere-chat has no such block"); return false;
            case ReasoningPart { Encrypted.IsMissing: false }: losses.Add($"{path}.redacted_thinking", "cohere-chat has no place for encrypted thinking"); return false;
            case ReasoningPart { Origin: not Target } when isReplayed: losses.Add($"{path}.thinking", "thinking of another provider is not replayed"); return false;
            case ReasoningPart thought:
                if (!thought.Signature.IsNullOrEmpty) losses.Add($"{path}.signature", "cohere-chat has no place for a signature of thinking");
                return !thought.Text.IsNullOrEmpty;
            case MediaPart media: losses.Add($"{path}.{media.Kind.ToString().ToLowerInvariant()}", "a message of the model holds no media"); return false;
            default: return false;
        }
    }

    private static void WriteContent(Utf8JsonWriter writer, Part part, LossReport losses, string path)
    {
        if (part is OpaquePart opaque)
        {
            writer.WriteRaw(opaque.Raw);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, part is ReasoningPart ? "thinking"u8 : "text"u8);
        if (part is ReasoningPart thought) writer.WriteRaw("thinking"u8, thought.Text);
        else writer.WriteRaw("text"u8, part is RefusalPart refusal ? refusal.Text : ((TextPart)part).Text);
        Fields.Write(writer, part.Extras, losses, path);
        writer.WriteEndObject();
    }

    private static void WriteCalls(Utf8JsonWriter writer, List<ToolCallPart> calls, LossReport losses, string path, Func<string, string>? nameOf)
    {
        if (calls.Count == 0) return;
        writer.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, call.Id);
            writer.WriteString("type"u8, "function"u8);
            writer.WriteStartObject("function"u8);
            writer.WriteString("name"u8, nameOf is null ? call.Name : nameOf(call.Name));
            writer.WriteRaw("arguments"u8, CallArguments.AsText(call, mustBeObject: nameOf is not null));
            writer.WriteEndObject();
            Fields.Write(writer, call.Extras, losses, $"{path}.tool_calls");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteCitations(Utf8JsonWriter writer, IReadOnlyList<Part> parts, List<Part> content)
    {
        if (!parts.Any(part => part is TextPart { Citations.Count: > 0 })) return;
        writer.WriteStartArray("citations"u8);
        foreach (var part in parts)
        {
            if (part is not TextPart { Citations: { } citations }) continue;
            foreach (var citation in citations) CitationCodec.Write(writer, citation, Math.Max(0, content.IndexOf(part)));
        }

        writer.WriteEndArray();
    }
}
