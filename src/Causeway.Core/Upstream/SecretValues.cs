using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Core.Configuration;
using Causeway.Core.Routing.Rules;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream;

/// <summary>
/// All secrets of a configuration that providers may have seen, to be taken out of what these say: an error may quote a key, and goes to clients and
/// to the log. They are found by their value, whoever's they are.
/// </summary>
public sealed class SecretValues
{
    /// <summary>What takes the place of a secret.</summary>
    public const string Redacted = "[redacted]";

    private const int Shortest = 6;         // characters: less keeps nothing secret, and would be found in words
    private const int ShortestHeader = 8;   // of a header whose name does not say that it is a secret

    private readonly string[] _values;   // the longest first: one may be a part of another
    private readonly SearchValues<string> _any;

    /// <summary>Gathers keys, credentials of clouds and proxies, and the headers that providers are sent besides.</summary>
    public SecretValues(GatewayConfig config)
    {
        _values = [.. config.Providers.Values.SelectMany(Of).Where(value => value is { Length: >= Shortest }).Select(value => value!).Distinct(StringComparer.Ordinal).OrderByDescending(value => value.Length)];
        _any = SearchValues.Create(_values, StringComparison.Ordinal);
    }

    /// <summary>The text without them.</summary>
    public string Redact(string text)
    {
        if (!text.AsSpan().ContainsAny(_any)) return text;
        foreach (var value in _values) text = text.Replace(value, Redacted, StringComparison.Ordinal);
        return text;
    }

    /// <summary>The error without them.</summary>
    public GatewayError Redact(GatewayError error)
    {
        var (message, param, code) = (Redact(error.Message), error.Param is { } field ? Redact(field) : null, error.Code is { } word ? Redact(word) : null);
        return message == error.Message && param == error.Param && code == error.Code ? error : error with { Message = message, Param = param, Code = code };
    }

    /// <summary>Are there any in a body: in its bytes, or in a text of it that is written in another way, such as <c>\u0073k-...</c>?</summary>
    public bool AreIn(ReadOnlySpan<byte> body)
    {
        if (_values.Length == 0) return false;
        if (Encoding.UTF8.GetString(body).AsSpan().ContainsAny(_any)) return true;
        if (!body.Contains((byte)'\\')) return false;
        try
        {
            var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 128, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            while (json.Read())
            {
                if (json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && json.GetString().AsSpan().ContainsAny(_any)) return true;
            }

            return false;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return true;   // who can read it may find what was not found here
        }
    }

    private static IEnumerable<string?> Of(ProviderConfig provider)
    {
        foreach (var key in provider.Keys)
        {
            yield return key.Value;
            yield return key.Aws?.AccessKey;
            yield return key.Aws?.SecretKey;
            yield return key.Aws?.SessionToken;
        }

        foreach (var (_, value) in provider.Network.ExtraHeaders.Where(header => header.Value.Length >= ShortestHeader || SecretHeader.Is(header.Key)))
        {
            yield return value;
            yield return value[(value.IndexOf(' ', StringComparison.Ordinal) + 1)..];   // of "Bearer abc"
        }

        yield return provider.Proxy.Password;
    }
}
