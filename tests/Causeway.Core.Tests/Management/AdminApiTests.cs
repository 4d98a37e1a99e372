using System.Text;
using System.Text.Json.Nodes;
using Causeway.Admin;
using Causeway.Admin.Access;
using Causeway.Core.Configuration;
using Causeway.Core.Management;
using Causeway.Core.Management.Secrets;
using Causeway.Endpoints;
using Causeway.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Core.Tests.Management;

/// <summary>The management API without the network.</summary>
public sealed class AdminApiTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-admin-").FullName;
    private readonly LoginThrottle _throttle = new(TimeProvider.System);
    private Stores? _stores;
    private ConfigStore? _config;
    private SecretKeys? _secrets;
    private ManagedConfig? _managed;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Accounts Accounts => new(_managed!, _config!);

    private AccessGate Gate => new(Accounts, _managed!, _config!, TimeProvider.System, isExposed: true);

    public async ValueTask InitializeAsync()
    {
        _stores = await Stores.OpenAsync(new SqliteStoreConfig(), _folder, Cancel);
        _config = new ConfigStore(_folder, ConfigLoader.LoadAppDir(_folder, static _ => null), static _ => null, NullLogger<ConfigStore>.Instance, TimeProvider.System);
        _secrets = new SecretKeys(_folder, static _ => null);
        _managed = new ManagedConfig(_config, _secrets, TimeProvider.System, NullLogger<ManagedConfig>.Instance);
        await _managed.LoadAsync(_stores.Management, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _stores!.DisposeAsync();
        _config!.Dispose();
        _secrets!.Dispose();
        _throttle.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static DefaultHttpContext Http(string? body = null, string? query = null)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.IfMatch = "*";
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body ?? ""));
        if (query is not null) http.Request.QueryString = new QueryString(query);
        http.Response.Body = new MemoryStream();
        return http;
    }

    private static ApiCall Call(HttpContext http, params string[] ids) => new(http, Principal.Local, ids);

    private static JsonObject AnswerOf(HttpContext http) => JsonNode.Parse(((MemoryStream)http.Response.Body).ToArray())!.AsObject();

    private Task<ChangeOutcome> AddAsync(ObjectKind kind, string id, string? body) => _managed!.ChangeAsync(
        new Change { Kind = kind, Id = id, Action = "test", Author = new("test", null), Edit = _ => new(body is null ? null : JsonNode.Parse(body)!.AsObject()) }, Cancel);

    private async Task<string> LogInAsync(string name, string password)
    {
        var session = new SessionEndpoint(_managed!, Accounts, Gate, _throttle, new SetupToken(static _ => null), TimeProvider.System, NullLogger<SessionEndpoint>.Instance);
        var http = Http($$"""{"username": "{{name}}", "password": "{{password}}"}""");
        await session.LogInAsync(new ApiCall(http, null, []));
        Assert.Equal(200, http.Response.StatusCode);
        return http.Response.Headers.SetCookie.ToString().Split(';')[0];
    }

    private async Task<Principal?> WhoAsync(string cookie)
    {
        var http = Http();
        http.Request.Headers.Cookie = cookie;
        return await Gate.FindAsync(http);
    }

    private async Task WriteFileAsync(string json)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, ConfigLoader.FileName), json, Cancel);
        _config!.ReloadIfChanged();
    }

    [Fact]
    public async Task Pages_go_on_behind_one_that_was_deleted_meanwhile()
    {
        var team = ObjectKind.Find("team")!;
        await WriteFileAsync("""{"governance": {"teams": [{"id": "z"}]}}""");
        foreach (var id in (string[])["a", "b", "c", "d"]) await AddAsync(team, id, "{}");
        var endpoint = new ObjectsEndpoint(_managed!, team);
        Assert.Equal(["z", "a"], await PageAsync("?limit=2"));
        await AddAsync(team, "a", null);
        Assert.Equal(["b", "c"], await PageAsync("?limit=2&after=a"));
        await AddAsync(team, "c", null);
        Assert.Equal(["d"], await PageAsync("?limit=2&after=c"));
        Assert.Equal(["b", "d"], await PageAsync("?limit=2&after=z"));

        async Task<List<string>> PageAsync(string query)
        {
            var http = Http(query: query);
            await endpoint.ListAsync(Call(http));
            return [.. AnswerOf(http)["items"]!.AsArray().Select(item => item!["id"]!.ToString())];
        }
    }

    [Fact]
    public async Task Another_password_ends_sessions_also_if_who_set_it_does_not_wait_for_the_answer()
    {
        await AddAsync(ObjectKind.Account, "ada", $$"""{"role": "admin", "password": "{{PasswordHash.Of("stolen-password")}}"}""");
        var cookie = await LogInAsync("ada", "stolen-password");
        Assert.Equal("ada", (await WhoAsync(cookie))?.Account);
        var http = Http("""{"role": "admin", "password": "another-password"}""");
        http.Response.Body = new MemoryStream([], writable: false);   // the client is gone: writing fails
        await Assert.ThrowsAnyAsync<Exception>(async () => await new AccountsEndpoint(_managed!, Accounts, _throttle).ReplaceAsync(Call(http, "ada")));
        Assert.Null(await WhoAsync(cookie));
    }

    [Fact]
    public async Task The_last_admin_cannot_be_deleted()
    {
        await AddAsync(ObjectKind.Account, "ada", """{"role": "admin", "password": "x"}""");
        ObjectsEndpoint endpoint = new AccountsEndpoint(_managed!, Accounts, _throttle);
        var http = Http();
        await endpoint.DeleteAsync(Call(http, "ada"));
        Assert.Equal((409, "last_admin"), (http.Response.StatusCode, AnswerOf(http)["error"]!["type"]!.ToString()));
        await AddAsync(ObjectKind.Account, "bob", """{"role": "admin", "password": "x"}""");
        await endpoint.DeleteAsync(Call(http = Http(), "ada"));
        Assert.Equal(204, http.Response.StatusCode);
    }

    [Fact]
    public async Task A_session_of_the_files_admin_ends_with_the_password_in_the_file()
    {
        const string File = """{"auth_config": {"admin_username": "root", "admin_password": "PASSWORD"}}""";
        await WriteFileAsync(File.Replace("PASSWORD", "first-password", StringComparison.Ordinal));
        var cookie = await LogInAsync("root", "first-password");
        Assert.Equal(Role.Admin, (await WhoAsync(cookie))?.Role);
        await WriteFileAsync(File.Replace("PASSWORD", "second-password!", StringComparison.Ordinal));
        Assert.Null(await WhoAsync(cookie));
    }

    [Fact]
    public async Task Rating_the_ledger_anew_is_a_change_and_stands_in_the_audit_log()
    {
        var endpoint = new LedgerEndpoint(new GatewayState(_config!, static () => null, log: null), () => _stores, null, TimeProvider.System);
        foreach (var body in (string[])["""{"dry_run": true}""", "{}"])
        {
            var http = Http(body);
            await endpoint.RerateAsync(Call(http));
            Assert.Equal(200, http.Response.StatusCode);
        }

        var entry = Assert.Single(await _stores!.Management.AuditAsync(new AuditFilter(), Cancel));
        Assert.Equal(("local", "rerate", "ledger"), (entry.Actor, entry.Action, entry.Kind));
    }

    [Fact]
    public async Task Whose_name_the_file_gives_to_its_admin_is_not_that_admin()
    {
        await AddAsync(ObjectKind.Account, "bob", $$"""{"role": "viewer", "password": "{{PasswordHash.Of("bobs-password")}}"}""");
        var cookie = await LogInAsync("bob", "bobs-password");
        Assert.Equal(Role.Viewer, (await WhoAsync(cookie))?.Role);
        await WriteFileAsync("""{"auth_config": {"admin_username": "bob", "admin_password": "files-password"}}""");
        Assert.Null(await WhoAsync(cookie));
    }
}
