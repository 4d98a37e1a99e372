using System.Net;
using Causeway.Core.Configuration;

namespace Causeway.Hosting;

/// <summary>Carries what is sent to a receiver, and tells the log when that begins to fail, and when it works again; not of each batch.</summary>
/// <param name="target">The receiver.</param>
/// <param name="signal">What is sent: traces or metrics.</param>
/// <param name="log">Is told.</param>
internal sealed class ExportWatch(OtlpTarget target, string signal, ILogger log) : DelegatingHandler(new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false, UseCookies = false })
{
    private const string GrpcStatus = "grpc-status", GrpcMessage = "grpc-message";

    private int _fails;

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        SetHeaders(request);
        try
        {
            var answer = base.Send(request, cancellationToken);
            Note(answer.IsSuccessStatusCode ? null : $"it answers {(int)answer.StatusCode}");
            return answer;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            Note(Why(broken));
            throw;
        }
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        SetHeaders(request);
        try
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.IsSuccessStatusCode) await answer.Content.LoadIntoBufferAsync(cancellationToken);   // gRPC says at the end whether it went well
            Note(answer.IsSuccessStatusCode ? GrpcProblem(answer) : $"it answers {(int)answer.StatusCode}");
            return answer;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            Note(Why(broken));
            throw;
        }
    }

    private void SetHeaders(HttpRequestMessage request)
    {
        foreach (var (name, value) in target.Headers) request.Headers.TryAddWithoutValidation(name, value);
    }

    private static string Why(Exception broken) => broken is OperationCanceledException ? "it does not answer in time" : broken.Message;

    private string? GrpcProblem(HttpResponseMessage answer)
    {
        if (!target.IsGrpc) return null;
        foreach (var headers in new[] { answer.TrailingHeaders, answer.Headers })
        {
            if (!headers.TryGetValues(GrpcStatus, out var status)) continue;
            var code = string.Join(',', status);
            var message = headers.TryGetValues(GrpcMessage, out var words) ? WebUtility.UrlDecode(string.Join(',', words)) : "";
            return code == "0" ? null : $"it answers with gRPC status {code} {message}".TrimEnd();
        }

        return "it does not speak gRPC";
    }

    private void Note(string? problem)
    {
        if (problem is null)
        {
            if (Interlocked.Exchange(ref _fails, 0) == 1) log.LogInformation("{Receiver} takes {Signal} again", target, signal);
        }
        else if (Interlocked.Exchange(ref _fails, 1) == 0)
        {
            log.LogWarning("{Receiver} does not take {Signal}: {Problem}. What it does not take is dropped; this is not said again until it works", target, signal, problem);
        }
    }
}
