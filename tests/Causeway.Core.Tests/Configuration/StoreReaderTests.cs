using System.Text;
using Causeway.Core.Configuration;

namespace Causeway.Core.Tests.Configuration;

public sealed class StoreReaderTests
{
    private static ConfigLoad Load(string store, params (string Name, string Value)[] env) =>
        ConfigLoader.Parse(Encoding.UTF8.GetBytes($$"""{"config_store": {{store}}}"""), "config.json", name => env.FirstOrDefault(e => e.Name == name).Value);

    [Fact]
    public void Without_a_section_or_a_file_the_store_is_config_db_in_the_app_directory()
    {
        foreach (var config in new[] { Load("null").Config!, Load("{}").Config!, Load("""{"enabled": true, "type": "sqlite"}""").Config!, ConfigLoader.FromEnvironment(_ => null).Config! })
            Assert.Equal("/data/config.db", Assert.IsType<SqliteStoreConfig>(config.Store).In("/data"));
    }

    [Theory]
    [InlineData("./config.db", "/data/config.db")]
    [InlineData("../other/x.db", "/other/x.db")]
    [InlineData("/var/lib/x.db", "/var/lib/x.db")]
    [InlineData("env.PLACE", "/env/x.db")]
    public void A_path_is_relative_to_the_app_directory(string path, string full)
    {
        var load = Load($$$"""{"config": {"path": "{{{path}}}"}}""", ("PLACE", "/env/x.db"));
        Assert.Empty(load.Warnings);
        Assert.Equal(full, Assert.IsType<SqliteStoreConfig>(load.Config!.Store).In("/data"));
    }

    [Fact]
    public void A_store_that_is_not_enabled_is_none() => Assert.Null(Load("""{"enabled": false, "type": "clickhouse"}""").Config!.Store);

    [Fact]
    public void A_server_is_named_in_Bifrosts_form()
    {
        var load = Load(
            """{"enabled": true, "type": "postgres", "config": {"host": "env.DB_HOST", "port": "5433", "user": "causeway", "password": {"value": "env.DB_PASSWORD"}, "db_name": {"ref": "DB_NAME"}, "ssl_mode": "verify-full", "max_idle_conns": 5, "max_open_conns": 20}}""",
            ("DB_HOST", "db.example"), ("DB_PASSWORD", "p w"), ("DB_NAME", "ledger"));
        Assert.Empty(load.Errors);
        Assert.Equal(new PostgresStoreConfig { Host = "db.example", Port = 5433, User = "causeway", Password = "p w", Database = "ledger", Tls = StoreTls.VerifyFull, MaxConnections = 20 }, load.Config!.Store);
        Assert.Equal("database 'ledger' at db.example:5433", load.Config.Store!.ToString());
        var least = Load("""{"type": "postgres", "config": {"host": "h", "port": 5434, "user": "u", "db_name": "d"}}""").Config!.Store;
        Assert.Equal(new PostgresStoreConfig { Host = "h", Port = 5434, User = "u", Database = "d" }, least);
    }

    [Theory]
    [InlineData("""{"type": "mysql"}""", "config_store.type", "must be sqlite or postgres")]
    [InlineData("""{"typ": "sqlite", "enbled": true}""", "config_store.enbled", "did you mean `enabled`?")]
    [InlineData("""{"config": {"path": ""}}""", "config_store.config.path", "is required")]
    [InlineData("""{"type": "postgres"}""", "config_store.config.host", "is required")]
    [InlineData("""{"type": "postgres", "config": {"host": "h", "user": "u", "db_name": "d", "port": "many"}}""", "config_store.config.port", "from 1 to 65535")]
    [InlineData("""{"type": "postgres", "config": {"host": "h", "user": "u", "db_name": "d", "port": 0}}""", "config_store.config.port", "from 1 to 65535")]
    [InlineData("""{"type": "postgres", "config": {"host": "h", "user": "u", "db_name": "d", "ssl_mode": "on"}}""", "config_store.config.ssl_mode", "verify-full")]
    [InlineData("""{"type": "postgres", "config": {"host": "h", "user": "u", "db_name": "d", "password": "env.GONE"}}""", "config_store.config.password", "the environment variable GONE is not set")]
    [InlineData("""{"type": "postgres", "config": {"host": "h", "user": "u", "db_name": "d", "password_command": "cat /secret"}}""", "config_store.config.password_command", "give `password` as env.NAME")]
    public void What_makes_no_sense_is_refused(string store, string path, string fix)
    {
        var load = Load(store);
        Assert.Null(load.Config);
        Assert.Contains(load.Errors, error => error.Path == path && error.Fix.Contains(fix, StringComparison.Ordinal));
        Assert.DoesNotContain(load.Errors, error => error.ToString().Contains("/secret", StringComparison.Ordinal));
    }
}
