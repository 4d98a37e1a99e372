namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Ids for messages whose provider gave none.</summary>
internal static class MessageId
{
    public static string New() => $"msg_{Guid.NewGuid():N}";
}
