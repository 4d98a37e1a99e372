using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>
/// Tool names and call ids as the API takes them: letters, digits, <c>_</c> and <c>-</c>, names of at most 128. What has to
/// change gets a hash of the original, so that two that differed still differ, and the same one changes the same way every time.
/// </summary>
internal sealed class WireNames
{
    private const int LongestName = 128;
    private const int LongestId = 256;

    private int _emptyCalls;
    private int _emptyResults;

    /// <summary>A tool's name.</summary>
    public string Tool(string name) => StableName.Fit(name, LongestName);

    /// <summary>The id of a call. Calls without an id are numbered, as are their results.</summary>
    public string Call(string id) => id.Length == 0 ? $"call_{_emptyCalls++}" : StableName.Fit(id, LongestId);

    /// <summary>The id of the call that a result answers.</summary>
    public string Result(string id) => id.Length == 0 ? $"call_{_emptyResults++}" : StableName.Fit(id, LongestId);
}
