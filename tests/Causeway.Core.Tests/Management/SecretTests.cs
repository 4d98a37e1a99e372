using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Causeway.Core.Governance.Leases;
using Causeway.Core.Management;
using Causeway.Core.Management.Secrets;

namespace Causeway.Core.Tests.Management;

public sealed class SecretTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-secrets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private SecretKeys Keys(string? variable = null) => new(_folder, name => name == EncryptionKey.Variable ? variable : null);

    [Fact]
    public void What_was_sealed_opens_for_its_owner_with_its_key_and_not_else()
    {
        using var box = new SecretBox(RandomNumberGenerator.GetBytes(32));
        var sealed1 = box.Seal("sk-äöü", "provider/a");
        Assert.NotEqual(sealed1, box.Seal("sk-äöü", "provider/a"));
        Assert.Equal("sk-äöü", box.Open(sealed1, "provider/a"));
        Assert.Null(box.Open(sealed1, "provider/b"));
        using var other = new SecretBox(RandomNumberGenerator.GetBytes(32));
        Assert.Null(other.Open(sealed1, "provider/a"));
        for (var i = 0; i < sealed1.Length; i++)
        {
            var damaged = sealed1.ToCharArray();
            damaged[i] = damaged[i] == 'A' ? 'E' : 'A';   // not only a bit that base64 does not count
            Assert.Null(box.Open(new string(damaged), "provider/a"));
        }

        foreach (var broken in (string[])["", "AQ", "not base64!", sealed1[..^4]]) Assert.Null(box.Open(broken, "provider/a"));
    }

    [Fact]
    public void The_keys_file_is_made_once_for_its_owner_alone_and_one_that_others_may_read_is_refused()
    {
        var file = Path.Combine(_folder, EncryptionKey.FileName);
        var key = EncryptionKey.Find(_folder, _ => null);
        Assert.Equal((32, Convert.ToHexString(key)), (key.Length, Convert.ToHexString(EncryptionKey.Find(_folder, _ => null))));
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<IOException>(() => EncryptionKey.Find(_folder, _ => null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_where_nothing_can_be_made_or_read_is_said_with_what_to_do()
    {
        if (OperatingSystem.IsWindows()) return;
        var path = Path.Combine(_folder, EncryptionKey.FileName);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);   // as if it were another user's
        Directory.CreateDirectory(Path.Combine(_folder, "journal", "node.new"));
        Assert.Contains(EncryptionKey.Variable, Assert.Throws<IOException>(() => EncryptionKey.Read(path)).Message, StringComparison.Ordinal);
        Assert.Contains("-app-dir", Assert.Throws<IOException>(() => NodeId.Of(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_32_bytes_in_three_forms_or_a_passphrase_that_is_long_enough()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        foreach (var text in (string[])[Convert.ToBase64String(key), Convert.ToHexString(key), System.Buffers.Text.Base64Url.EncodeToString(key), Convert.ToBase64String(key) + "\n"]) Assert.Equal(key, EncryptionKey.Parse(text, "X"));
        Assert.Equal(EncryptionKey.Parse("correct horse battery", "X"), EncryptionKey.Parse("correct horse battery", "X"));
        Assert.NotEqual(EncryptionKey.Parse("correct horse battery", "X"), EncryptionKey.Parse("correct horse batterz", "X"));
        Assert.Contains("X: must be 32 bytes", Assert.Throws<FormatException>(() => EncryptionKey.Parse("short", "X")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_secrets_are_sealed_and_nothing_of_them_is_shown()
    {
        using var keys = Keys();
        var body = Json("""
            {"keys": [{"name": "a", "value": "sk-1", "weight": 1}, {"name": "b", "value": "env.KEY"}, {"name": "c", "value": {"value": "sk-2", "type": "plain_text"}}, {"name": "d", "value": {"ref": "KEY", "type": "env"}},
                      {"name": "e", "bedrock_key_config": {"secret_key": "sk-3", "region": "eu"}}],
             "network_config": {"base_url": "http://x", "extra_headers": {"X-Auth": "sk-4"}}, "proxy_config": {"password": "sk-5"}}
            """);
        var kept = SecretFields.Seal(ObjectKind.Provider, body, null, keys.Seal, "provider/a", out var missing);
        Assert.Null(missing);
        Assert.DoesNotContain("sk-", kept.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("env.KEY", kept["keys"]![1]!["value"]!.ToString());
        Assert.Equal("http://x", kept["network_config"]!["base_url"]!.ToString());
        var shown = SecretFields.Redact(ObjectKind.Provider, kept);
        Assert.Equal("""{"is_set":true}""", shown["keys"]![0]!["value"]!.ToJsonString());
        Assert.Equal("env.KEY", shown["keys"]![1]!["value"]!.ToString());
        Assert.Equal("""{"is_set":true}""", SecretFields.Redact(ObjectKind.Provider, body)["network_config"]!["extra_headers"]!["X-Auth"]!.ToJsonString());
        var opened = SecretFields.Open(ObjectKind.Provider, kept, keys, "provider/a");
        Assert.Equal(["sk-1", "env.KEY", "sk-2"], opened["keys"]!.AsArray().Take(3).Select(key => key!["value"]!.ToString()));
        Assert.Equal(("sk-3", "sk-4", "sk-5"), (opened["keys"]![4]!["bedrock_key_config"]!["secret_key"]!.ToString(), opened["network_config"]!["extra_headers"]!["X-Auth"]!.ToString(), opened["proxy_config"]!["password"]!.ToString()));
    }

    [Fact]
    public void What_is_only_said_to_be_set_stays_as_it_was_also_when_a_list_is_sorted_anew()
    {
        using var keys = Keys();
        var before = SecretFields.Seal(ObjectKind.Provider, Json("""{"keys": [{"name": "a", "value": "sk-a"}, {"name": "b", "value": "sk-b"}]}"""), null, keys.Seal, "p", out _);
        var after = SecretFields.Seal(ObjectKind.Provider, Json("""{"keys": [{"name": "b", "value": {"is_set": true}}, {"name": "a", "value": "sk-new"}]}"""), before, keys.Seal, "p", out var missing);
        Assert.Null(missing);
        Assert.Equal(["sk-b", "sk-new"], SecretFields.Open(ObjectKind.Provider, after, keys, "p")["keys"]!.AsArray().Select(key => key!["value"]!.ToString()));
        SecretFields.Seal(ObjectKind.Provider, Json("""{"keys": [{"name": "c", "value": {"is_set": true}}]}"""), before, keys.Seal, "p", out missing);
        Assert.Equal("keys[0].value", missing);
    }

    [Fact]
    public void Another_key_in_the_file_and_one_that_was_not_put_in_its_place_are_noticed()
    {
        using var keys = Keys();
        keys.Seal("x", "p");
        var file = Path.Combine(_folder, EncryptionKey.FileName);
        File.Delete(file);
        using (var second = new SecretBox(EncryptionKey.Make(file))) Assert.Equal("two", keys.Open(second.Seal("two", "p"), "p"));
        using (var third = new SecretBox(EncryptionKey.Make(Path.Combine(_folder, EncryptionKey.NextFileName)))) Assert.Equal("three", keys.Open(third.Seal("three", "p"), "p"));
        Assert.False(File.Exists(Path.Combine(_folder, EncryptionKey.NextFileName)));
        using var later = Keys();
        Assert.Equal("four", later.Open(keys.Seal("four", "p"), "p"));
        using var stranger = Keys("a passphrase of another");
        Assert.Null(stranger.Open(keys.Seal("five", "p"), "p"));
    }
}
