using Causeway.Core.Authentication;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Tests.Routing;

namespace Causeway.Core.Tests.Governance;

public sealed class BooksTests
{
    private static readonly VirtualKey Ada = new() { Name = "ada", Id = "ada", Hash = default, TeamId = "web", CustomerId = "acme", UserId = "u1" };
    private static readonly DateTimeOffset Noon = Routed.Noon;

    internal static Budget Of(string id, decimal? dollars, Scope? scope = null, string window = "monthly", long? tokens = null) =>
        new() { Id = id, Scope = scope ?? new Scope(), Dollars = dollars, Tokens = tokens, Window = BudgetWindow.Parse(window)!.Value };

    private static Reservation? Reserve(Books books, decimal? dollars, out BudgetRefusal? refusal, DateTimeOffset? now = null) =>
        books.Reserve(Ada, "openai", "gpt-4o", Worst.Of(dollars, 1000), now ?? Noon, out refusal);

    private static decimal Spend(Books books, decimal dollars, DateTimeOffset now)
    {
        using var reservation = Reserve(books, dollars, out _, now);
        return reservation is not null && books.Settle(reservation, dollars, 1000, now) ? dollars : 0;
    }

    [Fact]
    public void What_is_reserved_counts_until_it_is_settled_and_only_once()
    {
        var books = new Books([Of("b", 1)]);
        var first = Reserve(books, 0.6m, out _)!;
        Assert.Null(Reserve(books, 0.5m, out var crowded));
        Assert.Equal(RefusalKind.Crowded, crowded!.Kind);
        Assert.True(books.Settle(first, 0.2m, 900, Noon));
        Assert.False(books.Settle(first, 0.2m, 900, Noon));
        first.Dispose();
        books.Release(first);
        var status = books.Status("b", Noon)!;
        Assert.Equal((0.2m, 900, 0m, 0), (status.Dollars, status.Tokens, status.ReservedDollars, status.ReservedTokens));
        using (Reserve(books, 0.8m, out _)) Assert.Equal((0.8m, 0m), (books.Status("b", Noon)!.ReservedDollars, books.Status("b", Noon)!.DollarsLeft));
        Assert.Equal(0.8m, books.Status("b", Noon)!.DollarsLeft);
        Assert.Null(Reserve(books, 0.81m, out var over));
        Assert.Equal(RefusalKind.Over, over!.Kind);
    }

    [Fact]
    public void All_budgets_that_cover_a_call_reserve_it_or_none()
    {
        Scope[] scopes =
        [
            new(), new() { VirtualKey = "ada" }, new() { User = "u1" }, new() { Team = "web" }, new() { Customer = "acme" }, new() { Provider = "OpenAI" }, new() { Model = "GPT-4o" },
            new() { Model = "gpt-4*" }, new() { VirtualKey = "ada", Provider = "openai" }, new() { Team = "web", Model = "gpt-*" }, new() { Provider = "openai", Model = "gpt-4o" },
            new() { Provider = "openai", Model = "*" },
        ];
        Scope[] others =
        [
            new() { VirtualKey = "bob" }, new() { Team = "web", User = "u2" }, new() { Provider = "groq" }, new() { Model = "gpt-5*" }, new() { VirtualKey = "ada", Model = "o1" },
            new() { Provider = "groq", Model = "gpt-4o" }, new() { Customer = "other" },
        ];
        for (var narrow = 0; narrow < scopes.Length; narrow++)
        {
            var books = new Books([.. scopes.Select((scope, i) => Of($"in{i}", i == narrow ? 1 : 100, scope)), .. others.Select((scope, i) => Of($"out{i}", 0, scope))]);
            Assert.Null(Reserve(books, 2, out var refusal));
            Assert.Equal(($"in{narrow}", RefusalKind.Over), (refusal!.Budget.Id, refusal.Kind));
            Assert.All(scopes.Select((_, i) => books.Status($"in{i}", Noon)!), status => Assert.Equal((0m, 0), (status.ReservedDollars, status.ReservedTokens)));
            Assert.Equal(0.5m, Spend(books, 0.5m, Noon));
            Assert.All(scopes.Select((_, i) => books.Status($"in{i}", Noon)!), status => Assert.Equal((0.5m, 0m), (status.Dollars, status.ReservedDollars)));
            Assert.All(others.Select((_, i) => books.Status($"out{i}", Noon)!), status => Assert.Equal(0m, status.Dollars));
        }
    }

