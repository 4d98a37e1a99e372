using Causeway.Core.Management;

namespace Causeway.Storage.Contract;

/// <summary>What every store of what is managed must do. A class a database runs it, each test on a database of its own.</summary>
public abstract class ManagementContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private Stores? _stores;

    private IManagementStore Store => _stores!.Management;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Opens the test's database, once more if it is open.</summary>
    protected abstract Task<Stores> OpenAsync();

    public async ValueTask InitializeAsync() => _stores = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        if (_stores is not null) await _stores.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_written_is_read_as_it_was_also_after_a_restart()
    {
        Assert.Equal(StoreSnapshot.Empty.Objects, (await Store.ReadAsync(Cancel)).Objects);
        Assert.True(await Store.WriteAsync(0, [new("team", "web", """{"name":"Wéb 😀"}"""), new("alias", "gpt-*/%2F'", "{}")], [Entry(1)], Cancel));
        await _stores!.DisposeAsync();
        _stores = await OpenAsync();
        var read = await Store.ReadAsync(Cancel);
        Assert.Equal(1, read.Revision);
        Assert.Equal([new("alias", "gpt-*/%2F'", "{}", 1, Noon.AddMinutes(1), "account:ada"), new("team", "web", """{"name":"Wéb 😀"}""", 1, Noon.AddMinutes(1), "account:ada")], read.Objects);
        Assert.Equal(1, await Store.RevisionAsync(Cancel));
    }

    [Fact]
    public async Task A_change_that_comes_too_late_does_nothing_at_all()
    {
        Assert.True(await Store.WriteAsync(0, [new("team", "web", "{}")], [Entry(1)], Cancel));
        Assert.False(await Store.WriteAsync(0, [new("team", "web", null), new("team", "more", "{}")], [Entry(2)], Cancel));
        var read = await Store.ReadAsync(Cancel);
        Assert.Equal((1L, "web"), (read.Revision, read.Objects.Single().Id));
        Assert.Single(await Store.AuditAsync(new AuditFilter(), Cancel));
    }

    [Fact]
    public async Task Objects_are_replaced_and_deleted_and_have_the_revision_as_version()
    {
        await Store.WriteAsync(0, [new("team", "web", "{}"), new("team", "core", "{}")], [Entry(1)], Cancel);
        await Store.WriteAsync(1, [new("team", "web", """{"name":"new"}""")], [Entry(2) with { Actor = "token:ci" }], Cancel);
        await Store.WriteAsync(2, [new("team", "core", null)], [Entry(3)], Cancel);
        var read = await Store.ReadAsync(Cancel);
        Assert.Equal(new StoredObject("team", "web", """{"name":"new"}""", 2, Noon.AddMinutes(2), "token:ci"), read.Objects.Single());
        Assert.Equal(3, read.Revision);
    }

    [Fact]
    public async Task Of_many_who_write_at_once_one_wins_each_time_and_nothing_is_lost()
    {
        var won = 0;
        await using var other = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var store = writer % 2 == 0 ? Store : other.Management;
            for (var mine = 0; mine < 5;)
            {
                var revision = await store.RevisionAsync(Cancel);
                if (!await store.WriteAsync(revision, [new("team", $"{writer}-{mine}", "{}")], [Entry(writer) with { Object = $"{writer}-{mine}" }], Cancel)) continue;
                mine++;
                Interlocked.Increment(ref won);
            }
        }, Cancel)));
        var read = await Store.ReadAsync(Cancel);
        Assert.Equal((40, 40L, 40), (won, read.Revision, read.Objects.Count));
        Assert.Equal(40, (await Store.AuditAsync(new AuditFilter { Limit = 1000 }, Cancel)).Count);
        Assert.Equal(40, read.Objects.Select(item => item.Version).Distinct().Count());
    }

    [Fact]
    public async Task The_audit_log_is_read_from_the_newest_on_page_by_page_and_by_what_is_asked()
    {
        for (var i = 0; i < 10; i++) await Store.NoteAsync(Entry(i) with { Actor = i % 2 == 0 ? "account:ada" : "local", Kind = i < 5 ? "team" : "rule", After = i == 3 ? null : """{"a":1}""" }, Cancel);
        var first = await Store.AuditAsync(new AuditFilter { Limit = 4 }, Cancel);
        Assert.Equal([9, 8, 7, 6], first.Select(entry => entry.Time.Minute));
        var next = await Store.AuditAsync(new AuditFilter { Limit = 4, Before = first[^1].Id }, Cancel);
        Assert.Equal([5, 4, 3, 2], next.Select(entry => entry.Time.Minute));
        Assert.Equal(Entry(3) with { Id = next[2].Id, Actor = "local", After = null }, next[2]);
        Assert.Equal([8, 6], (await Store.AuditAsync(new AuditFilter { Actor = "account:ada", Kind = "rule" }, Cancel)).Select(entry => entry.Time.Minute));
        Assert.Empty(await Store.AuditAsync(new AuditFilter { Object = "' OR 1 = 1 --" }, Cancel));
    }

    [Fact]
    public async Task A_session_is_found_until_it_is_over_or_ended()
    {
        await Store.AddSessionAsync(new Session("a", "ada", Noon, Noon.AddHours(1)), Cancel);
        await Store.AddSessionAsync(new Session("b", "ada", Noon, Noon.AddHours(2)), Cancel);
        await Store.AddSessionAsync(new Session("c", "bob", Noon, Noon.AddHours(2)), Cancel);
        Assert.Equal(new Session("a", "ada", Noon, Noon.AddHours(1)), await Store.FindSessionAsync("a", Noon.AddMinutes(59), Cancel));
        Assert.Null(await Store.FindSessionAsync("a", Noon.AddHours(1), Cancel));
        Assert.Null(await Store.FindSessionAsync("x", Noon, Cancel));
        await Store.EndSessionAsync("b", Cancel);
        Assert.Null(await Store.FindSessionAsync("b", Noon, Cancel));
        await Store.EndSessionsAsync("ada", Cancel);
        Assert.Null(await Store.FindSessionAsync("a", Noon, Cancel));
        Assert.NotNull(await Store.FindSessionAsync("c", Noon, Cancel));
    }

    private static AuditEntry Entry(int minute)
    {
        var time = Noon.AddMinutes(minute);
        return new() { Id = Guid.CreateVersion7(time), Time = time, Actor = "account:ada", Address = "127.0.0.1", Action = "update", Kind = "team", Object = "web", Before = """{"a":0}""", After = """{"a":1}""" };
    }
}
