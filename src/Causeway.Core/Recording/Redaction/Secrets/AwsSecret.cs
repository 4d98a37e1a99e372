using System.Buffers;

namespace Causeway.Core.Recording.Redaction.Secrets;

/// <summary>The secret half of Amazon's keys: 40 characters of base64 behind its name.</summary>
internal sealed class AwsSecret() : SecretForm("aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "SecretAccessKey", "secretAccessKey")
{
    private const int Length = 40;
    private const int WidestGap = 8;   // \": \"

    private static readonly SearchValues<char> Chars = SearchValues.Create(Alphanumeric + "+/");
    private static readonly SearchValues<char> Gap = SearchValues.Create(" \t=:\"'\\");

    /// <inheritdoc/>
    public override bool TryFind(ref Scan scan, int at, int behind, out int start, out int end)
    {
        start = scan.EndOf(Gap, behind);
        end = start > behind && start - behind <= WidestGap ? scan.EndOf(Chars, start) : start;
        return end - start == Length && IsRandom(scan.Text[start..end]);
    }
}
