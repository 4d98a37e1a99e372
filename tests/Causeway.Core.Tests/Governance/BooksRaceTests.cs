using Causeway.Core.Governance;
using Causeway.Core.Tests.Routing;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Governance;

public sealed class BooksRaceTests
{
    private static readonly DateTimeOffset Noon = Routed.Noon;

    private static Budget Hard(string id, decimal? dollars, long? tokens = null) => BooksTests.Of(id, dollars, tokens: tokens);

    private static ValueTask<ReserveOutcome> ReserveAsync(Books books, Worst worst, TimeProvider? time = null, CancellationTokenSource? leaves = null) =>
        books.ReserveAsync(null, "openai", "gpt-4o", worst, TimeSpan.FromSeconds(30), time ?? TimeProvider.System, leaves?.Token ?? TestContext.Current.CancellationToken);

    /// <summary>Random costs below the worst case, calls that come to nothing, refusals: the cap holds at every moment, and nothing stays reserved.</summary>
    [Fact]
    public async Task Eight_threads_never_pass_a_cap()
    {
        var books = new Books([Hard("dollars", 50), Hard("tokens", null, 1_000_000)]);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 20_000; i++)
            {
                var worst = random.Next(1, 1000) / 10_000m;
                using var reservation = books.Reserve(null, "openai", "gpt-4o", Worst.Of(worst, 100), Noon, out _);
                if (books.Status("dollars", Noon) is var status && status!.Dollars + status.ReservedDollars > 50) throw new InvalidOperationException($"{status}");
                if (reservation is null || random.Next(5) == 0) continue;
                if (!books.Settle(reservation, worst * random.Next(0, 101) / 100, random.Next(0, 101), Noon)) throw new InvalidOperationException("settled twice");
            }
        })));
        var (dollars, tokens) = (books.Status("dollars", Noon)!, books.Status("tokens", Noon)!);
        Assert.Equal((0m, 0, 0m, 0), (dollars.ReservedDollars, dollars.ReservedTokens, tokens.ReservedDollars, tokens.ReservedTokens));
        Assert.InRange(dollars.Dollars, 48.5m, 50m);
        Assert.InRange(tokens.Tokens, 1, 1_000_000);
    }

    /// <summary>Each call reserves ten times what it will use, as requests with a high max_tokens do.</summary>
    [Fact]
    public async Task Two_hundred_clients_who_wait_for_one_another_use_nearly_all_of_a_dollar()
    {
        var books = new Books([Hard("b", 1)]);
        var refusals = 0;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            while (true)
            {
                var outcome = await ReserveAsync(books, new Worst(0.0005m, 0.000_01m, 100, 1000));
                if (outcome.Refusal is { } refusal)
                {
                    Assert.Equal(RefusalKind.Over, refusal.Kind);
                    Interlocked.Increment(ref refusals);
                    return;
                }

                await Task.Yield();
                if (random.Next(10) == 0) outcome.Reservation!.Dispose();
                else books.Settle(outcome.Reservation!, 0.0005m + (0.000_01m * random.Next(50, 150)), 200, Noon);
            }
        })));
        var status = books.Status("b", Noon)!;
        Assert.Equal((200, 0m, 0), (refusals, status.ReservedDollars, status.Overshoots));
        Assert.InRange(status.Dollars, 0.97m, 1m);
    }

    [Fact]
    public async Task Who_waits_goes_on_in_order_and_nobody_overtakes()
    {
        var books = new Books([Hard("b", 1)]);
        var open = await ReserveAsync(books, Worst.Of(0.9m, 0));
        var large = ReserveAsync(books, Worst.Of(0.5m, 0)).AsTask();
        var small = ReserveAsync(books, Worst.Of(0.1m, 0)).AsTask();   // there is room for it, but not for who came before
        Assert.Null(books.Reserve(null, "openai", "gpt-4o", Worst.Of(0.05m, 0), Noon, out var refusal));
        Assert.Equal(RefusalKind.Crowded, refusal!.Kind);
        Assert.False(large.IsCompleted || small.IsCompleted);
        books.Settle(open.Reservation!, 0.45m, 0, Noon);
        Assert.NotNull((await large).Reservation);
        Assert.False(small.IsCompleted);
        books.Settle((await large).Reservation!, 0.5m, 0, Noon);
        Assert.Equal(RefusalKind.Over, (await small).Refusal!.Kind);
    }

    [Fact]
    public async Task Waiting_ends_with_patience_and_with_the_client()
    {
        var time = new FakeTimeProvider(Noon);
        var books = new Books([Hard("b", 1)]);
        var open = await ReserveAsync(books, Worst.Of(0.9m, 0), time);
        using var gone = new CancellationTokenSource();
        var first = ReserveAsync(books, Worst.Of(0.5m, 0), time, gone).AsTask();
        var second = ReserveAsync(books, Worst.Of(0.5m, 0), time).AsTask();
        var third = books.ReserveAsync(null, "openai", "gpt-4o", Worst.Of(0.1m, 0), TimeSpan.FromMinutes(5), time, TestContext.Current.CancellationToken).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        time.Advance(TimeSpan.FromSeconds(31));
        var refusal = (await second).Refusal!;
        Assert.Equal((RefusalKind.Crowded, 429, 5.0), (refusal.Kind, refusal.ToError().Status, refusal.ToError().RetryAfterSeconds));
        (await third).Reservation!.Dispose();   // there was room for it, once nobody stood before it
        books.Release(open.Reservation!);
        Assert.Equal(0m, books.Status("b", Noon)!.ReservedDollars);
    }

    [Fact]
    public async Task Who_finds_room_at_one_budget_waits_at_the_next()
    {
        var scope = new Scope { Provider = "openai" };
        var books = new Books([Hard("all", 1), Hard("provider", 1) with { Scope = scope }]);
        var everywhere = (await ReserveAsync(books, Worst.Of(0.6m, 0))).Reservation!;
        var elsewhere = (await books.ReserveAsync(null, "groq", "x", Worst.Of(0.3m, 0), TimeSpan.Zero, TimeProvider.System, TestContext.Current.CancellationToken)).Reservation!;
        var waiting = ReserveAsync(books, Worst.Of(0.5m, 0)).AsTask();
        books.Release(elsewhere);
        Assert.False(waiting.IsCompleted);
        books.Release(everywhere);
        using var granted = (await waiting).Reservation;
        Assert.Equal((0.5m, 0.5m), (books.Status("all", Noon)!.ReservedDollars, books.Status("provider", Noon)!.ReservedDollars));
    }
}
