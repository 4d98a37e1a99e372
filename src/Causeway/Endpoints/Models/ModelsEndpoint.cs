using Causeway.Core.Authentication;
using Causeway.Core.Models;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Endpoints.Models;

/// <summary>GET of the models, or of one of them, in the shape of the caller's dialect: those that its virtual key may use.</summary>
internal sealed class ModelsEndpoint(GatewayState state, ModelLister lister, Authenticate callers)
{
    /// <summary>Writes the list, or the one model that the path names.</summary>
    public async ValueTask WriteAsync(HttpContext http, ModelsPath path)
    {
        var (runtime, dialect) = (state.Runtime, Refusal.DialectOf(http));
        if (callers.Check(http.Request, runtime, dialect, out var caller) is { } refusal)
        {
            await Refusal.WriteAsync(http, refusal);
            return;
        }

        var models = await lister.ListAsync(runtime, caller, http.RequestAborted);
        var shape = ModelShape.Of(dialect);
        if (path.Id is not { } id)
        {
            await GatewayState.WriteAsync(http, writer => shape.WriteList(writer, models));
            return;
        }

        var plain = id.StartsWith(ModelResolver.PickerPrefix, StringComparison.OrdinalIgnoreCase) ? id[ModelResolver.PickerPrefix.Length..] : id;
        var found = models.FirstOrDefault(m => m.Id == plain || m.Name == plain);
        if (found is null)
            await Refusal.WriteAsync(http, new GatewayError(ErrorKind.NotFound, $"model '{(id.Length > 100 ? id[..100] : id)}' not found") { Param = "model", Code = "model_not_found" });
        else
            await GatewayState.WriteAsync(http, writer => shape.WriteOne(writer, found, id));
    }
}
