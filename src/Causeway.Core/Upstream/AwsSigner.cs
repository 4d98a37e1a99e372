using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Causeway.Core.Configuration;

namespace Causeway.Core.Upstream;

/// <summary>
/// Signs requests as Amazon wants it: Signature Version 4 over method, path, query, host, date, token and body. Source: AWS's
/// IAM user guide, "Create a signed AWS API request". The key of a day is derived once.
/// </summary>
public sealed class AwsSigner(AwsKey key, string service)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string TokenHeader = "x-amz-security-token";

    private volatile Tuple<string, byte[]>? _derived;   // the day, and its key

    /// <summary>Adds the headers that sign <paramref name="request"/>, whose body's SHA-256 is <paramref name="bodyHash"/>.</summary>
    public void Sign(HttpRequestMessage request, ReadOnlySpan<byte> bodyHash, DateTimeOffset now)
    {
        var url = request.RequestUri!;
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{time[..8]}/{key.Region}/{service}/aws4_request";
        var host = url.IsDefaultPort ? url.Host : $"{url.Host}:{url.Port}";
        var (headers, signed) = key.SessionToken.Length == 0
            ? ($"host:{host}\nx-amz-date:{time}\n", "host;x-amz-date")
            : ($"host:{host}\nx-amz-date:{time}\n{TokenHeader}:{key.SessionToken}\n", $"host;x-amz-date;{TokenHeader}");
        var canonical = $"{request.Method.Method}\n{PathOf(url)}\n{QueryOf(url)}\n{headers}\n{signed}\n{Convert.ToHexStringLower(bodyHash)}";
        var toSign = $"{Algorithm}\n{time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(KeyOf(time[..8]), Encoding.UTF8.GetBytes(toSign)));
        request.Headers.TryAddWithoutValidation("x-amz-date", time);
        if (key.SessionToken.Length > 0) request.Headers.TryAddWithoutValidation(TokenHeader, key.SessionToken);
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={key.AccessKey}/{scope}, SignedHeaders={signed}, Signature={signature}");
    }

    /// <summary>The path is signed with its escapes escaped once more, as all services but S3 want it.</summary>
    private static string PathOf(Uri url) => string.Join('/', url.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    private static string QueryOf(Uri url) => url.Query.Length <= 1 ? "" : string.Join('&', url.Query[1..].Split('&')
        .Select(pair => pair.Contains('=') ? pair : pair + "=").Order(StringComparer.Ordinal));

    private byte[] KeyOf(string day)
    {
        if (_derived is { } derived && derived.Item1 == day) return derived.Item2;
        var bytes = Encoding.UTF8.GetBytes("AWS4" + key.SecretKey);
        foreach (var part in (ReadOnlySpan<string>)[day, key.Region, service, "aws4_request"]) bytes = HMACSHA256.HashData(bytes, Encoding.UTF8.GetBytes(part));
        _derived = Tuple.Create(day, bytes);
        return bytes;
    }
}
