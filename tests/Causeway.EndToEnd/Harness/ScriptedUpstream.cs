using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.EndToEnd.Harness;

/// <summary>What the upstream answers to one request.</summary>
internal sealed record Answer(Func<HttpContext, Task> Write)
{
    private const string Usage = """{"prompt_tokens":11,"completion_tokens":3,"total_tokens":14}""";

    private static string Chunk(string delta, string finish = "null") =>
        $$"""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}}}]}""" + "\n\n";

    public static Answer Error(int status, string body, params (string Name, string Value)[] headers) => new(async http =>
    {
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers) http.Response.Headers[name] = value;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body);
    });

    public static Answer Whole(string text) => Json($$"""{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"{{text}}","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{{Usage}}}""");

    public static Answer Json(string body) => new(async http =>
    {
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body);
    });

    /// <summary>The same answer after a while.</summary>
    public Answer After(int milliseconds) => new(async http =>
    {
        await Task.Delay(milliseconds, http.RequestAborted);
        await Write(http);
    });

    /// <summary>No answer at all, until the client closes the connection.</summary>
    public static Answer Never { get; } = new(static http => Task.Delay(Timeout.Infinite, http.RequestAborted));

    /// <summary>The connection is closed without an answer.</summary>
    public static Answer Reset { get; } = new(static http =>
    {
        http.Abort();
        return Task.CompletedTask;
    });

    /// <summary>The same answer, compressed.</summary>
    public Answer Compressed(string coding) => new(async http =>
    {
        var client = http.Response.Body;
        using var body = new MemoryStream();
        http.Response.Body = body;
        await Write(http);
        http.Response.Body = client;
        http.Response.Headers.ContentEncoding = coding;
        await using Stream target = coding == "br" ? new BrotliStream(client, CompressionMode.Compress)
            : coding == "gzip" ? new GZipStream(client, CompressionMode.Compress) : new ZLibStream(client, CompressionMode.Compress);
        await target.WriteAsync(body.ToArray());
    });

    public static Answer Stream(string text, string usage = Usage) => new(async http =>
    {
        await BeginAsync(http, text);
        await http.Response.WriteAsync(Chunk("{}", "\"stop\"") + "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"gpt-4o\",\"choices\":[],\"usage\":" + usage + "}\n\ndata: [DONE]\n\n");
    });

    /// <summary>A stream that calls a tool.</summary>
    public static Answer StreamCall(string tool, JsonNode arguments) => new(async http =>
    {
        http.Response.ContentType = "text/event-stream";
        var call = new JsonObject { ["index"] = 0, ["id"] = $"call_{Guid.NewGuid():N}", ["type"] = "function", ["function"] = new JsonObject { ["name"] = tool, ["arguments"] = arguments.ToJsonString() } };
        await http.Response.WriteAsync(Chunk("""{"role":"assistant","content":null}""") + Chunk(new JsonObject { ["tool_calls"] = new JsonArray(call) }.ToJsonString())
            + Chunk("{}", "\"tool_calls\"") + "data: [DONE]\n\n");
    });

    /// <summary>Answers by what the request says.</summary>
    public static Answer Choose(Func<JsonNode, Answer> choice) => new(http => choice(JsonNode.Parse((string)http.Items["body"]!)!).Write(http));

    /// <summary>Lets another upstream answer.</summary>
    public static Answer From(Uri upstream) => new(async http =>
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(upstream, http.Request.Path)) { Content = new StringContent((string)http.Items["body"]!, System.Text.Encoding.UTF8, "application/json") };
        using var answer = await client.SendAsync(request, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    });

    /// <summary>A stream whose connection dies in the middle.</summary>
    public static Answer Broken(string text) => new(async http =>
    {
        await BeginAsync(http, text);
        http.Abort();
    });

    /// <summary>A stream that begins and never goes on.</summary>
    public static Answer Endless(TaskCompletionSource cancelled) => new(async http =>
    {
        await BeginAsync(http, "Once upon a time");
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(30), http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            cancelled.TrySetResult();
        }
    });

    private static async Task BeginAsync(HttpContext http, string text)
    {
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync(Chunk("""{"role":"assistant","content":""}"""));
        await http.Response.WriteAsync(Chunk($$"""{"content":"{{text}}"}"""));
        await http.Response.Body.FlushAsync();
        await Task.Delay(30);
    }
}

