using System.Text.Json.Nodes;

namespace Causeway.EndToEnd.Harness;

/// <summary>The independent mock of the providers' APIs, with fixtures of the test's.</summary>
internal sealed class Aimock : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly string _file;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());

    private Aimock(int port, string file)
    {
        _file = file;
        Address = new Uri($"http://127.0.0.1:{port}");
        _process = new ChildProcess("node", [Paths.Modules("@copilotkit", "aimock", "dist", "cli.js"), "-p", $"{port}", "-f", file],
            new Dictionary<string, string> { ["HOME"] = Path.GetTempPath() });
    }

    public Uri Address { get; }

    /// <summary>Starts with fixtures; the first whose match fits answers.</summary>
    public static async Task<Aimock> StartAsync(params JsonNode[] fixtures)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("causeway-aimock-").FullName, "fixtures.json");
        await File.WriteAllTextAsync(file, new JsonObject { ["fixtures"] = new JsonArray(fixtures) }.ToJsonString());
        var mock = new Aimock(ChildProcess.FreePort(), file);
        await mock._process.WaitForAsync(mock._http, new Uri(mock.Address, "/__aimock/journal"));
        return mock;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }
}
