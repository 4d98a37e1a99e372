using Causeway.Core.Governance.Ledger;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Governance.Ledger;

public sealed class ArrearsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<LedgerEntry> _written = [];
    private int _room;

    private void Append(IReadOnlyList<LedgerEntry> entries)
    {
        if (entries.Count > _room) throw new IOException("no space left on device");
        _room -= entries.Count;
        _written.AddRange(entries);
    }

    [Fact]
    public async Task They_are_written_in_order_as_soon_as_there_is_room()
    {
        await using var arrears = new Arrears(Append, _time, NullLogger.Instance);
        arrears.Add(Rows.Some(250));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((250, 0), (arrears.Count, _written.Count));
        _room = 100;
        await UntilAsync(() => arrears.Count == 150);
        arrears.Add(Rows.Some(10, from: 250));
        _room = 1000;
        await UntilAsync(() => arrears.Count == 0);
        Assert.Equal(Rows.Some(260), _written);
        _room = 0;
        arrears.Add(Rows.Some(1, from: 260));
        _room = 1;
        await UntilAsync(() => arrears.Count == 0);
        Assert.Equal(Rows.Some(261), _written);
    }

    [Fact]
    public async Task What_is_left_at_the_end_is_tried_once_more_and_what_is_lost_is_told()
    {
        var log = new Told();
        await using (var arrears = new Arrears(Append, _time, log))
        {
            arrears.Add(Rows.Some(150));
            _room = 100;
        }

        Assert.Equal(Rows.Some(100), _written);
        Assert.Equal("50 entries of the ledger are lost: the journal could not be written to the end", Assert.Single(log.Lines));
    }

    [Fact]
    public async Task There_is_an_end_to_how_many_are_kept()
    {
        var log = new Told();
        await using (var arrears = new Arrears(Append, _time, log))
        {
            arrears.Add(Rows.Some(Arrears.Most + 5));
            arrears.Add(Rows.Some(2));
            Assert.Equal(Arrears.Most, arrears.Count);
            _room = int.MaxValue;
        }

        Assert.Equal(Rows.Some(Arrears.Most), _written);
        Assert.StartsWith("7 entries", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        for (var i = 0; i < 1000 && !holds(); i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, TestContext.Current.CancellationToken);   // what waits for the clock runs on another thread
        }

        Assert.True(holds());
    }

    private sealed class Told : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
