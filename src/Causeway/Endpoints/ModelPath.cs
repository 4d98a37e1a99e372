using Causeway.Dialects.Canonical;

namespace Causeway.Endpoints;

/// <summary>What a path says that names the model and the kind of answer itself.</summary>
/// <param name="Dialect">The dialect of the path.</param>
/// <param name="Model">The model's name, decoded; it may hold slashes.</param>
/// <param name="Stream">The answer is to be streamed.</param>
internal sealed record ModelPath(DialectId Dialect, string Model, bool Stream)
{
    /// <summary>A model with a slash in its name comes without <c>models/</c> from some clients.</summary>
    private static readonly string[] GeminiPrefixes = ["/genai/v1beta/models/", "/genai/v1/models/", "/v1beta/models/", "/genai/v1beta/", "/v1beta/"];

    /// <summary>
    /// Reads Google's <c>/genai/v1beta/models/MODEL:generateContent</c> and Amazon's <c>/bedrock/model/MODEL/converse</c>; null if the
    /// path is neither. (The server has decoded the path, but for <c>%2F</c>.)
    /// </summary>
    public static ModelPath? Parse(string path)
    {
        foreach (var prefix in GeminiPrefixes)
        {
            if (!path.StartsWith(prefix, StringComparison.Ordinal) || path.LastIndexOf(':') is not (> 0 and var colon) || colon <= prefix.Length) continue;
            return path[(colon + 1)..] switch
            {
                "generateContent" => new ModelPath(DialectId.Gemini, Decode(path[prefix.Length..colon]), false),
                "streamGenerateContent" => new ModelPath(DialectId.Gemini, Decode(path[prefix.Length..colon]), true),
                _ => null,
            };
        }

        if (!path.StartsWith("/bedrock/model/", StringComparison.Ordinal)) return null;
        var slash = path.LastIndexOf('/');
        var model = slash > "/bedrock/model/".Length ? Decode(path["/bedrock/model/".Length..slash]) : "";
        return (model.Length > 0 ? path[(slash + 1)..] : "") switch
        {
            "converse" => new ModelPath(DialectId.BedrockConverse, model, false),
            "converse-stream" => new ModelPath(DialectId.BedrockConverse, model, true),
            _ => null,
        };
    }

    private static string Decode(string model) => model.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
