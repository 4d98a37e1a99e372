using Causeway.Storage.Migrations;

namespace Causeway.Storage.Contract;

/// <summary>How every database comes to its schema.</summary>
public abstract class MigrationContract
{
    private protected Migration More => new(Steps.Count + 1, "more", "CREATE TABLE more (id integer NOT NULL PRIMARY KEY)");
    private protected Migration Wrong => new(Steps.Count + 1, "wrong", "CREATE TABLE wrong (id integer NOT NULL PRIMARY KEY); INSERT INTO no_such_table VALUES (1)");

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The steps of this database.</summary>
    private protected abstract IReadOnlyList<Migration> Steps { get; }

    /// <summary>Brings the database of that name up to date.</summary>
    private protected abstract Task<Migrated> RunAsync(string name, IReadOnlyList<Migration> steps);

    /// <summary>A text of its tables, their columns and indexes.</summary>
    private protected abstract Task<string> SchemaAsync(string name);

    [Fact]
    public void Steps_are_numbered_without_gaps() => Assert.Equal(Enumerable.Range(1, Steps.Count), Steps.Select(step => step.Number));

    [Fact]
    public async Task An_empty_database_gets_all_steps_and_gets_them_once()
    {
        Assert.Equal(new Migrated(0, Steps.Count), await RunAsync("a", Steps));
        Assert.Equal(new Migrated(Steps.Count, Steps.Count), await RunAsync("a", Steps));
    }

    [Fact]
    public async Task From_every_earlier_version_the_schema_becomes_the_same()
    {
        Migration[] all = [.. Steps, More];
        await RunAsync("whole", all);
        var whole = await SchemaAsync("whole");
        Assert.Contains("ledger", whole, StringComparison.Ordinal);
        Assert.Contains("more", whole, StringComparison.Ordinal);
        for (var version = 0; version < all.Length; version++)
        {
            var name = $"v{version}";
            if (version > 0) await RunAsync(name, all[..version]);
            Assert.Equal(new Migrated(version, all.Length), await RunAsync(name, all));
            Assert.Equal(whole, await SchemaAsync(name));
        }
    }

    [Fact]
    public async Task Of_a_step_that_fails_nothing_is_done_and_what_came_before_stays()
    {
        await Assert.ThrowsAsync<StoreException>(() => RunAsync("a", [.. Steps, Wrong]));
        Assert.DoesNotContain("wrong", await SchemaAsync("a"), StringComparison.Ordinal);
        Assert.Equal(new Migrated(Steps.Count, Steps.Count + 1), await RunAsync("a", [.. Steps, More]));
    }

    [Fact]
    public async Task A_newer_database_is_refused_and_left_as_it_is()
    {
        await RunAsync("a", [.. Steps, More]);
        var before = await SchemaAsync("a");
        var failure = await Assert.ThrowsAsync<StoreException>(() => RunAsync("a", Steps));
        Assert.Contains("newer version of this program", failure.Message, StringComparison.Ordinal);
        Assert.Contains("_more", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await SchemaAsync("a"));
    }

    [Fact]
    public async Task An_edited_or_renamed_step_is_refused()
    {
        await RunAsync("a", Steps);
        Migration[] edited = [Steps[0] with { Sql = Steps[0].Sql + "-- a word" }, .. Steps.Skip(1), More];
        Assert.Contains("0001_ledger that is not the one", (await Assert.ThrowsAsync<StoreException>(() => RunAsync("a", edited))).Message, StringComparison.Ordinal);
        Migration[] renamed = [Steps[0] with { Name = "other" }, .. Steps.Skip(1)];
        Assert.Contains("0001_other", (await Assert.ThrowsAsync<StoreException>(() => RunAsync("a", renamed))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("more", await SchemaAsync("a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_that_start_at_a_time_do_each_step_once()
    {
        Migration[] all = [.. Steps, More];
        await RunAsync("a", []);
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => RunAsync("a", all))));
        Assert.All(results, result => Assert.Equal(all.Length, result.To));
        Assert.Equal(new Migrated(all.Length, all.Length), await RunAsync("a", all));
    }
}