/// <summary>An upstream of our own that does what the script says, keeps what it was sent, and holds chat requests to the API's rules.</summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Answer> _script = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Answer>> _scripts = new();
    private readonly bool _answerGets;
    private int _inFlight;
    private int _hits;
    private int _closed;

    private ScriptedUpstream(WebApplication app, bool answerGets)
    {
        _app = app;
        _answerGets = answerGets;
    }

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>The bodies of the requests, in order.</summary>
    public ConcurrentQueue<JsonNode> Bodies { get; } = new();

    public IReadOnlyList<JsonNode> Requests => [.. Bodies];

    /// <summary>What is answered to a GET, by path and query.</summary>
    public ConcurrentDictionary<string, string> Gets { get; } = new();

    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Headers { get; } = new();

    /// <summary>All requests, of whatever kind.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>The headers of the requests that are no POST, in order.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> GetHeaders { get; } = new();

    /// <summary>The paths of the requests, in order.</summary>
    public ConcurrentQueue<string> Paths { get; } = new();

    /// <summary>The keys that came with the requests, in order.</summary>
    public IReadOnlyList<string> Keys => [.. Headers.Select(headers => headers["authorization"]["Bearer ".Length..])];

    /// <summary>Requests that are being answered.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Requests whose connection the client closed before the answer was complete.</summary>
    public int Closed => Volatile.Read(ref _closed);

    /// <summary>What was wrong with the requests.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    public static async Task<ScriptedUpstream> StartAsync(bool answerGets = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var port = ChildProcess.FreePort();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        builder.Services.AddRouting();
        var app = builder.Build();
        var upstream = new ScriptedUpstream(app, answerGets) { Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
        app.Run(upstream.HandleAsync);
        await app.StartAsync();
        return upstream;
    }

    /// <summary>Adds an answer to the script. The last one answers all further requests.</summary>
    public void Script(Answer answer) => _script.Enqueue(answer);

    /// <summary>Adds an answer to the script of a provider, whose address is a path of that name. The last one answers all further requests.</summary>
    public void Script(string provider, params ReadOnlySpan<Answer> answers)
    {
        foreach (var answer in answers) _scripts.GetOrAdd(provider, static _ => new()).Enqueue(answer);
    }

    /// <summary>Waits until <paramref name="holds"/>; what is waited for happens at once on a machine that is not busy.</summary>
    public static async Task UntilAsync(Func<bool> holds, int seconds = 20)
    {
        for (var i = 0; i < seconds * 50 && !holds(); i++) await Task.Delay(20);
        Assert.True(holds());
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        Interlocked.Increment(ref _hits);
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            GetHeaders.Enqueue(HeadersOf(http));
            var known = Gets.TryGetValue(http.Request.Path + http.Request.QueryString, out var json);
            http.Response.StatusCode = known || _answerGets ? 200 : 404;
            if (known) await http.Response.WriteAsync(json!);
            return;
        }

        using var reader = new StreamReader(http.Request.Body);
        var raw = await reader.ReadToEndAsync();
        var body = JsonNode.Parse(raw);
        http.Items["raw"] = raw;
        http.Items["body"] = body!.ToJsonString();
        Bodies.Enqueue(body);
        Paths.Enqueue(http.Request.Path);
        Headers.Enqueue(HeadersOf(http));
        if (http.Request.Path.Value!.EndsWith("/chat/completions", StringComparison.Ordinal))
        {
            foreach (var violation in ChatRules.Check(body!)) Violations.Enqueue(violation);
        }

        Interlocked.Increment(ref _inFlight);
        using var closed = http.RequestAborted.Register(() => Interlocked.Increment(ref _closed));
        try
        {
            await (await NextAsync(http.Request.Path.Value)).Write(http);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            // the gateway closed the connection
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private static Dictionary<string, string> HeadersOf(HttpContext http) => http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    private async Task<Answer> NextAsync(string path)
    {
        var script = _scripts.GetValueOrDefault(path.Split('/')[1]) ?? _script;
        while (true)
        {
            lock (script)
            {
                if (script.Count > 1 ? script.TryDequeue(out var answer) : script.TryPeek(out answer)) return answer;
            }

            await Task.Delay(10);
        }
    }
}