    [Fact]
    public void Without_a_price_dollars_cannot_be_kept_but_tokens_can()
    {
        Assert.Null(Reserve(new Books([Of("b", 100)]), null, out var refusal));
        Assert.Equal((402, "price_unknown", true), (refusal!.ToError().Status, refusal.ToError().Code, refusal.ToError().IsFinal));
        var books = new Books([Of("soft", 1) with { IsHard = false }, Of("tokens", null, tokens: 1500)]);
        var reservation = Reserve(books, null, out _)!;
        Assert.Null(Reserve(books, null, out var crowded));
        Assert.Equal("tokens", crowded!.Budget.Id);
        books.Settle(reservation, null, 700, Noon);
        Assert.Equal((0m, 700, 1), (books.Status("soft", Noon)!.Dollars, books.Status("soft", Noon)!.Tokens, books.Status("soft", Noon)!.Unrated));
    }

    [Fact]
    public void What_nobody_counted_costs_what_was_reserved_and_what_costs_more_is_booked_in_full()
    {
        var books = new Books([Of("b", 10)]);
        books.Settle(Reserve(books, 1, out _)!, null, null, Noon);
        Assert.Equal((1m, 1000, 1), (books.Status("b", Noon)!.Dollars, books.Status("b", Noon)!.Tokens, books.Status("b", Noon)!.Unrated));
        books.Settle(Reserve(books, 1, out _)!, 12, 10, Noon);
        Assert.Equal((13m, 1010, 1), (books.Status("b", Noon)!.Dollars, books.Status("b", Noon)!.Tokens, books.Status("b", Noon)!.Overshoots));
        books.Settle(Reserve(books, 0, out _)!, -5, long.MinValue, Noon);   // a free call passes; a provider's number may be anything
        Assert.Equal((13m, 1010, 0m), (books.Status("b", Noon)!.Dollars, books.Status("b", Noon)!.Tokens, books.Status("b", Noon)!.DollarsLeft));
    }

    [Fact]
    public void Output_is_lowered_to_what_is_left_but_not_to_nothing()
    {
        var books = new Books([Of("b", 1)]);
        var worst = new Worst(0.1m, 0.001m, 100, 5000) { LeastOutput = 256 };
        using (var lowered = books.Reserve(Ada, "openai", "gpt-4o", worst, Noon, out _)!) Assert.Equal((900, 1m, true), (lowered.OutputTokens, lowered.Dollars, lowered.IsLowered));
        Assert.Equal(900, books.Affordable(Ada, "openai", "gpt-4o", worst, Noon));
        using (var some = Reserve(books, 0.5m, out _))
        using (var less = books.Reserve(Ada, "openai", "gpt-4o", worst, Noon, out _)!) Assert.Equal(400, less.OutputTokens);
        using (var some = Reserve(books, 0.7m, out _))
        {
            Assert.Null(books.Reserve(Ada, "openai", "gpt-4o", worst, Noon, out var crowded));
            Assert.Equal(RefusalKind.Crowded, crowded!.Kind);
            Assert.Null(books.Reserve(Ada, "openai", "gpt-4o", worst with { OutputTokens = 800 }, Noon, out crowded));   // all of it may be had later
            Assert.Equal(RefusalKind.Crowded, crowded!.Kind);
        }

        Spend(books, 0.7m, Noon);
        Assert.Null(books.Reserve(Ada, "openai", "gpt-4o", worst, Noon, out var over));
        Assert.Equal(
            "the budget 'b' of all requests is spent: $0.70 of $1.00 in the calendar month, and this request may cost $0.356. It has room again at 2026-12-01 00:00:00 UTC",
            over!.ToError().Message);
        Assert.Equal((402, "budget_exceeded", true), (over.ToError().Status, over.ToError().Code, over.ToError().IsFinal));
        Assert.Equal(-1, books.Affordable(Ada, "openai", "gpt-4o", worst with { InputDollars = 0.4m }, Noon));
    }

    [Fact]
    public void A_window_of_the_calendar_gives_all_back_at_once_and_what_is_reserved_stays()
    {
        var books = new Books([Of("b", 1, window: "daily")]);
        Assert.Equal(0.9m, Spend(books, 0.9m, Noon));
        var late = Reserve(books, 0.1m, out _)!;
        Assert.Null(Reserve(books, 0.95m, out _, Noon.AddHours(12)));
        Assert.True(books.Settle(late, 0.1m, 1, Noon.AddHours(12)));   // it ended today
        Assert.Equal(0.1m, books.Status("b", Noon.AddHours(12))!.Dollars);
        Assert.Equal(0.1m, books.Status("b", Noon)!.Dollars);          // a clock that goes back gives nothing back
    }

