namespace Causeway.Storage.Contract.Postgres;

/// <summary>Databases that cannot be used say why, and a store that failed once goes on.</summary>
public sealed class PostgresConnectionTests(PostgresServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_password_a_missing_database_and_a_server_that_is_not_there_are_told_without_the_password()
    {
        var config = server.Config("postgres");
        foreach (var (wrong, told) in new[]
        {
            (config with { Password = "hunter2" }, "refuses the user 'causeway'"),
            (config with { Password = "" }, "No password"),
            (config with { Database = "nowhere" }, "createdb nowhere"),
            (config with { Port = 1 }, "cannot be reached"),
            (config with { Tls = Causeway.Core.Configuration.StoreTls.Require }, "cannot be reached"),
        })
        {
            var failure = await Assert.ThrowsAnyAsync<IOException>(async () => await Stores.OpenAsync(wrong, "/", Cancel));
            Assert.StartsWith($"database '{wrong.Database}' at 127.0.0.1:{wrong.Port}: ", failure.Message, StringComparison.Ordinal);
            Assert.Contains(told, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_database_that_cannot_be_written_is_told()
    {
        var config = await server.CreateAsync();
        await (await Stores.OpenAsync(config, "/", Cancel)).DisposeAsync();
        await server.ExecuteAsync("postgres", $"ALTER DATABASE {config.Database} SET default_transaction_read_only = on");
        await using (var stores = await Stores.OpenAsync(config, "/", Cancel))
        {
            var store = stores.Ledger;
            var failure = await Assert.ThrowsAsync<StoreException>(() => store.AddAsync(Entries.Number(0)));
            Assert.Contains("not a standby", failure.Message, StringComparison.Ordinal);
            Assert.Empty(await store.ListAsync());
        }

        await server.DropAsync(config.Database);
    }

    [Fact]
    public async Task A_broken_connection_is_told_once_and_the_store_goes_on()
    {
        var config = await server.CreateAsync();
        await using (var stores = await Stores.OpenAsync(config, "/", Cancel))
        {
            var store = stores.Ledger;
            await store.AddAsync(Entries.Number(0));
            await server.ExecuteAsync("postgres", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{config.Database}'");
            await Assert.ThrowsAsync<StoreException>(() => store.AddAsync(Entries.Number(1)));
            await store.AddAsync(Entries.Number(2));
            Assert.Equal(2, (await store.ListAsync()).Count);
        }

        await server.DropAsync(config.Database);
    }
}
