using System.Buffers;

namespace Causeway.Core.Recording.Redaction.Secrets;

/// <summary>Keys and tokens that are known by how they begin.</summary>
/// <param name="prefix">How.</param>
/// <param name="chars">What follows is of these.</param>
/// <param name="least">As many at least; one of more than 512 characters is a text.</param>
/// <param name="most">As many at most.</param>
internal sealed class TokenForm(string prefix, SearchValues<char> chars, int least, int most = 512) : SecretForm(prefix)
{
    private const int MixedRun = 8;

    private static readonly SearchValues<char> Word = SearchValues.Create(Alphanumeric);
    private static readonly SearchValues<char> Capitals = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    private static readonly SearchValues<char> WordUnderscore = SearchValues.Create(Alphanumeric + "_");
    private static readonly SearchValues<char> WordDash = SearchValues.Create(Alphanumeric + "-");
    private static readonly SearchValues<char> Dotted = SearchValues.Create(Alphanumeric + "-_.");
    private static readonly SearchValues<char> Base64 = SearchValues.Create(Alphanumeric + "+/=");
    private static readonly SearchValues<char> Path = SearchValues.Create(Alphanumeric + "/");

    /// <summary>All of them. The lengths are those that the vendors' keys have, or a little less.</summary>
    public static readonly TokenForm[] All =
    [
        // Providers of models: OpenAI, Anthropic, DeepSeek, OpenRouter and this gateway; Google; Groq; xAI; Perplexity; Cerebras; NVIDIA; Hugging Face; Replicate; Together; Bedrock.
        new("sk-", Base64Url, 20), new("AIza", Base64Url, 35, 35), new("gsk_", Word, 32), new("xai-", Word, 40), new("pplx-", Word, 40), new("csk-", Word, 40), new("nvapi-", Base64Url, 50),
        new("hf_", Word, 30, 64), new("r8_", Word, 30, 64), new("tgp_v1_", Base64Url, 40), new("ABSK", Base64, 60),

        // Clouds.
        new("AKIA", Capitals, 16, 16), new("ASIA", Capitals, 16, 16), new("ya29.", Base64Url, 30), new("GOCSPX-", Base64Url, 24), new("dop_v1_", Word, 64, 64),

        // Where code lives.
        new("ghp_", Word, 36), new("gho_", Word, 36), new("ghu_", Word, 36), new("ghs_", Word, 36), new("ghr_", Word, 36), new("github_pat_", WordUnderscore, 50),
        new("glpat-", Dotted, 20, 120), new("npm_", Word, 36, 36), new("pypi-", Base64Url, 80), new("dckr_pat_", Base64Url, 20),

        // Chats, payments, mail.
        new("xoxb-", WordDash, 20), new("xoxp-", WordDash, 20), new("xoxa-", WordDash, 20), new("xoxr-", WordDash, 20), new("xoxs-", WordDash, 20), new("xapp-", WordDash, 20),
        new("xoxe-", WordDash, 20), new("hooks.slack.com/services/", Path, 20), new("sk_live_", Word, 16), new("sk_test_", Word, 16), new("rk_live_", Word, 16), new("rk_test_", Word, 16),
        new("whsec_", Base64, 24), new("SG.", Dotted, 60, 72),
    ];

    /// <inheritdoc/>
    public override bool TryFind(ref Scan scan, int at, int behind, out int start, out int end)
    {
        (start, end) = (at, at);
        if (!scan.IsWordStart(at)) return false;
        end = scan.EndOf(chars, behind, most + 1);
        while (end > behind && scan[end - 1] == '.') end--;   // that of the sentence
        var value = scan.Text[behind..end];
        if (value.Length < least || value.Length > most || !scan.IsWordEnd(end)) return false;
        return prefix == "sk-" ? HasMixedRun(value) : IsRandom(value);
    }

    /// <summary>Names of styles begin with <c>sk-</c>, too: a key has letters and digits in one piece.</summary>
    private static bool HasMixedRun(ReadOnlySpan<char> value)
    {
        while (value.Length >= MixedRun)
        {
            var end = value.IndexOfAny('-', '_');
            var run = end < 0 ? value : value[..end];
            if (run.Length >= MixedRun && IsRandom(run) && run.ContainsAnyInRange('0', '9')) return true;
            value = end < 0 ? [] : value[(end + 1)..];
        }

        return false;
    }
}
