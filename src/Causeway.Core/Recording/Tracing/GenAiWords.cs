using Causeway.Core.Catalog;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Recording.Tracing;

/// <summary>What the conventions call the things that the gateway has names of its own for.</summary>
public static class GenAiWords
{
    private static readonly string[] Stopped = ["stop"], Cut = ["length"], Calls = ["tool_call"], Filtered = ["content_filter"], Other = ["other"];

    /// <summary>The operation of a request in a dialect.</summary>
    public static string OperationOf(DialectId dialect) => dialect switch
    {
        DialectId.OpenAICompletions => "text_completion",
        DialectId.Gemini => "generate_content",
        _ => "chat",
    };

    /// <summary>The vendor; of a provider that the conventions do not know, its own name.</summary>
    public static string ProviderOf(Provider vendor) => vendor.Name switch
    {
        "bedrock" => "aws.bedrock",
        "gemini" => "gcp.gemini",
        "mistral" => "mistral_ai",
        "moonshot" => "moonshot_ai",
        "vertex" => "gcp.vertex_ai",
        "xai" => "x_ai",
        "azure" => "azure.ai.openai",
        var name => name,
    };

    /// <summary>Why a model stopped, as a list of one.</summary>
    public static string[] FinishReasonsOf(StopReason stop) => stop switch
    {
        StopReason.End or StopReason.StopSequence => Stopped,
        StopReason.Length => Cut,
        StopReason.ToolUse => Calls,
        StopReason.Filter => Filtered,
        _ => Other,
    };
}
