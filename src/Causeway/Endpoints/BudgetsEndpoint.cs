using System.Text.Json;
using Causeway.Admin;
using Causeway.Core.Governance;

namespace Causeway.Endpoints;

/// <summary>How things stand with the budgets.</summary>
internal sealed class BudgetsEndpoint(GatewayState state, TimeProvider time)
{
    /// <summary>GET /api/budgets: of each what is spent, reserved and left, when it resets, and when it will be spent at this pace.</summary>
    public ValueTask WriteAsync(ApiCall call) => GatewayState.WriteAsync(call.Http, Write);

    private void Write(Utf8JsonWriter writer)
    {
        var (runtime, now) = (state.Runtime, time.GetUtcNow());
        writer.WriteStartArray("budgets"u8);
        foreach (var budget in runtime.Config.Budgets)
        {
            if (runtime.Books.Status(budget.Id, now) is not { } status) continue;
            writer.WriteStartObject();
            BudgetJson.Write(writer, status);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
