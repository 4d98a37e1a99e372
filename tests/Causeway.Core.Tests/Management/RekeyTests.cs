using System.Text.Json.Nodes;
using Causeway.Cli;
using Causeway.Core.Configuration;
using Causeway.Core.Management;
using Causeway.Core.Management.Secrets;
using Causeway.Storage;

namespace Causeway.Core.Tests.Management;

public sealed class RekeyTests : IDisposable
{
    private const string NewVariable = "CAUSEWAY_NEW_ENCRYPTION_KEY";

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-rekey-").FullName;
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string KeyFile => Path.Combine(_folder, EncryptionKey.FileName);

    private string NextFile => Path.Combine(_folder, EncryptionKey.NextFileName);

    private string? Variable(string name) => _environment.GetValueOrDefault(name);

    private async Task<string> RekeyAsync(int code)
    {
        using var output = new StringWriter();
        Assert.Equal(code, await StoreCommand.RunAsync(CommandLine.Parse(["rekey", "-app-dir", _folder], Variable).Options!, Variable, output, output));
        return output.ToString().Trim();
    }

    private async Task FillAsync()
    {
        using var keys = new SecretKeys(_folder, Variable);
        await using var stores = await Stores.OpenAsync(new SqliteStoreConfig(), _folder, Cancel);
        var now = DateTimeOffset.UnixEpoch;
        var changes = Enumerable.Range(0, 5).Select(i => new ObjectChange("provider", $"p{i}", new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["name"] = "k", ["value"] = new JsonObject { ["sealed"] = keys.Seal($"sk-{i}", $"provider/p{i}") } }) }.ToJsonString()));
        await stores.Management.WriteAsync(0, [.. changes, new ObjectChange("team", "web", "{}")], [new AuditEntry { Id = Guid.CreateVersion7(now), Time = now, Actor = "test", Action = "create", Kind = "all", Object = "" }], Cancel);
    }

    /// <summary>The secrets, opened as a gateway would that starts now.</summary>
    private async Task<List<string>> SecretsAsync()
    {
        using var keys = new SecretKeys(_folder, Variable);
        await using var stores = await Stores.OpenAsync(new SqliteStoreConfig(), _folder, Cancel);
        return [.. (await stores.Management.ReadAsync(Cancel)).Of("provider").Select(item => SecretFields.Open(ObjectKind.Provider, JsonNode.Parse(item.Body)!.AsObject(), keys, $"provider/{item.Id}")["keys"]![0]!["value"]!.ToString())];
    }

    private static readonly string[] All = ["sk-0", "sk-1", "sk-2", "sk-3", "sk-4"];

    [Fact]
    public async Task A_new_key_takes_the_place_of_the_files()
    {
        await FillAsync();
        var old = await File.ReadAllTextAsync(KeyFile, Cancel);
        Assert.Equal("5 sealed with a new key in encryption.key", await RekeyAsync(0));
        Assert.NotEqual(old, await File.ReadAllTextAsync(KeyFile, Cancel));
        Assert.False(File.Exists(NextFile));
        Assert.Equal(All, await SecretsAsync());
        await File.WriteAllTextAsync(KeyFile, old, Cancel);
        await Assert.ThrowsAsync<FormatException>(SecretsAsync);
    }

    [Fact]
    public async Task Stopped_before_the_new_key_is_in_its_place_it_is_put_there_by_whoever_comes_next()
    {
        foreach (var comes in (Func<Task>[])[async () => Assert.Equal(All, await SecretsAsync()), async () => Assert.Contains("5 sealed", await RekeyAsync(0), StringComparison.Ordinal)])
        {
            if (!File.Exists(KeyFile)) await FillAsync();
            var old = await File.ReadAllTextAsync(KeyFile, Cancel);
            await RekeyAsync(0);
            File.Move(KeyFile, NextFile);
            await File.WriteAllTextAsync(KeyFile, old, Cancel);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await comes();
            Assert.Equal(All, await SecretsAsync());
            Assert.False(File.Exists(NextFile));
        }
    }

    [Fact]
    public async Task Stopped_before_anything_was_sealed_it_begins_anew()
    {
        await FillAsync();
        EncryptionKey.Make(NextFile);
        Assert.Equal(All, await SecretsAsync());
        Assert.Contains("5 sealed", await RekeyAsync(0), StringComparison.Ordinal);
        Assert.Equal(All, await SecretsAsync());
    }

    [Fact]
    public async Task Keys_of_the_environment_are_changed_by_a_second_variable()
    {
        _environment[EncryptionKey.Variable] = "the first passphrase";
        await FillAsync();
        Assert.Contains($"{NewVariable} is required", await RekeyAsync(1), StringComparison.Ordinal);
        _environment[NewVariable] = "short";
        Assert.Contains($"{NewVariable}: must be 32 bytes", await RekeyAsync(1), StringComparison.Ordinal);
        _environment[NewVariable] = "the second passphrase";
        Assert.Contains("start the gateways anew", await RekeyAsync(0), StringComparison.Ordinal);
        await Assert.ThrowsAsync<FormatException>(SecretsAsync);
        Assert.Contains("was sealed with another key", await RekeyAsync(1), StringComparison.Ordinal);
        _environment[EncryptionKey.Variable] = "the second passphrase";
        Assert.Equal(All, await SecretsAsync());
        Assert.False(File.Exists(KeyFile));
    }
}
