namespace Causeway.Core.Recording.Tracing;

/// <summary>
/// What was said in an exchange, as the conventions want it: JSON texts of the schemas at
/// https://github.com/open-telemetry/semantic-conventions-genai/tree/main/docs/gen-ai. Who makes it has applied the policy and taken out what
/// must not be seen.
/// </summary>
/// <param name="Input">The conversation; null: it is not to be told.</param>
/// <param name="Output">The answer; null: it is not to be told.</param>
/// <param name="System">The system prompt; null: there is none, or it is not to be told.</param>
public sealed record TracedContent(string? Input, string? Output, string? System)
{
    /// <summary>The longest text that goes into a span, in characters; a longer one is left out, since half of a JSON text is none.</summary>
    public const int Longest = 64 << 10;
}
