using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Core.Governance.Alerts;

/// <summary>
/// Signs messages in the form of Standard Webhooks 1.0: HMAC-SHA256 of <c>id.timestamp.body</c>, in base64 behind <c>v1,</c>. A receiver checks it with
/// any library for that form. Source: the specification at standardwebhooks.com.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The header of the message's id, the same however often it is sent.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header of the time of sending, in seconds since 1970.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header of the signature.</summary>
    public const string Header = "webhook-signature";

    private const string Prefix = "whsec_";

    /// <summary>The key that a secret stands for: what follows <c>whsec_</c> in base64, else the bytes of the text; null if that is no base64, or nothing.</summary>
    public static byte[]? KeyOf(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal)) return secret.Length > 0 ? Encoding.UTF8.GetBytes(secret) : null;
        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) && length > 0 ? key[..length] : null;
    }

    /// <summary>The signature of a message.</summary>
    public static string Of(byte[] key, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        hash.AppendData(body);
        return "v1," + Convert.ToBase64String(hash.GetHashAndReset());
    }
}