    /// <summary>Random spending over days: no stretch of an hour ever holds more than the budget, and nearly all of it can be used.</summary>
    [Fact]
    public void No_stretch_of_a_rolling_window_holds_more_than_the_budget()
    {
        var random = new Random(7);
        var books = new Books([Of("b", 1, window: "1h")]);
        var spent = new List<(DateTimeOffset At, decimal Dollars)>();
        var now = Noon;
        for (var i = 0; i < 20_000; i++)
        {
            now = now.AddSeconds(random.Next(0, 60));
            if (Spend(books, random.Next(1, 60) / 1000m, now) is > 0 and var dollars) spent.Add((now, dollars));
        }

        var (first, sum, most) = (0, 0m, 0m);
        for (var last = 0; last < spent.Count; last++)
        {
            for (sum += spent[last].Dollars; spent[first].At <= spent[last].At.AddHours(-1); first++) sum -= spent[first].Dollars;
            most = Math.Max(most, sum);
        }

        Assert.InRange(most, 0.97m, 1m);
        Assert.InRange(spent.Sum(one => one.Dollars) / (decimal)(now - Noon).TotalHours, 0.9m, 1.001m);
        Assert.Equal(0m, books.Status("b", now.AddHours(1.1))!.Dollars);
    }

    [Fact]
    public void A_refusal_of_a_rolling_window_says_when_enough_has_left_it()
    {
        var books = new Books([Of("b", 1, window: "1h")]);
        Spend(books, 0.3m, Noon);
        Spend(books, 0.7m, Noon.AddMinutes(30));
        Assert.Null(Reserve(books, 0.2m, out var some, Noon.AddMinutes(40)));
        Assert.Null(Reserve(books, 0.5m, out var more, Noon.AddMinutes(40)));
        Assert.Null(Reserve(books, 1.5m, out var never, Noon.AddMinutes(40)));
        Assert.Equal((Noon.AddMinutes(61), Noon.AddMinutes(91), null), (some!.FreeAt, more!.FreeAt, never!.FreeAt));
        Assert.Contains("is too small for this request: it may cost $1.50, and the budget is $1.00 in the last hour", never.ToError().Message, StringComparison.Ordinal);
        using var later = Reserve(books, 0.2m, out _, some.FreeAt!.Value);
        Assert.NotNull(later);
    }

    [Fact]
    public void A_reload_keeps_what_was_spent_reserved_and_changed()
    {
        var books = new Books([Of("b", 10), Of("gone", 10)]);
        Spend(books, 2, Noon);
        var open = Reserve(books, 3, out _)!;
        var reloaded = new Books([Of("b", 6), Of("new", 10, window: "1h")], books);
        Assert.Equal((2m, 3m, 1m), (reloaded.Status("b", Noon)!.Dollars, reloaded.Status("b", Noon)!.ReservedDollars, reloaded.Status("b", Noon)!.DollarsLeft));
        Assert.Null(reloaded.Status("gone", Noon));
        Assert.Null(Reserve(reloaded, 2, out _));
        Assert.True(books.Settle(open, 1, 10, Noon));
        Assert.Equal((3m, 0m, 0m), (reloaded.Status("b", Noon)!.Dollars, reloaded.Status("b", Noon)!.ReservedDollars, reloaded.Status("new", Noon)!.Dollars));
        var rolling = new Books([Of("b", 6, window: "1h")], reloaded);   // all that is known counts for the new window
        Assert.Equal(3m, rolling.Status("b", Noon)!.Dollars);
        Assert.Equal(3m, new Books([Of("b", 6, window: "weekly")], rolling).Status("b", Noon.AddMinutes(1))!.Dollars);
    }

