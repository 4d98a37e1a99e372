using Causeway.Core.Upstream;

namespace Causeway.Core.Tests.Upstream;

public sealed class CallLimitTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static async Task<bool> EndsAsync(CallLimit call)
    {
        var ended = new TaskCompletionSource();
        await using var registration = call.Token.Register(ended.SetResult);
        return await Task.WhenAny(ended.Task, Task.Delay(Patience, TestContext.Current.CancellationToken)) == ended.Task;
    }

    [Fact]
    public void What_is_abandoned_ends_at_once()
    {
        using var abandon = new CancellationTokenSource();
        using var call = CallLimit.Start(Long, abandon.Token);
        call.StopClock();
        abandon.Cancel();
        Assert.True(call.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task With_a_grace_it_ends_after_it_whatever_the_clock_says()
    {
        using var abandon = new CancellationTokenSource();
        using var call = CallLimit.Start(Long, abandon.Token);
        call.SetGrace(Grace);
        await abandon.CancelAsync();
        Assert.False(call.Token.IsCancellationRequested);
        call.Restart(Long);
        call.StopClock();
        Assert.True(await EndsAsync(call));
    }

    [Fact]
    public void The_next_call_knows_nothing_of_the_one_before()
    {
        using var abandon = new CancellationTokenSource();
        using (var first = CallLimit.Start(Long, abandon.Token))
        {
            first.SetGrace(Grace);
            abandon.Cancel();
        }

        using var gone = new CancellationTokenSource();
        using var second = CallLimit.Start(Long, gone.Token);
        Assert.False(second.Token.IsCancellationRequested);
        gone.Cancel();
        Assert.True(second.Token.IsCancellationRequested);
    }
}
