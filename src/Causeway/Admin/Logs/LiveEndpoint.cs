using Causeway.Core.Management;
using Causeway.Core.Recording.Live;
using Causeway.Core.Recording.Log.Reports;

namespace Causeway.Admin.Logs;

/// <summary>What goes on, as server-sent events.</summary>
/// <param name="live">Knows it.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveEndpoint(LiveHub live, TimeProvider time)
{
    /// <summary>GET /api/live: all exchanges, without what is said in them. With <c>once=true</c> only those that are going on.</summary>
    public async ValueTask AllAsync(ApiCall call)
    {
        var reader = new LogQuestionReader(call.Http.Request.Query.SelectMany(pair => pair.Value.Select(value => (pair.Key, value ?? ""))), ["once"], time.GetUtcNow());
        var isOnce = reader.Flag("once");
        if (reader.Problem is { } problem) await call.RefuseAsync(ManagementError.Invalid(problem.Name, problem.ToString()));
        else if (reader.Filter is not { From: null, To: null, Values: [], Ranges: [], Text: null }) await call.RefuseAsync(ManagementError.Invalid("query", "takes no filter here: all that goes on is told"));
        else if (isOnce) await EventStream.WriteOneAsync(call.Http, live.Snapshot());
        else if (live.Listen() is { } listener) await RunAsync(call, listener);
        else await call.RefuseAsync(TooMany);
    }

    /// <summary>GET /api/live/{id}: what is said in one exchange.</summary>
    public async ValueTask OneAsync(ApiCall call)
    {
        if (!Guid.TryParse(call.Id, out var id)) await call.RefuseAsync(NotRunning(call.Id));
        else if (live.Listen(id, out var isRunning) is { } listener) await RunAsync(call, listener);
        else await call.RefuseAsync(isRunning ? TooMany : NotRunning(call.Id));
    }

    private static ManagementError TooMany => new(503, "too_many_listeners", "too many listen already, or the gateway stops: close another page, or try again later");

    private static ManagementError NotRunning(string id) => new(404, "not_running", $"no exchange '{id}' is going on: GET /api/logs/{id} has it when it is over");

    private async Task RunAsync(ApiCall call, LiveListener listener)
    {
        try
        {
            await new EventStream(call.Http, listener, live.Sweep, time).RunAsync();
        }
        catch (Exception gone) when (call.Gone.IsCancellationRequested && gone is OperationCanceledException or IOException)
        {
            // nobody is there to be told
        }
        finally
        {
            live.Leave(listener);
        }
    }
}