    [Fact]
    public void Accounts_begin_with_what_the_ledger_knows()
    {
        Budget[] budgets = [Of("month", 10), Of("team", 10, new Scope { Team = "web" }), Of("hour", 10, new Scope { VirtualKey = "ada", Model = "gpt-*" }, "1h"), Of("other", 10, new Scope { VirtualKey = "bob" })];
        LedgerSum Sum(DateTimeOffset minute, decimal dollars, string model = "gpt-4o") => new(minute, "ada", "web", null, null, "openai", model, dollars, 10, 5);
        var books = new Books(budgets);
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), books.LoadFrom(Noon));
        LedgerSum[] sums = [Sum(Noon.AddDays(-30), 100), Sum(Noon.AddDays(-20), 1), Sum(Noon.AddMinutes(-62), 1), Sum(Noon.AddMinutes(-59), 2), Sum(Noon.AddMinutes(-1), 1, "o1")];
        books.Load(sums, Noon);
        Assert.Null(books.LoadFrom(Noon));
        Assert.Equal((5m, 5m, 2m, 0m), (books.Status("month", Noon)!.Dollars, books.Status("team", Noon)!.Dollars, books.Status("hour", Noon)!.Dollars, books.Status("other", Noon)!.Dollars));
        Assert.Equal((60, 0m), (books.Status("month", Noon)!.Tokens, books.Status("hour", Noon.AddMinutes(3))!.Dollars));
        var reloaded = new Books([.. budgets, Of("late", 10)], books);
        reloaded.Load(sums, Noon);
        Assert.Equal((5m, 5m), (reloaded.Status("month", Noon)!.Dollars, reloaded.Status("late", Noon)!.Dollars));
    }

    [Fact]
    public void The_day_is_told_on_which_the_cap_will_be_reached()
    {
        var books = new Books([Of("b", 30), Of("hour", 30, window: "1h")]);
        Assert.Null(books.Status("b", Noon)!.ReachedAt);
        var month = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        Spend(books, 20, month.AddDays(10));
        Assert.Equal(month.AddDays(15), books.Status("b", month.AddDays(10))!.ReachedAt);
        Assert.Equal(month.AddDays(24), books.Status("b", month.AddDays(16))!.ReachedAt);
        Assert.Null(books.Status("b", month.AddDays(20))!.ReachedAt);                      // the pace of the window so far ends with it
        Assert.Equal(month.AddDays(30), books.Status("b", month.AddDays(20))!.ResetsAt);
        Assert.Equal(month.AddDays(10).AddMinutes(15), books.Status("hour", month.AddDays(10).AddMinutes(10))!.ReachedAt);
        Spend(books, 10, month.AddDays(11));
        Assert.Equal((1.0, month.AddDays(12)), (books.Status("b", month.AddDays(12))!.Share, books.Status("b", month.AddDays(12))!.ReachedAt));
    }

    [Fact]
    public void Thresholds_are_told_once_a_window()
    {
        var alerts = new List<double>();
        Budget[] budgets = [Of("b", 10, window: "daily") with { Thresholds = [0.5, 0.8, 1] }];
        var books = new Books(budgets) { Alert = alert => alerts.Add(alert.Threshold) };
        foreach (var dollars in (decimal[])[4, 1, 1, 2.5m, 1.5m]) Spend(books, dollars, Noon);
        Assert.Equal([0.5, 0.8, 1], alerts);
        Spend(new Books(budgets, books), 9, Noon.AddDays(1));
        Assert.Equal([0.5, 0.8, 1, 0.8], alerts);
    }

    [Theory]
    [InlineData("daily", 1)]
    [InlineData("1d", 1.05)]   // what was spent leaves a rolling window in sixty steps
    public void A_budget_that_refuses_is_told_of_once_a_window_if_somebody_wants_to_know(string window, double days)
    {
        var alerts = new List<BudgetAlert>();
        var books = new Books([Of("b", 10, window: window) with { Thresholds = [0.5, 1] }, Of("quiet", 10, window: window) with { Thresholds = [0.5] }]) { Alert = alerts.Add };
        void Ask(decimal dollars, DateTimeOffset now)
        {
            Assert.Null(Reserve(books, dollars, out var refusal, now));
            books.NoteRefusal(refusal!, now);
        }

        Ask(11, Noon);   // more than there is at all
        Assert.Empty(alerts);
        Spend(books, 9, Noon);
        Assert.Equal([("b", 0.5), ("quiet", 0.5)], alerts.Select(alert => (alert.Status.Budget.Id, alert.Threshold)));
        Ask(2, Noon);
        Ask(2, Noon.AddMinutes(1));
        var told = Assert.Single(alerts[2..]);
        Assert.Equal(("b", 1, true, 0.9), (told.Status.Budget.Id, told.Threshold, told.IsRefusal, told.Status.Share));
        var later = Noon.AddDays(days);
        Spend(books, 9, later);
        Ask(2, later);
        Assert.Single(alerts[3..], alert => alert.IsRefusal);
    }

    [Fact]
    public void Who_was_told_that_all_is_spent_is_not_told_that_requests_are_refused()
    {
        var alerts = new List<BudgetAlert>();
        var books = new Books([Of("b", 10) with { Thresholds = [1] }]) { Alert = alerts.Add };
        Spend(books, 10, Noon);
        Assert.Null(Reserve(books, 1, out var refusal));
        books.NoteRefusal(refusal!, Noon);
        Assert.False(Assert.Single(alerts).IsRefusal);
    }

    [Fact]
    public void The_highest_share_of_a_caller_is_that_of_its_fullest_budget()
    {
        var books = new Books([Of("all", 100), Of("team", 10, new Scope { Team = "web" }), Of("tokens", null, new Scope { User = "u1" }, tokens: 4000), Of("model", 1, new Scope { Model = "gpt-4o" })]);
        Spend(books, 1, Noon);
        Assert.Equal((0.25, 0.01), (books.ShareOf(Ada, Noon), books.ShareOf(null, Noon)));
        Assert.Equal(0, new Books([]).ShareOf(Ada, Noon));
        Assert.Equal(1, new Books([Of("none", 0)]).ShareOf(null, Noon));
    }
}
