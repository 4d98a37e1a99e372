using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.Admin.Access;
using Causeway.Core.Management;

namespace Causeway.Admin;

/// <summary>What programs manage the gateway with: <c>Authorization: Bearer cwt-...</c>. A token may never do more than who made it.</summary>
internal sealed class TokensEndpoint(ManagedConfig managed, TimeProvider time) : ObjectsEndpoint(managed, ObjectKind.Token)
{
    /// <inheritdoc/>
    protected override ChangedBody Edit(ApiCall call, JsonObject body, JsonObject? before)
    {
        var most = call.Who!.Role;
        if (RoleText.Parse(body["role"]?.ToString()) is not { } role) return new(null, ManagementError.Invalid("role", $"must be one of {string.Join(", ", RoleText.Names)}"));
        if (role > most) return new(null, ManagementError.Forbidden($"a token may not do more than who makes it: you are {RoleText.Of(most)}"));
        var result = new JsonObject { ["role"] = RoleText.Of(role), ["description"] = body["description"]?.ToString(), ["account"] = call.Who.Account };
        if (body["expires_at"]?.ToString() is { } text)
        {
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires) || expires <= time.GetUtcNow())
                return new(null, ManagementError.Invalid("expires_at", "must be a time to come such as 2027-01-31T00:00:00Z"));
            result["expires_at"] = ApiText.Of(expires);
        }

        call.Issued = VirtualKeyValues.New(AccessGate.TokenPrefix);
        result["secret_sha256"] = VirtualKeyValues.Hash(call.Issued);
        return new(result);
    }
}
