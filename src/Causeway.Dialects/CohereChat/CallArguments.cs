using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>The arguments of calls: a text that must hold a JSON object.</summary>
internal static class CallArguments
{
    /// <summary>
    /// The arguments as a JSON string. Free text becomes the member of an object, and so does what a model wrote that is no object if
    /// that would be refused (<paramref name="mustBeObject"/>); in an answer that was cut it stays as it is.
    /// </summary>
    public static RawJson AsText(ToolCallPart call, bool mustBeObject)
    {
        if (ToolArguments.IsEmpty(call.Arguments)) return RawJson.FromText("{}"u8);
        if (!call.IsFreeText && (!mustBeObject || ToolArguments.IsJsonObject(call.Arguments))) return RawJson.FromText(call.Arguments.Utf8);
        return ToolArguments.WrapFreeText(call.Arguments);
    }
}
