using System.Text.Json.Nodes;

namespace Causeway.Core.Management;

/// <summary>Accounts and tokens as they are shown: whoever has one knows its password or secret.</summary>
internal static class AccountBodies
{
    private static readonly string[] Secrets = ["password", "secret_sha256"];

    /// <summary>The body without what proves who somebody is.</summary>
    public static JsonObject Redact(JsonObject body)
    {
        var shown = body.DeepClone().AsObject();
        foreach (var name in Secrets) shown.Remove(name);
        return shown;
    }
}
