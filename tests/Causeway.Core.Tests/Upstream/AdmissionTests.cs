using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Upstream;

public sealed class AdmissionTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task Those_that_find_no_room_wait_and_owners_take_turns()
    {
        var admission = new Admission(most: 1, mostWaiting: 10, waits: true);
        Assert.Null(await admission.EnterAsync("p", "a", Never));
        var order = new List<string>();
        async Task AskAsync(string name, string owner)
        {
            Assert.Null(await admission.EnterAsync("p", owner, Never));
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
        Assert.Null(await admission.EnterAsync("p", "a", Never));
        var queued = waits ? admission.EnterAsync("p", "a", Never).AsTask() : null;
        var error = (await admission.EnterAsync("p", "b", Never))!;
        Assert.Equal((503, Admission.Refused, 1.0, ErrorKind.Overloaded), (error.Status, error.Code, error.RetryAfterSeconds, error.Kind));
        Assert.Equal((1, waiting), admission.Load);
        admission.Leave();
        if (queued is not null) Assert.Null(await queued);
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_queue_and_takes_no_room()
    {
        var admission = new Admission(most: 1, mostWaiting: 2, waits: true);
        Assert.Null(await admission.EnterAsync("p", "a", Never));
        using var leaves = new CancellationTokenSource();
        var gone = admission.EnterAsync("p", "b", leaves.Token).AsTask();
        var stays = admission.EnterAsync("p", "c", Never).AsTask();
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
            Assert.Null(await admission.EnterAsync("p", $"owner-{i % 7}", Never));
            var now = Interlocked.Increment(ref inside);
            lock (admission) most = Math.Max(most, now);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            admission.Leave();
        })));
        Assert.InRange(most, 1, 4);
        Assert.Equal((0, 0), admission.Load);
    }
}
