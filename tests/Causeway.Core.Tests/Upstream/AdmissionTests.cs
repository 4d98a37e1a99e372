using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Upstream;

public sealed class AdmissionTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Those_that_find_no_room_wait_and_owners_take_turns()
    {
        var admission = new Admission(most: 1, mostWaiting: 10, waits: true);
        Assert.Null(await admission.EnterAsync("p", "a", Long, Never));
        var order = new List<string>();
        async Task AskAsync(string name, string owner)
        {
            Assert.Null(await admission.EnterAsync("p", owner, Long, Never));
            lock (order) order.Add(name);
            admission.Leave();
        }

        var asked = new[] { AskAsync("a1", "a"), AskAsync("a2", "a"), AskAsync("a3", "a"), AskAsync("b1", "b"), AskAsync("c1", "c") };
        Assert.Equal((1, 5), admission.Load);
        admission.Leave();
        await Task.WhenAll(asked);
        Assert.Equal(["a1", "b1", "c1", "a2", "a3"], order);
        Assert.Equal((0, 0), admission.Load);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task What_finds_neither_room_nor_a_place_to_wait_is_refused(bool waits, int waiting)
    {
        var admission = new Admission(most: 1, mostWaiting: 1, waits);
        Assert.Null(await admission.EnterAsync("p", "a", Long, Never));
        var queued = waits ? admission.EnterAsync("p", "a", Long, Never).AsTask() : null;
        var error = (await admission.EnterAsync("p", "b", Long, Never))!;
        Assert.Equal((503, Admission.Refused, 1.0, ErrorKind.Overloaded), (error.Status, error.Code, error.RetryAfterSeconds, error.Kind));
        Assert.Equal((1, waiting), admission.Load);
        admission.Leave();
        if (queued is not null) Assert.Null(await queued);
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_queue_and_takes_no_room()
    {
        var admission = new Admission(most: 1, mostWaiting: 2, waits: true);
        Assert.Null(await admission.EnterAsync("p", "a", Long, Never));
        using var leaves = new CancellationTokenSource();
        var gone = admission.EnterAsync("p", "b", Long, leaves.Token).AsTask();
        var stays = admission.EnterAsync("p", "c", Long, Never).AsTask();
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal((1, 1), admission.Load);
        admission.Leave();
        Assert.Null(await stays);
        admission.Leave();
        Assert.Equal((0, 0), admission.Load);
    }

    [Fact]
    public async Task Never_more_than_allowed_are_inside()
    {
        var admission = new Admission(most: 4, mostWaiting: 10_000, waits: true);
        var (inside, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => Task.Run(async () =>
        {
            Assert.Null(await admission.EnterAsync("p", $"owner-{i % 7}", Long, Never));
            var now = Interlocked.Increment(ref inside);
            lock (admission) most = Math.Max(most, now);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            admission.Leave();
        })));
        Assert.InRange(most, 1, 4);
        Assert.Equal((0, 0), admission.Load);
    }

    [Fact]
    public async Task Who_waits_too_long_is_told_so_and_leaves_no_trace()
    {
        var time = new FakeTimeProvider();
        var admission = new Admission(most: 1, mostWaiting: 10, waits: true, time);
        Assert.Null(await admission.EnterAsync("p", "a", Long, Never));
        var impatient = admission.EnterAsync("p", "b", TimeSpan.FromSeconds(3), Never).AsTask();
        var patient = admission.EnterAsync("p", "b", TimeSpan.FromSeconds(9), Never).AsTask();
        time.Advance(TimeSpan.FromSeconds(3));
        var error = (await impatient)!;
        Assert.Equal((503, Admission.Refused), (error.Status, error.Code));
        Assert.Equal((1, 1), admission.Load);
        admission.Leave();
        Assert.Null(await patient);
        admission.Leave();
        Assert.Equal((0, 0), admission.Load);
    }

    [Fact]
    public async Task Giving_up_at_the_moment_of_ones_turn_loses_no_room()
    {
        for (var round = 0; round < 500; round++)
        {
            var admission = new Admission(most: 1, mostWaiting: 10, waits: true);
            Assert.Null(await admission.EnterAsync("p", "a", Long, Never));
            using var leaves = new CancellationTokenSource();
            var waiting = admission.EnterAsync("p", "b", Long, leaves.Token).AsTask();
            await Task.WhenAll(Task.Run(leaves.Cancel, Never), Task.Run(admission.Leave, Never));
            try
            {
                if (await waiting is null) admission.Leave();
            }
            catch (OperationCanceledException)
            {
                // gave up in time
            }

            Assert.Equal((0, 0), admission.Load);
        }
    }
}
