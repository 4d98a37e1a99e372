using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Endpoints;

/// <summary>What a path says that names the model itself.</summary>
/// <param name="Client">The dialect of the path.</param>
/// <param name="Model">The model's name, decoded; it may hold slashes.</param>
/// <param name="Kind">What is asked for.</param>
internal sealed record ModelPath(IClientDialect Client, string Model, PathKind Kind)
{
    private const string Bedrock = "/bedrock/model/";
    private const string Deployments = "/openai/deployments/";

    /// <summary>A model with a slash in its name comes without <c>models/</c> from some clients.</summary>
    private static readonly string[] GeminiPrefixes = ["/genai/v1beta/models/", "/genai/v1/models/", "/v1beta/models/", "/genai/v1beta/", "/v1beta/"];

    /// <summary>
    /// Reads Google's <c>/genai/v1beta/models/MODEL:generateContent</c>, Amazon's <c>/bedrock/model/MODEL/converse</c> or <c>/invoke</c>, and Azure's
    /// <c>/openai/deployments/MODEL/chat/completions</c>; null if the path is none of them. (The server has decoded the path, but for
    /// <c>%2F</c>.)
    /// </summary>
    public static ModelPath? Parse(string path)
    {
        foreach (var prefix in GeminiPrefixes)
        {
            if (!path.StartsWith(prefix, StringComparison.Ordinal) || path.LastIndexOf(':') is not (> 0 and var colon) || colon <= prefix.Length) continue;
            return path[(colon + 1)..] switch
            {
                "generateContent" => Of(DialectId.Gemini, path[prefix.Length..colon], PathKind.Answer),
                "streamGenerateContent" => Of(DialectId.Gemini, path[prefix.Length..colon], PathKind.Stream),
                "countTokens" => Of(DialectId.Gemini, path[prefix.Length..colon], PathKind.Count),
                _ => null,
            };
        }

        return path.StartsWith(Bedrock, StringComparison.Ordinal) ? AtBedrock(path)
            : path.StartsWith(Deployments, StringComparison.Ordinal) ? AtAzure(path) : null;
    }

    private static ModelPath? AtBedrock(string path)
    {
        var slash = path.LastIndexOf('/');
        if (slash <= Bedrock.Length) return null;
        var model = path[Bedrock.Length..slash];
        return path[(slash + 1)..] switch
        {
            "converse" => Of(DialectId.BedrockConverse, model, PathKind.Answer),
            "count-tokens" => Of(DialectId.BedrockConverse, model, PathKind.Count),
            "converse-stream" => Of(DialectId.BedrockConverse, model, PathKind.Stream),
            "invoke" => Of(DialectRegistry.BedrockInvoke, model, PathKind.Answer),
            "invoke-with-response-stream" => Of(DialectRegistry.BedrockInvoke, model, PathKind.Stream),
            _ => null,
        };
    }

    private static ModelPath? AtAzure(string path)
    {
        foreach (var (end, dialect) in (ReadOnlySpan<(string, DialectId)>)
            [("/chat/completions", DialectId.OpenAIChat), ("/completions", DialectId.OpenAICompletions), ("/responses", DialectId.OpenAIResponses)])
        {
            if (path.EndsWith(end, StringComparison.Ordinal) && path.Length - end.Length > Deployments.Length)
                return Of(dialect, path[Deployments.Length..^end.Length], PathKind.Answer);
        }

        return null;
    }

    private static ModelPath Of(DialectId dialect, string model, PathKind kind) => Of(DialectRegistry.Client(dialect), model, kind);

    private static ModelPath Of(IClientDialect client, string model, PathKind kind) =>
        new(client, model.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), kind);
}

/// <summary>What a path asks for.</summary>
internal enum PathKind
{
    /// <summary>An answer, whole unless the body says otherwise.</summary>
    Answer,

    /// <summary>A streamed answer.</summary>
    Stream,

    /// <summary>The number of the request's tokens.</summary>
    Count,
}
