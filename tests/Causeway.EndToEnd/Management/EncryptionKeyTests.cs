using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>What the stored secrets are sealed with.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class EncryptionKeyTests
{
    private const string Provider = """{"name":"openai","keys":[{"name":"main","value":"sk-canary-sealed-0123456789"}]}""";
    private const string Variable = "CAUSEWAY_ENCRYPTION_KEY";
    private const string Key = "a passphrase of the operator";

    private static Dictionary<string, string> With(string key) => new() { [Variable] = key };

    private static Task<(int Code, string Text)> StartAsync(string appDir, Dictionary<string, string>? environment = null) => Cli.TryAsync(appDir, environment ?? [], "-port", "0");

    [Fact]
    public async Task Another_key_stops_the_start_and_says_why()
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject(), With(Key));
        await new ApiClient(gateway).CreateAsync("/api/providers", Provider);
        Assert.False(File.Exists(Path.Combine(gateway.AppDir, "encryption.key")));
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(20)));
        foreach (var (environment, said) in ((Dictionary<string, string>, string)[])[(With("another passphrase altogether"), "was sealed with another key"), ([], "was sealed with another key"), (With("short"), "at least 16 characters")])
        {
            var (code, text) = await StartAsync(gateway.AppDir, environment);
            Assert.Equal(1, code);
            Assert.Contains(said, text, StringComparison.Ordinal);
            Assert.Contains(Variable, text, StringComparison.Ordinal);
            Assert.Empty(Traces.In("output", text, [Key, "another passphrase", "sk-canary"]));
        }
    }

    [Fact]
    public async Task A_key_that_is_none_is_refused_before_it_is_needed()
    {
        var folder = Directory.CreateTempSubdirectory("causeway-key-").FullName;
        var (code, text) = await StartAsync(folder, With("short"));
        Assert.Equal(1, code);
        Assert.Contains($"{Variable}: must be 32 bytes", text, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_file_is_for_its_owner_alone()
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        var (api, file) = (new ApiClient(gateway), Path.Combine(gateway.AppDir, "encryption.key"));
        await api.CreateAsync("/api/teams", """{"id":"no-secrets-yet"}""");
        Assert.False(File.Exists(file));
        await api.CreateAsync("/api/providers", Provider);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(20)));
        foreach (var more in (UnixFileMode[])[UnixFileMode.GroupRead, UnixFileMode.OtherRead, UnixFileMode.GroupWrite, UnixFileMode.OtherWrite])
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
            var (code, text) = await StartAsync(gateway.AppDir);
            Assert.Equal(1, code);
            Assert.Contains("chmod 600", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_that_was_mended_is_taken_without_a_restart()
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        var (api, file) = (new ApiClient(gateway), Path.Combine(gateway.AppDir, "encryption.key"));
        await File.WriteAllTextAsync(file, Convert.ToBase64String(new byte[32]), TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", await api.PostAsync("/api/providers", Provider).IsAsync(503, "store_unavailable"), StringComparison.Ordinal);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await api.CreateAsync("/api/providers", Provider);
    }
}
