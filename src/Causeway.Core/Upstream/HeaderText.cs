using System.Text;
using Causeway.Core.Pipeline;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream;

/// <summary>Text that is fit for a response header.</summary>
public static class HeaderText
{
    private const int MaxLength = 4096;

    /// <summary>The text with everything but printable ASCII replaced, cut to a length that any client accepts.</summary>
    public static string Clean(string text)
    {
        var clean = text.Length > 256 ? text[..256] : text;
        foreach (var c in clean)
        {
            if (c is < ' ' or > '~') return string.Create(clean.Length, clean, static (span, source) => Replace(source, span));
        }

        return clean;
    }

    /// <summary>Who was asked, and how that ended: <c>openai/gpt-4o 429, groq/llama-3 503</c>.</summary>
    public static string Attempts(IReadOnlyList<Attempt> attempts) => Clean(string.Join(", ", attempts));

    /// <summary>Losses of a request and of its answer: <c>thinking; messages.cache_control (3)</c>. Reasons are in the log, not here.</summary>
    public static string Losses(params ReadOnlySpan<LossReport> reports)
    {
        var text = new StringBuilder();
        foreach (var report in reports)
        {
            foreach (var (loss, count) in report.Losses)
            {
                if (text.Length > MaxLength) return text.Append("; ...").ToString();
                if (text.Length > 0) text.Append("; ");
                text.Append(Clean(loss.Path));
                if (count > 1) text.Append(" (").Append(count).Append(')');
            }
        }

        return text.ToString();
    }

    private static void Replace(string source, Span<char> target)
    {
        for (var i = 0; i < source.Length; i++) target[i] = source[i] is < ' ' or > '~' ? '?' : source[i];
    }
}
