using System.Security.Cryptography;
using System.Text;

namespace Causeway.Core.Configuration;

/// <summary>Reads <c>auth_config</c>: <c>{"is_enabled": true, "admin_username": "admin", "admin_password": "env.ADMIN_PASSWORD"}</c>.</summary>
internal static class AdminReader
{
    internal static readonly string[] Names = ["is_enabled", "admin_username", "admin_password"];
    internal static readonly string[] LaterNames = ["disable_auth_on_inference"];

    private const int Shortest = 8;   // characters of a password

    /// <summary>The admin; null if there is none, or it is switched off.</summary>
    public static AdminConfig? Read(ConfigNode node, Func<string, string?> env)
    {
        if (node.IsMissing) return null;
        node.CheckNames([.. Names, .. LaterNames]);
        if (node["is_enabled"].Flag() == false) return null;
        if (node["admin_username"].IsMissing) node["admin_username"].Error("is required");
        if (node["admin_password"].IsMissing) node["admin_password"].Error("is required");
        if (node["admin_username"].IsMissing || node["admin_password"].IsMissing) return null;
        var name = ProviderReader.Secret(node["admin_username"], env, out _);
        var password = ProviderReader.Secret(node["admin_password"], env, out var isSet);
        if (!isSet) node["admin_password"].Error("has no value: without one nobody could log in", secret: true);
        else if (password.Length < Shortest) node["admin_password"].Error($"must have at least {Shortest} characters", secret: true);
        return new AdminConfig(name, SHA256.HashData(Encoding.UTF8.GetBytes(password)));
    }
}
