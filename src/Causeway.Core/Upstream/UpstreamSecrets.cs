using System.Text;
using Causeway.Core.Configuration;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream;

/// <summary>What was sent to an upstream and must not come back out of the gateway: some say in their errors whom they have refused.</summary>
public static class UpstreamSecrets
{
    private const int Shortest = 8;   // characters: a shorter header is a word, and no secret

    /// <summary>The credentials of a call: the key, and the headers that the configuration adds.</summary>
    public static IReadOnlyList<string> Of(ProviderConfig provider, KeyConfig? key)
    {
        var secrets = new List<string>();
        if (key is { Value.Length: > 0 }) secrets.Add(key.Value);
        if (key?.Aws is { } aws) secrets.AddRange(((string[])[aws.AccessKey, aws.SecretKey, aws.SessionToken]).Where(IsLong));
        secrets.AddRange(provider.Network.ExtraHeaders.Select(header => header.Value).Where(IsLong));
        return secrets;

        static bool IsLong(string text) => text.Length >= Shortest;
    }

    /// <summary>Has an answer any of them?</summary>
    public static bool AreIn(ReadOnlySpan<byte> answer, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets)
        {
            if (answer.IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0) return true;
        }

        return false;
    }

    /// <summary>The error without them.</summary>
    public static GatewayError Hide(GatewayError error, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets)
        {
            if (error.Message.Contains(secret, StringComparison.Ordinal)) error = error with { Message = error.Message.Replace(secret, "[redacted]", StringComparison.Ordinal) };
        }

        return error;
    }
}
