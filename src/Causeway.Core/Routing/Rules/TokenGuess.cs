namespace Causeway.Core.Routing.Rules;

/// <summary>
/// Guesses the input tokens of a request from its bytes, in microseconds and without taking it apart: good enough to tell a long conversation from a
/// short one. Pictures and files do not cost by their bytes.
/// </summary>
internal static class TokenGuess
{
    private const int BytesPerToken = 4;          // of JSON with English, code and tool schemas, as OpenAI's and Anthropic's tokenizers count it
    private const int MostOfPicture = 1600;       // tokens; larger pictures are scaled down to about this (Anthropic's guide "Vision")
    private const int BytesPerPage = 66_000;      // of a PDF, in base64
    private const int TokensPerPage = 2300;       // Anthropic's guide "PDF support": 1,500 to 3,000

    /// <summary>Tokens of a body.</summary>
    public static long Of(ReadOnlySpan<byte> body)
    {
        long text = body.Length;
        long media = 0;
        for (var at = 0; Base64Runs.TryNext(body, ref at, out var start, out var length);)
        {
            text -= length;
            media += body[start..].StartsWith("JVBERi"u8) ? TokensPerPage * (1L + (length / BytesPerPage)) : MostOfPicture;   // "%PDF-"
        }

        return (text / BytesPerToken) + media;
    }
}
