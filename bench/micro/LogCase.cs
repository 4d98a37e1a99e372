using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Routing;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Causeway.Bench;

/// <summary>What the request log takes of a request: the copy of its answer while it passes, and all else when it is over.</summary>
internal static class LogCase
{
    private const string Config = """{"providers":{"openai":{"keys":[{"value":"a"}]}},"logging":{"content":"CONTENT"}}""";

    private static readonly (string, string)[] Headers =
    [
        ("user-agent", "claude-cli/2.1.197 (external, cli)"), ("x-api-key", "sk-bf-1"), ("anthropic-version", "2023-06-01"), ("anthropic-beta", "a,b,c"), ("accept", "application/json"),
        ("content-type", "application/json"), ("host", "localhost:8080"), ("x-app", "cli"), ("x-stainless-lang", "js"), ("x-stainless-os", "Linux"), ("x-stainless-arch", "x64"),
        ("x-claude-code-session-id", "0a1b2c3d"), ("x-causeway-branch", "main"), ("x-causeway-dim-feature", "login"),
    ];

    /// <summary>Measures one case and prints its row.</summary>
    /// <param name="content">The policy for what is said.</param>
    /// <param name="bytes">Bytes of the request.</param>
    public static void Run(string content, int bytes)
    {
        var gateway = new GatewayRuntime(ConfigLoader.Parse(Encoding.UTF8.GetBytes(Config.Replace("CONTENT", content, StringComparison.Ordinal)), "bench", _ => null).Config!);
        var target = new Candidate(gateway.Find("openai")!, "gpt-4o", gateway.Catalog);
        var usage = new Usage { InputTokens = 1234, CacheReadTokens = 1000, OutputTokens = 567 };
        var body = Encoding.UTF8.GetBytes($$"""{"model":"openai/gpt-4o","messages":[{"role":"user","content":"{{new string('a', bytes)}}"}]}""");
        var answer = new byte[1024];
        var sink = new Sink();
        IRequestLog log = sink;
        var (median, best, allocated) = Measure.Of(
            () =>
            {
                sink.Clear();
                return Make();
            },
            exchange =>
            {
                if (exchange.IsCaptured)
                {
                    var capture = new AnswerCapture(DialectId.OpenAIChat, false, Translation.None);
                    capture.Write(answer);
                    exchange.Add(capture);
                }

                log.Post(LogDraft.Of(exchange, TimeSpan.FromSeconds(2), 200, TimeProvider.System));
            });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {content} | {bytes} | {median:F2} | {best:F2} | {allocated} |"));

        Exchange Make()
        {
            var http = new DefaultHttpContext();
            http.Request.Path = "/v1/chat/completions";
            http.Features.Set<IRequestBodyPipeFeature>(new Whole(PipeReader.Create(new ReadOnlySequence<byte>(body))));   // in one block, as the server has it
            foreach (var (name, value) in Headers) http.Request.Headers[name] = value;
            var exchange = new Exchange(http, DialectRegistry.Client(DialectId.OpenAIChat), gateway) { Log = sink, Answering = target };
            new ReadRequest().InvokeAsync(exchange, _ => ValueTask.CompletedTask).AsTask().GetAwaiter().GetResult();
            exchange.Trail.Add(new Attempt(target, "a", 200, TimeSpan.FromSeconds(2), null, usage));
            exchange.Why.Add("by name");
            exchange.Bill = Bill.Of(exchange);
            return exchange;
        }
    }

    private sealed record Whole(PipeReader Reader) : IRequestBodyPipeFeature;

    private sealed class Sink : IRequestLog
    {
        private readonly Queue<LogDraft> _drafts = [];

        public void Clear()
        {
            while (_drafts.TryDequeue(out var draft)) draft.Dispose();
        }

        public bool TakesContent => true;

        void IRequestLog.Post(LogDraft draft) => _drafts.Enqueue(draft);
    }
}
