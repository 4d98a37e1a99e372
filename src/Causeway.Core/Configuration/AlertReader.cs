using System.Net;
using Causeway.Core.Governance.Alerts;
using Causeway.Core.Upstream;

namespace Causeway.Core.Configuration;

/// <summary>Reads <c>governance.alerts</c>: <c>[{"url": "https://hooks.example.com/x", "secret": "env.HOOK_SECRET", "events": ["budget_threshold"]}]</c>.</summary>
internal static class AlertReader
{
    internal static readonly string[] Names = ["name", "url", "secret", "headers", "events"];

    private const int ShortestKey = 24;   // bytes; Standard Webhooks wants 24 to 64

    private static readonly string[] OwnHeaders =
        ["host", "content-type", "content-length", "transfer-encoding", "connection", WebhookSignature.IdHeader, WebhookSignature.TimestampHeader, WebhookSignature.Header];

    /// <summary>The addresses, in the order of the file.</summary>
    public static IReadOnlyList<AlertTarget> Read(ConfigNode node, Func<string, string?> env)
    {
        var targets = new List<AlertTarget>();
        foreach (var item in node.Items())
        {
            item.CheckNames(Names);
            var (url, secret, headers, events) = (Url(item["url"], env), Secret(item["secret"], env), HeaderReader.Read(item["headers"], env, OwnHeaders), Events(item["events"]));
            if (url is not null) targets.Add(new AlertTarget { Url = url, Secret = secret, Headers = headers, Events = events });
        }

        return targets;
    }

    /// <summary>Addresses of chats and the like are secrets themselves: no problem shows one.</summary>
    private static Uri? Url(ConfigNode node, Func<string, string?> env)
    {
        if (EnvText.Required(node, env) is not { Length: > 0 } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
        {
            node.Error("must be an address such as https://hooks.example.com/causeway", secret: true);
            return null;
        }

        if (url.UserInfo.Length > 0) node.Error("has a user's name in it: give credentials in `headers`", secret: true);
        if (IPAddress.TryParse(url.IdnHost, out var address) && GuardedDial.IsLinkLocal(address)) node.Error("is a link-local address, which is never dialled", secret: true);
        if (url.Scheme == "http" && !url.IsLoopback) node.Warn("is not encrypted: write https://");
        return url;
    }

    private static byte[]? Secret(ConfigNode node, Func<string, string?> env)
    {
        if (node.IsMissing) return null;
        if (node.Text() is not { } written) return null;
        if (written.Length == 0)
        {
            node.Error("is empty: give a secret, or leave it out to send without a signature", secret: true);
            return null;
        }

        var text = written.StartsWith("env.", StringComparison.Ordinal) ? EnvText.Required(node, env) : written;
        if (text.Length == 0) return null;
        var key = WebhookSignature.KeyOf(text);
        if (key is null) node.Error("must have base64 behind whsec_, or be another text", secret: true);
        else if (key.Length < ShortestKey) node.Warn($"is short: a secret of {ShortestKey} bytes or more cannot be guessed");
        return key;
    }

    private static List<string> Events(ConfigNode node)
    {
        var events = new List<string>();
        foreach (var item in node.Items())
        {
            if (item.Text() is not { } type) continue;
            if (AlertEvent.Types.Contains(type)) events.Add(type);
            else item.Unknown("kind of event", [.. AlertEvent.Types]);
        }

        if (!node.IsMissing && events.Count == 0) node.Error("must name a kind of event; leave it out for all");
        return events;
    }
}
