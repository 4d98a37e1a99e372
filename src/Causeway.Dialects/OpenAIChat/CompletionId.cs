namespace Causeway.Dialects.OpenAIChat;

/// <summary>Ids for completions whose provider gave none.</summary>
internal static class CompletionId
{
    public static string New() => $"chatcmpl-{Guid.NewGuid():N}";
}
