using System.Text.Json.Nodes;
using Causeway.Core.Governance;
using Causeway.Core.Management;

namespace Causeway.Admin;

/// <summary>Virtual keys: the gateway makes their values, shows each once, and keeps its hash.</summary>
internal sealed class VirtualKeysEndpoint(ManagedConfig managed, TimeProvider time) : ObjectsEndpoint(managed, ObjectKind.VirtualKey)
{
    /// <summary>POST .../rotate: a new value; the old one works for as long as <c>overlap</c> says (<c>24h</c>), or not at all.</summary>
    public async ValueTask RotateAsync(ApiCall call)
    {
        if (await call.ReadAsync(mayBeEmpty: true) is not { } body) return;
        var overlap = TimeSpan.Zero;
        if (body["overlap"] is { } text)
        {
            if (BudgetWindow.Parse(text.ToString()) is not { } window)
            {
                await call.RefuseAsync(ManagementError.Invalid("overlap", "must be a length of time such as 24h or 7d"));
                return;
            }

            overlap = window.Length;
        }

        if (!call.Http.Request.Headers.ContainsKey("If-Match")) call.Http.Request.Headers.IfMatch = "*";   // whatever the key allows, its value is new
        await ChangeAsync(
            call, call.Id, "rotate", mustExist: true,
            before =>
            {
                var rotated = VirtualKeyValues.Rotate(before!, overlap, time.GetUtcNow(), out var issued);
                call.Issued = issued;
                return new ChangedBody(rotated);
            },
            200);
    }

    /// <inheritdoc/>
    protected override ChangedBody Edit(ApiCall call, JsonObject body, JsonObject? before)
    {
        var error = VirtualKeyValues.Keep(body, before, out var issued);
        call.Issued = issued;
        return new ChangedBody(body, error);
    }
}
