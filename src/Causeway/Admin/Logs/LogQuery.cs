using System.Text.Json;
using Causeway.Admin.Access;
using Causeway.Core.Management;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Log.Reports;
using Causeway.Endpoints;

namespace Causeway.Admin.Logs;

/// <summary>How all questions to the log are asked and answered: parameters are read, what makes no sense is refused, and the log must be there.</summary>
/// <param name="open">The log, opened if it is not; null: none is kept.</param>
/// <param name="time">The clock.</param>
internal sealed class LogQuery(Func<Task<ILogStore>>? open, TimeProvider time)
{
    /// <summary>Who may see what was said.</summary>
    public const Role OfContent = Role.Editor;

    /// <summary>Answers a question.</summary>
    /// <param name="call">The request.</param>
    /// <param name="allowed">Parameters besides those of filters.</param>
    /// <param name="read">Reads the question.</param>
    /// <param name="answer">Answers it.</param>
    public async ValueTask AnswerAsync<T>(ApiCall call, IReadOnlyList<string> allowed, Func<LogQuestionReader, T> read, Func<ILogStore, T, Task> answer)
    {
        var words = call.Http.Request.Query.SelectMany(pair => pair.Value.Select(value => (pair.Key, value ?? "")));
        var reader = new LogQuestionReader(words, allowed, time.GetUtcNow());
        var question = read(reader);
        if (reader.Problem is { } problem) await call.RefuseAsync(ManagementError.Invalid(problem.Name, problem.ToString()));
        else if (reader.Filter.Text is not null && !MaySee(call)) await call.RefuseAsync(ForContent("to search in what was said"));
        else await AnswerAsync(call, log => answer(log, question));
    }

    /// <summary>Answers a question without parameters.</summary>
    public async ValueTask AnswerAsync(ApiCall call, Func<ILogStore, Task> answer)
    {
        if (open is null)
        {
            await call.RefuseAsync(NoLog);
            return;
        }

        try
        {
            call.Http.Response.Headers.CacheControl = "no-store";
            await answer(await open());
        }
        catch (OperationCanceledException) when (call.Gone.IsCancellationRequested)
        {
            // nobody is there to be told
        }
        catch (InvalidDataException broken) when (!call.Http.Response.HasStarted)
        {
            await call.RefuseAsync(new ManagementError(500, "broken", $"what the log has of it cannot be read: {broken.Message}"));
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException && call.Http.Response.HasStarted)
        {
            call.Http.Abort();   // what is there of the rows must not look like all of them
        }
    }

    /// <summary>Answers 200 with one JSON object.</summary>
    public static Task WriteAsync(ApiCall call, Action<Utf8JsonWriter> members) => GatewayState.WriteAsync(call.Http, members).AsTask();

    /// <summary>May who asks see what was said?</summary>
    public static bool MaySee(ApiCall call) => call.Who is { } who && who.Role >= OfContent;

    /// <summary>Only those who may see what was said may do this.</summary>
    public static ManagementError ForContent(string what) => ManagementError.Forbidden($"{what} needs the role {RoleText.Of(OfContent)}: prompts and answers are not for viewers");

    /// <summary>There is no log.</summary>
    public static ManagementError NoLog { get; } = new(503, "no_log", "no request log is kept: logging.enabled or logs_store.enabled is false in the configuration; set it to true, and start the gateway again");

    /// <summary>There is no such row.</summary>
    public static ManagementError NoRow(string id) => ManagementError.NotFound("log", id);
}
