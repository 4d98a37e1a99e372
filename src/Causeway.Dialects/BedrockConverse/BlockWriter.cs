using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Blocks that requests and answers have in common, written into an open block object.</summary>
internal static class BlockWriter
{
    public static void Call(Utf8JsonWriter writer, string id, string name, ToolCallPart call, LossReport losses)
    {
        writer.WriteStartObject("toolUse"u8);
        writer.WriteString("toolUseId"u8, id);
        writer.WriteString("name"u8, name);
        writer.WritePropertyName("input"u8);
        if (call.IsFreeText) ToolArguments.WriteFreeText(writer, call.Arguments);
        else if (ToolArguments.IsJsonObject(call.Arguments)) writer.WriteRaw(call.Arguments);
        else
        {
            writer.WriteStartObject();
            if (!ToolArguments.IsEmpty(call.Arguments))
            {
                losses.Add("messages.tool_calls.arguments", "no JSON object: wrapped in one");
                writer.WriteString("arguments"u8, call.Arguments.Utf8);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    public static void Reasoning(Utf8JsonWriter writer, RawJson text, RawJson signature, RawJson encrypted)
    {
        writer.WriteStartObject("reasoningContent"u8);
        if (!encrypted.IsMissing) writer.WriteRaw("redactedContent"u8, encrypted);
        else
        {
            writer.WriteStartObject("reasoningText"u8);
            writer.WriteRaw("text"u8, text.IsMissing ? RawJson.EmptyString : text);
            if (!signature.IsNullOrEmpty) writer.WriteRaw("signature"u8, signature);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>The signature for a client: its own provider's, or another's in a minted one.</summary>
    public static RawJson SignatureForClient(ReasoningPart part)
    {
        if (part.Origin == DialectId.BedrockConverse) return part.Signature;
        var minted = MintedSignature.Wrap(part);
        return minted == MintedSignature.Empty ? default : minted;
    }
}
