using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.Tests.Goldens;

/// <summary>
/// What each translation makes of an input, losses included, as files beside the inputs: <c>requests/CLIENT/case.json</c> becomes
/// <c>case.UPSTREAM.golden</c>, <c>answers/UPSTREAM/case.json|.sse</c> becomes <c>case.CLIENT.golden</c>. Run with CAUSEWAY_UPDATE_GOLDENS=1
/// to write them anew, and read the difference before committing it.
/// </summary>
public sealed class GoldenTests
{
    private static readonly string Folder = FindFolder();
    private static readonly bool Update = Environment.GetEnvironmentVariable("CAUSEWAY_UPDATE_GOLDENS") == "1";
    private static readonly OpenAIChatDialect OpenAI = new(new StoppedClock());
    private static readonly AnthropicMessagesDialect Anthropic = new();

    private static string FindFolder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Causeway.slnx"))) return Path.Combine(at.FullName, "tests", "Causeway.Dialects.Tests", "Goldens");
        }

        throw new InvalidOperationException("not inside the repository");
    }

    public static TheoryData<string, string> Requests() => Cases("requests");

    public static TheoryData<string, string> Answers() => Cases("answers");

    private static TheoryData<string, string> Cases(string kind)
    {
        var cases = new TheoryData<string, string>();
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, kind), "*.*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".golden", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            foreach (var target in (string[])["openai-chat", "anthropic-messages"]) cases.Add(Path.GetRelativePath(Folder, file), target);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void Requests_are_translated_as_agreed(string file, string upstream)
    {
        var decoded = Client(file).DecodeRequest(File.ReadAllBytes(Path.Combine(Folder, file)));
        Assert.True(decoded.IsOk, decoded.Error?.Message);
        var losses = new LossReport();
        var output = new ArrayBufferWriter<byte>();
        Upstream(upstream).EncodeRequest(decoded.Value, ModelTraits.Unknown, output, losses);
        Compare(file, upstream, Indented(output.WrittenSpan), losses);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Answers_are_translated_as_agreed(string file, string client)
    {
        var body = File.ReadAllBytes(Path.Combine(Folder, file));
        var upstream = Upstream(file.Split(Path.DirectorySeparatorChar)[1]);
        var losses = new LossReport();
        var output = new ArrayBufferWriter<byte>();
        if (file.EndsWith(".sse", StringComparison.Ordinal))
        {
            Stream(upstream, Client(client), body, output, losses);
            Compare(file, client, Encoding.UTF8.GetString(output.WrittenSpan), losses);
            return;
        }

        var decoded = upstream.DecodeResponse(body, Translation.None);
        if (decoded.IsOk) Client(client).EncodeResponse(decoded.Value, output, losses);
        else Client(client).EncodeError(decoded.Error, output);
        Compare(file, client, Indented(output.WrittenSpan), losses);
    }

    private static void Stream(IUpstreamDialect upstream, IClientDialect client, byte[] body, ArrayBufferWriter<byte> output, LossReport losses)
    {
        using var reader = new SseReader();
        using var decoder = upstream.CreateStreamDecoder(Translation.None);
        var encoder = client.CreateStreamEncoder(new AnswerEncoding("asked-model"), losses);
        var events = new List<StreamEvent>();
        reader.Append(body);
        while (reader.TryRead(out var frame, atEnd: true))
        {
            decoder.Decode(frame, events);
            foreach (var item in events) encoder.Encode(item, output);
            events.Clear();
        }

        decoder.End(events);
        foreach (var item in events) encoder.Encode(item, output);
    }

    private static void Compare(string file, string target, string text, LossReport losses)
    {
        var lost = losses.Losses.Select(l => string.Create(CultureInfo.InvariantCulture, $"# lost: {l.Key.Path} ({l.Value}x): {l.Key.Reason}\n"));
        var actual = string.Concat(lost) + text.TrimEnd() + "\n";
        var golden = Path.Combine(Folder, Path.ChangeExtension(file, null) + $".{target}.golden");
        if (Update) File.WriteAllText(golden, actual);
        Assert.True(File.Exists(golden), $"{golden} is missing: run with CAUSEWAY_UPDATE_GOLDENS=1, and read it");
        Assert.Equal(File.ReadAllText(golden), actual);
    }

    private static string Indented(ReadOnlySpan<byte> json) => JsonNode.Parse(json)!.ToJsonString(new JsonSerializerOptions
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
    });

    private static IClientDialect Client(string name) => name.Contains("anthropic", StringComparison.Ordinal) ? Anthropic : OpenAI;

    private static IUpstreamDialect Upstream(string name) => name.Contains("anthropic", StringComparison.Ordinal) ? Anthropic : OpenAI;

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    }
}
