using System.Buffers;

namespace Causeway.Core.Recording.Redaction.Secrets;

/// <summary>Private keys in PEM: from <c>-----BEGIN</c> to the end of <c>-----END ...-----</c>, also where their lines are written as <c>\n</c>, also where the end is cut off.</summary>
internal sealed class PrivateKey() : SecretForm("-----BEGIN ")
{
    private const string Dashes = "-----";
    private const string End = "-----END ";
    private const int LongestLabel = 48;
    private const int ShortestLine = 32;

    private static readonly SearchValues<char> Base64 = SearchValues.Create(Alphanumeric + "+/=");
    private static readonly SearchValues<char> Body = SearchValues.Create(Alphanumeric + "+/= \r\n\t\\");
    private static readonly SearchValues<char> Between = SearchValues.Create(Alphanumeric + "+/= \r\n\t\\:,-;'\"");   // headers, and lines that code puts together

    /// <inheritdoc/>
    public override bool TryFind(ref Scan scan, int at, int behind, out int start, out int end)
    {
        (start, end) = (at, at);
        if (!Label(ref scan, behind, out var body)) return false;
        var dashes = scan.Next(Dashes, body);   // the next search begins there
        if (scan.EndOf(Between, body, dashes - body) < dashes || !scan.Text[dashes..].StartsWith(End, StringComparison.Ordinal) || !Label(ref scan, dashes + End.Length, out end)) end = dashes = scan.EndOf(Body, body);
        return HasLine(ref scan, body, dashes);
    }

    /// <summary>Is there a line of a key? Code that reads keys has the dashes alone.</summary>
    private static bool HasLine(ref Scan scan, int from, int end)
    {
        for (var at = from; at < end; at++)
        {
            var start = at;
            at = scan.EndOf(Base64, start, end - start);
            if (at - start >= ShortestLine) return true;
        }

        return false;
    }

    /// <summary>Is there the label of a private key, and dashes? Where they end.</summary>
    private static bool Label(ref Scan scan, int from, out int end)
    {
        var rest = scan.Text[from..Math.Min(scan.Text.Length, from + LongestLabel)];
        scan.Count(LongestLabel);
        var dashes = rest.IndexOf(Dashes, StringComparison.Ordinal);
        end = from + Math.Max(0, dashes) + Dashes.Length;
        return dashes >= 0 && rest[..dashes].Contains("PRIVATE KEY", StringComparison.Ordinal);
    }
}
