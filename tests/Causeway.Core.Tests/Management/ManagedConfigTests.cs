using System.Text.Json.Nodes;
using Causeway.Core.Configuration;
using Causeway.Core.Management;
using Causeway.Core.Management.Secrets;
using Causeway.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Management;

/// <summary>What is stored stands beside the file, and the file has the last word.</summary>
public sealed class ManagedConfigTests : IAsyncLifetime
{
    private static readonly ObjectKind Team = ObjectKind.Find("team")!;
    private static readonly ObjectKind Alias = ObjectKind.Find("alias")!;

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-managed-").FullName;
    private readonly Dictionary<string, string> _environment = new() { ["OPENAI_API_KEY"] = "sk-env" };
    private Stores? _stores;
    private ConfigStore? _config;
    private SecretKeys? _secrets;
    private ManagedConfig? _managed;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GatewayConfig Config => _config!.Current;

    private string? Variable(string name) => _environment.GetValueOrDefault(name);

    public async ValueTask InitializeAsync()
    {
        _stores = await Stores.OpenAsync(new SqliteStoreConfig(), _folder, Cancel);
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stores!.DisposeAsync();
        _config!.Dispose();
        _secrets!.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>As a gateway starts.</summary>
    private async Task StartAsync()
    {
        _config?.Dispose();
        _secrets?.Dispose();
        _config = new ConfigStore(_folder, ConfigLoader.LoadAppDir(_folder, Variable), Variable, NullLogger<ConfigStore>.Instance, TimeProvider.System);
        _secrets = new SecretKeys(_folder, Variable);
        _managed = new ManagedConfig(_config, _secrets, TimeProvider.System, NullLogger<ManagedConfig>.Instance);
        await _managed.LoadAsync(_stores!.Management, Cancel);
    }

    private async Task WriteFileAsync(string json)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, ConfigLoader.FileName), json, Cancel);
        _config!.ReloadIfChanged();
    }

    private Task<ChangeOutcome> PutAsync(ObjectKind kind, string id, string? body, bool? mustExist = null) => _managed!.ChangeAsync(
        new Change { Kind = kind, Id = id, Action = "test", Author = new("test", null), MustExist = mustExist, Edit = _ => new(body is null ? null : JsonNode.Parse(body)!.AsObject()) }, Cancel);

    [Fact]
    public async Task A_change_is_in_force_when_it_is_answered_and_after_a_restart()
    {
        Assert.Null((await PutAsync(ObjectKind.Provider, "groq", """{"keys": [{"name": "main", "value": "gsk-1"}]}""")).Error);
        Assert.Null((await PutAsync(Alias, "fast", """{"to": ["groq/llama"]}""")).Error);
        Assert.Null((await PutAsync(ObjectKind.VirtualKey, "dev", """{"name": "Dev", "value_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "team_id": "web"}""")).Error);
        for (var start = 0; start < 2; start++)
        {
            Assert.Equal(["groq", "openai"], Config.Providers.Keys.Order());   // the environment's is still there
            Assert.Equal("gsk-1", Config.Providers["groq"].Keys.Single().Value);
            Assert.Equal("groq/llama", Config.Aliases[0].Targets.Single().Name);
            Assert.Equal(("dev", "Dev", "web"), (Config.VirtualKeys.Single().Id, Config.VirtualKeys.Single().Name, Config.VirtualKeys.Single().TeamId));
            await StartAsync();
        }

        Assert.Null((await PutAsync(Alias, "fast", null)).Error);
        Assert.DoesNotContain(Config.Aliases, alias => alias.Pattern == "fast");
    }

    [Fact]
    public async Task What_the_file_declares_the_file_owns()
    {
        await PutAsync(Team, "web", """{"name": "stored"}""");
        await PutAsync(Team, "core", """{"name": "core"}""");
        await WriteFileAsync("""{"governance": {"teams": [{"id": "web", "name": "file"}, {"name": "named"}]}}""");
        var items = _managed!.List(Team).ToList();
        Assert.Equal([("web", ObjectSource.File), ("named", ObjectSource.File), ("core", ObjectSource.Store)], items.Select(item => (item.Id, item.Source)));
        Assert.Equal("file", items[0].Body["name"]!.ToString());
        foreach (var id in (string[])["web", "named"])
        {
            Assert.Equal((409, "owned_by_file"), (await PutAsync(Team, id, "{}")).Error is { } error ? (error.Status, error.Code) : default);
            Assert.Equal("owned_by_file", (await PutAsync(Team, id, null)).Error?.Code);
        }

        Assert.Contains(_config!.Load.Warnings, warning => warning.Fix.Contains("is declared by the file", StringComparison.Ordinal));
        await WriteFileAsync("{}");
        Assert.Equal(["core", "web"], _managed.List(Team).Where(item => item.Source == ObjectSource.Store).Select(item => item.Id));
    }

    [Fact]
    public async Task What_is_wrong_is_refused_with_the_path_within_it_and_changes_nothing()
    {
        var wrong = (await PutAsync(Team, "web", """{"budgets": [{"max_budget": -1}]}""")).Error!;
        Assert.Equal((400, "invalid", "budgets[0].max_budget"), (wrong.Status, wrong.Code, wrong.Problems.Single().Path));
        Assert.Empty(_managed!.List(Team));
        Assert.Empty(await _stores!.Management.AuditAsync(new AuditFilter(), Cancel));
        Assert.Equal("invalid", (await PutAsync(ObjectKind.Provider, "nobody", """{"keys": []}""")).Error?.Code);
    }

    [Fact]
    public async Task A_change_that_breaks_something_else_is_refused_and_says_what()
    {
        await PutAsync(ObjectKind.Provider, "groq", """{"keys": [{"value": "gsk-1"}]}""");
        await PutAsync(Alias, "fast", """{"to": ["groq/llama"]}""");
        var broken = (await PutAsync(ObjectKind.Provider, "groq", null)).Error!;
        Assert.Equal((409, "breaks_others"), (broken.Status, broken.Code));
        Assert.Contains("alias 'fast'", broken.Message, StringComparison.Ordinal);
        await PutAsync(Team, "web", "{}");
        await PutAsync(ObjectKind.VirtualKey, "dev", """{"name": "Dev", "value": "env.NONE", "team_id": "web"}""");
        Assert.Equal("in_use", (await PutAsync(Team, "web", null)).Error?.Code);
        Assert.Contains("gsk-1", Config.Providers["groq"].Keys.Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_file_has_made_wrong_is_left_out_and_said_and_comes_back()
    {
        await WriteFileAsync("""{"providers": {"groq": {"keys": [{"value": "gsk-1"}]}}}""");
        await PutAsync(Alias, "fast", """{"to": ["groq/llama"]}""");
        await PutAsync(Alias, "other", """{"to": ["groq/llama"]}""");
        await WriteFileAsync("""{"providers": {"openai": {"keys": [{"value": "sk"}]}}}""");
        Assert.Empty(Config.Aliases);
        Assert.Equal(["fast", "other"], _managed!.List(Alias).Where(item => item.Problem is not null).Select(item => item.Id));
        Assert.Null((await PutAsync(Alias, "fast", """{"to": ["openai/gpt"]}""")).Error);   // others' troubles are not in the way
        Assert.Equal(["fast"], Config.Aliases.Select(alias => alias.Pattern));
        await WriteFileAsync("""{"providers": {"groq": {"keys": [{"value": "gsk-1"}]}, "openai": {"keys": [{"value": "sk"}]}}}""");
        Assert.Equal(["fast", "other"], Config.Aliases.Select(alias => alias.Pattern));
    }

    [Fact]
    public async Task A_file_that_is_no_JSON_keeps_what_runs_and_what_is_stored()
    {
        await PutAsync(Team, "web", "{}");
        await WriteFileAsync("""{"providers": """);
        Assert.Contains("openai", Config.Providers.Keys);
        Assert.Equal("web", _managed!.List(Team).Single().Id);
    }

    [Fact]
    public async Task Rules_are_looked_at_in_the_order_that_they_say()
    {
        var rule = ObjectKind.Find("rule")!;
        await PutAsync(rule, "b", """{"order": 1, "to": "openai/b"}""");
        await PutAsync(rule, "a", """{"order": 2, "when": {"model": "x"}, "to": "openai/a"}""");
        await WriteFileAsync("""{"providers": {"openai": {"keys": [{"value": "sk"}]}}, "routing": {"rules": [{"name": "z", "when": {"model": "y"}, "to": "openai/z"}]}}""");
        Assert.Equal(["z", "b", "a"], Config.Rules.Select(item => item.Name));
    }

    [Fact]
    public async Task Versions_are_compared_and_who_is_too_late_is_told()
    {
        var first = (await PutAsync(Team, "web", "{}", mustExist: false)).Stored!;
        Assert.Equal("exists", (await PutAsync(Team, "web", "{}", mustExist: false)).Error?.Code);
        Assert.Equal("not_found", (await PutAsync(Team, "none", "{}", mustExist: true)).Error?.Code);
        await PutAsync(Team, "web", """{"name": "second"}""");
        var late = await _managed!.ChangeAsync(new Change { Kind = Team, Id = "web", Action = "update", Author = new("test", null), Version = first.Version, Edit = before => new(before) }, Cancel);
        Assert.Equal((412, "changed_meanwhile"), (late.Error!.Status, late.Error.Code));
    }

    [Fact]
    public async Task What_another_gateway_changes_is_seen_and_never_written_over()
    {
        await PutAsync(Team, "web", "{}");
        await using var stores = await Stores.OpenAsync(new SqliteStoreConfig(), _folder, Cancel);
        using var config = new ConfigStore(_folder, ConfigLoader.LoadAppDir(_folder, Variable), Variable, NullLogger<ConfigStore>.Instance, TimeProvider.System);
        var other = new ManagedConfig(config, _secrets!, TimeProvider.System, NullLogger<ManagedConfig>.Instance);
        await other.LoadAsync(stores.Management, Cancel);
        await other.ChangeAsync(new Change { Kind = Team, Id = "theirs", Action = "create", Author = new("other", null), Edit = _ => new([]) }, Cancel);
        Assert.Null((await PutAsync(Team, "ours", "{}")).Error);
        Assert.Equal(["ours", "theirs", "web"], _managed!.List(Team).Select(item => item.Id));
        using var over = new CancellationTokenSource();
        var following = other.FollowAsync(over.Token);
        for (var i = 0; i < 200 && other.List(Team).Count() < 3; i++) await Task.Delay(100, Cancel);
        Assert.Equal(["ours", "theirs", "web"], other.List(Team).Select(item => item.Id));
        await over.CancelAsync();
        await following;
    }

    [Fact]
    public async Task Whatever_fails_the_others_changes_are_looked_for_again()
    {
        var store = new StrangeStore(_stores!.Management);
        var time = new FakeTimeProvider();
        var managed = new ManagedConfig(_config!, _secrets!, time, NullLogger<ManagedConfig>.Instance);
        await managed.LoadAsync(store, Cancel);
        await PutAsync(Team, "theirs", "{}");
        store.Failures.Enqueue(new UnauthorizedAccessException("no"));
        store.Failures.Enqueue(new InvalidOperationException("strange"));
        using var over = new CancellationTokenSource();
        var following = managed.FollowAsync(over.Token);
        for (var i = 0; i < 1000 && managed.Snapshot.Revision == 0; i++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(10, Cancel);
        }

        Assert.Equal((1, 0), (managed.Snapshot.Revision, store.Failures.Count));
        await over.CancelAsync();
        await following;
    }

    [Fact]
    public async Task What_was_read_is_not_made_ready_on_the_thread_that_reads_it()
    {
        await PutAsync(Team, "web", "{}");
        bool? isOfPool = null;
        _config!.Changed += _ => isOfPool = Thread.CurrentThread.IsThreadPoolThread;
        var managed = new ManagedConfig(_config, _secrets!, TimeProvider.System, NullLogger<ManagedConfig>.Instance);
        using var answer = new ManualResetEventSlim();
        await Task.Run(async () =>   // without the context of the tests
        {
            var loading = managed.LoadAsync(new StrangeStore(_stores!.Management) { Answer = answer }, Cancel);
            answer.Set();   // it waits already, so it goes on where the answer comes
            await loading;
        }, Cancel);
        Assert.True(isOfPool);
    }

    [Fact]
    public async Task Names_that_differ_in_case_alone_are_the_same_where_the_configuration_takes_them_for_the_same()
    {
        Assert.Null((await PutAsync(ObjectKind.Provider, "groq", """{"keys": [{"value": "gsk-1"}]}""")).Error);
        Assert.Equal("exists", (await PutAsync(ObjectKind.Provider, "Groq", """{"keys": [{"value": "gsk-2"}]}""")).Error?.Code);
        Assert.Null((await PutAsync(ObjectKind.Provider, "groq", """{"keys": [{"value": "gsk-3"}]}""")).Error);
        Assert.Equal("gsk-3", Config.Providers["groq"].Keys.Single().Value);
    }

    [Fact]
    public async Task What_other_programs_call_a_key_is_kept_as_a_secret_too()
    {
        await PutAsync(ObjectKind.Provider, "groq", """{"api_key": "gsk-secret", "keys": [{"value": "gsk-1", "token": "gsk-secret"}]}""");
        Assert.DoesNotContain("gsk-secret", _managed!.Find(ObjectKind.Provider, "groq")!.Body.ToJsonString() + _managed.Snapshot.Objects[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_log_has_who_changed_what_without_secrets()
    {
        await PutAsync(ObjectKind.Provider, "groq", """{"keys": [{"name": "main", "value": "gsk-secret"}]}""");
        await PutAsync(ObjectKind.Provider, "groq", """{"keys": [{"name": "main", "value": {"is_set": true}, "weight": 2}]}""");
        await PutAsync(ObjectKind.Provider, "groq", null);
        var log = await _stores!.Management.AuditAsync(new AuditFilter(), Cancel);
        Assert.Equal([(true, false), (true, true), (false, true)], log.Select(entry => (entry.Before is not null, entry.After is not null)));
        Assert.All(log, entry => Assert.DoesNotContain("gsk-secret", entry.Before + entry.After, StringComparison.Ordinal));
        Assert.Contains("\"weight\":2", log[0].Before, StringComparison.Ordinal);
        Assert.DoesNotContain("gsk-secret", System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path.Combine(_folder, "config.db-wal"), Cancel)), StringComparison.Ordinal);
    }
}
