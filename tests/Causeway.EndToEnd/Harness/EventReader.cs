using System.Text.Json.Nodes;

namespace Causeway.EndToEnd.Harness;

/// <summary>A stream of server-sent events of the gateway's own, read one after the other.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage answer, Stream body) => (_answer, _lines) = (answer, new StreamReader(body));

    /// <summary>Opens it.</summary>
    public static async Task<EventReader> OpenAsync(GatewayProcess gateway, string path)
    {
        var answer = await gateway.OpenAsync(path, TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode == 200, $"{path}: {answer.StatusCode}");
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        return new EventReader(answer, await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null: there are no more. Comments are left out.</summary>
    public async Task<(string Name, JsonNode Data)?> NextAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        string? name = null;
        while (await _lines.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) return (name!, JsonNode.Parse(line[6..])!);
        }

        return null;
    }

    /// <summary>The data of the next event, which must have this name.</summary>
    public async Task<JsonNode> NextAsync(string name)
    {
        var (next, data) = (await NextAsync())!.Value;
        Assert.True(next == name, $"{next} in place of {name}: {data.ToJsonString()}");
        return data;
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _answer.Dispose();
        return ValueTask.CompletedTask;
    }
}
