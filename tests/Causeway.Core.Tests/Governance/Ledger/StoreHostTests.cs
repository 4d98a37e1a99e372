using Causeway.Cli;
using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Core.Tests.Governance.Ledger;

/// <summary>The database of a running gateway whose file changes.</summary>
public sealed class StoreHostTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-host-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private StoreHost Host(StoreConfig? store) => new(new CommandLineOptions { AppDir = _folder }, store, TimeProvider.System, NullLoggerFactory.Instance);

    private static GatewayConfig WithBudget(StoreConfig? store) => new()
    {
        Providers = new Dictionary<string, ProviderConfig>(), Store = store,
        Budgets = [new Budget { Id = "b", Scope = new Scope(), Dollars = 1, Window = BudgetWindow.Parse("monthly")!.Value }],
    };

    private static Task FollowAsync(StoreHost host, GatewayConfig config) => host.FollowAsync(() => config, () => new Books(config.Budgets), TestContext.Current.CancellationToken);

    [Fact]
    public async Task The_first_budget_in_a_file_that_changed_opens_the_ledger()
    {
        await using var host = Host(new SqliteStoreConfig());
        await FollowAsync(host, new GatewayConfig { Providers = new Dictionary<string, ProviderConfig>() });
        Assert.Null(host.Ledger);
        await FollowAsync(host, WithBudget(new SqliteStoreConfig()));
        Assert.NotNull(host.Ledger);
    }

    [Fact]
    public async Task Another_database_in_a_file_that_changed_is_not_opened_before_the_next_start()
    {
        await using var host = Host(new SqliteStoreConfig());
        await FollowAsync(host, WithBudget(new PostgresStoreConfig { Host = "127.0.0.1", Port = 1, User = "u", Database = "d" }));
        Assert.True(File.Exists(Path.Combine(_folder, "config.db")));
        await using var none = Host(null);
        await FollowAsync(none, WithBudget(new SqliteStoreConfig()));
        Assert.Null(none.Ledger);
    }
}
