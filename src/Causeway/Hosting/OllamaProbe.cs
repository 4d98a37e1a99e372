using Causeway.Core.Catalog;
using Causeway.Core.Configuration;

namespace Causeway.Hosting;

/// <summary>Looks for a running Ollama when there is no configuration file. It never delays the start.</summary>
internal static class OllamaProbe
{
    private const string Name = "ollama";
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    /// <summary>Adds Ollama to what <paramref name="store"/> holds, if it answers at OLLAMA_HOST or its usual address.</summary>
    public static async Task RunAsync(ConfigStore store, Func<string, string?> env, CancellationToken stopping)
    {
        var vendor = ProviderCatalog.Default.Find(Name)!;
        var address = env("OLLAMA_HOST") is { Length: > 0 } host ? host.Contains("://", StringComparison.Ordinal) ? host : $"http://{host}" : vendor.BaseUrl;
        var found = new ProviderConfig { Name = Name, Provider = vendor, IsKeyless = true, Network = new NetworkConfig { BaseUrl = address }, Fingerprint = address };
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = Patience });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, found.UrlFor("/api/version"));
            using var answer = await http.SendAsync(request, patience.Token);
            if (!answer.IsSuccessStatusCode) return;
        }
        catch (Exception absent) when (absent is HttpRequestException or OperationCanceledException or UriFormatException)
        {
            return;   // none is running: the usual case
        }

        store.Add(found);
    }
}
