using System.Buffers;

namespace Causeway.Core.Routing.Rules;

/// <summary>
/// Guesses the input tokens of a request from its bytes, in microseconds and without taking it apart: good enough to tell a long conversation from a
/// short one. Pictures and files do not cost by their bytes: they are found as long runs of base64, by looking at one place in every few thousand.
/// </summary>
internal static class TokenGuess
{
    private const int BytesPerToken = 4;          // of JSON with English, code and tool schemas, as OpenAI's and Anthropic's tokenizers count it
    private const int MostOfPicture = 1600;       // tokens; larger pictures are scaled down to about this (Anthropic's guide "Vision")
    private const int BytesPerPage = 66_000;      // of a PDF, in base64
    private const int TokensPerPage = 2300;       // Anthropic's guide "PDF support": 1,500 to 3,000
    private const int Run = MostOfPicture * BytesPerToken;   // bytes of base64; what is shorter costs as text does
    private const int Glance = 16;                // bytes that are looked at; words of text are shorter

    /// <summary>Base64 in its two alphabets, and the backslash that some clients write before a slash.</summary>
    private static readonly SearchValues<byte> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=\\"u8);

    /// <summary>Tokens of a body.</summary>
    public static long Of(ReadOnlySpan<byte> body)
    {
        long text = body.Length;
        long media = 0;
        for (var at = 0; at + Glance <= body.Length;)
        {
            var next = at + (Run / 2);   // so a run of this length cannot lie between two places
            if (!body.Slice(at, Glance).ContainsAnyExcept(Base64))
            {
                var start = body[..at].LastIndexOfAnyExcept(Base64) + 1;
                var length = body[at..].IndexOfAnyExcept(Base64) is >= 0 and var rest ? at - start + rest : body.Length - start;
                if (length >= Run)
                {
                    text -= length;
                    media += body[start..].StartsWith("JVBERi"u8) ? TokensPerPage * (1L + (length / BytesPerPage)) : MostOfPicture;   // "%PDF-"
                }

                next = Math.Max(next, start + length);
            }

            at = next;
        }

        return (text / BytesPerToken) + media;
    }
}
