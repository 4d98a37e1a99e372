using System.Buffers;
using System.Text;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Fuzz;

/// <summary>
/// Sound inputs to begin from: the golden tests' own, more of the dialects that have none, and all of them as each other dialect
/// writes them.
/// </summary>
internal sealed class Seeds
{
    private readonly Dictionary<DialectId, List<byte[]>> _requests = [];
    private readonly Dictionary<DialectId, List<byte[]>> _answers = [];
    private readonly Dictionary<DialectId, List<byte[]>> _streams = [];

    public Seeds(string goldens)
    {
        foreach (var (dialect, name) in (ReadOnlySpan<(DialectId, string)>)[(DialectId.OpenAIChat, "openai-chat"), (DialectId.AnthropicMessages, "anthropic-messages")])
        {
            Read(Path.Combine(goldens, "requests", name), "*.json", dialect, _requests);
            Read(Path.Combine(goldens, "answers", name), "*.json", dialect, _answers);
            Read(Path.Combine(goldens, "answers", name), "*.sse", dialect, _streams);
        }

        foreach (var (dialect, request) in SeedTexts.Requests) Add(_requests, dialect, Encoding.UTF8.GetBytes(request));
        foreach (var (dialect, answer) in SeedTexts.Answers) Add(_answers, dialect, Encoding.UTF8.GetBytes(answer));
        Translate();
    }

    public IReadOnlyList<byte[]> Requests(DialectId dialect) => _requests[dialect];

    public IReadOnlyList<byte[]> Answers(DialectId dialect) => _answers[dialect];

    public IReadOnlyList<byte[]> Streams(DialectId dialect) => _streams[dialect];

    private void Translate()
    {
        var requests = _requests.SelectMany(own => own.Value.Select(body => (own.Key, body))).ToList();
        foreach (var (from, body) in requests)
        {
            foreach (var to in Dialects.Upstreams)
            {
                using var request = DialectRegistry.Client(from).DecodeRequest(body).Value ?? throw new InvalidDataException($"a seed of {from} is no request: {DialectRegistry.Client(from).DecodeRequest(body).Error}");
                if (to.Id != from) Add(_requests, to.Id, Write(output => to.EncodeRequest(request, ModelTraits.Unknown, output, new LossReport())));
            }
        }

        foreach (var (from, body) in _answers.SelectMany(own => own.Value.Select(body => (own.Key, body))).ToList())
        {
            using var answer = DialectRegistry.Upstream(from).DecodeResponse(body, Translation.None).Value;
            if (answer is null) continue;   // an error
            foreach (var to in Dialects.Upstreams.Cast<IClientDialect>())
            {
                if (to.Id != from) Add(_answers, to.Id, Write(output => to.EncodeResponse(answer, output, new LossReport())));
                var events = new List<StreamEvent>();
                StreamUnfold.Into(answer, events);
                var encoder = to.CreateStreamEncoder(new AnswerEncoding("m"), new LossReport());
                Add(_streams, to.Id, Write(output => events.ForEach(item => encoder.Encode(item, output))));
            }
        }
    }

    private static byte[] Write(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static void Read(string folder, string pattern, DialectId dialect, Dictionary<DialectId, List<byte[]>> seeds)
    {
        foreach (var file in Directory.EnumerateFiles(folder, pattern).Order()) Add(seeds, dialect, File.ReadAllBytes(file));
    }

    private static void Add(Dictionary<DialectId, List<byte[]>> seeds, DialectId dialect, byte[] seed)
    {
        if (!seeds.TryGetValue(dialect, out var list)) seeds[dialect] = list = [];
        list.Add(seed);
    }
}
