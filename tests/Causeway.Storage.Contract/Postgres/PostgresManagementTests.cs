using Causeway.Core.Configuration;
using Causeway.Core.Management;

namespace Causeway.Storage.Contract.Postgres;

public sealed class PostgresManagementTests(PostgresServer server) : ManagementContract
{
    private PostgresStoreConfig? _config;

    protected override async Task<Stores> OpenAsync() => await Stores.OpenAsync(_config ??= await server.CreateAsync(), "/", Cancel);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DropAsync(_config!.Database);
    }

    [Fact]
    public async Task A_change_is_announced_to_others()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        await other.Management.WaitAsync(TimeSpan.FromSeconds(30), Cancel);   // begins to listen, and says at once that there may be something
        var told = other.Management.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        var now = DateTimeOffset.UnixEpoch;
        await one.Management.WriteAsync(0, [new("team", "web", "{}")], [new AuditEntry { Id = Guid.CreateVersion7(now), Time = now, Actor = "local", Action = "create", Kind = "team", Object = "web" }], Cancel);
        await told.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(1, await other.Management.RevisionAsync(Cancel));
    }
}
