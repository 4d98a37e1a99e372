using Causeway.Core.Governance.Limits;
using CsCheck;

namespace Causeway.Core.Tests.Governance.Limits;

public sealed class SlidingSumTests
{
    private static readonly Gen<(long Window, long Most, long[] Gaps)> Traffic =
        from window in Gen.OneOf(Gen.Const(TimeSpan.TicksPerSecond), Gen.Const(TimeSpan.TicksPerHour), Gen.Const(7L), Gen.Const(61L))
        from most in Gen.Long[1, 200]
        from pace in Gen.Int[1, 400]
        from gaps in Gen.Long[0, Math.Max(1, 2 * window / pace)].Array[1, 600]
        select (window, most, gaps);

    [Fact]
    public void No_window_ever_holds_more_than_the_limit_and_none_is_refused_that_has_room() => Traffic.Sample(traffic =>
    {
        var (window, most, gaps) = traffic;
        var limit = new LimitWindow(LimitKind.Requests, most, TimeSpan.FromTicks(window));
        var admitted = new List<long>();
        var now = 1_000_000L;
        foreach (var gap in gaps)
        {
            now += gap;
            if (limit.Wait(now) == 0)
            {
                limit.Begin(now, 0, 0);
                admitted.Add(now);
            }
            else
            {
                // A refusal is right at least for a window that is a sixtieth longer.
                Assert.True(admitted.Count(at => at > now - window - (window / 60)) >= most);
            }
        }

        foreach (var start in admitted) Assert.True(admitted.Count(at => at >= start && at < start + window) <= most);
    });

    [Fact]
    public void Who_waits_as_long_as_told_is_admitted_and_not_a_tick_earlier() => Traffic.Sample(traffic =>
    {
        var (window, most, gaps) = traffic;
        var limit = new LimitWindow(LimitKind.Requests, most, TimeSpan.FromTicks(window));
        var now = 1_000_000L;
        foreach (var gap in gaps)
        {
            now += gap;
            if (limit.Wait(now) is > 0 and var wait)
            {
                Assert.InRange(wait, 1, window);
                Assert.True(wait == 1 || limit.Wait(now + wait - 1) == 1);
                now += wait;
                Assert.Equal(0, limit.Wait(now));
            }

            limit.Begin(now, 0, 0);
        }
    });

    [Fact]
    public void It_is_exact_while_there_is_little()
    {
        var sum = default(SlidingSum);
        sum.Add(0, 600, 5);
        sum.Add(100, 600, 7);
        Assert.Equal((12, 12, 7, 7, 0), (sum.At(100, 600), sum.At(599, 600), sum.At(600, 600), sum.At(699, 600), sum.At(700, 600)));
    }

    [Fact]
    public void It_says_when_a_part_is_out_and_when_all_is()
    {
        var sum = default(SlidingSum);
        Assert.Equal(50, sum.EmptyAt(50, 600));
        sum.Add(0, 600, 5);
        sum.Add(100, 600, 7);
        Assert.Equal((600, 600, 700, null, 700), (sum.OutAt(1, 600), sum.OutAt(5, 600), sum.OutAt(6, 600), sum.OutAt(13, 600), sum.EmptyAt(100, 600)));
    }

    [Fact]
    public void However_much_there_is_it_remembers_61_times_and_nothing_when_idle()
    {
        var sum = default(SlidingSum);
        for (var now = 0L; now < 100_000; now++) sum.Add(now, 6000, 1);
        Assert.InRange(sum.At(100_000, 6000), 5999, 6100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var now = 100_000L; now < 200_000; now++) sum.Add(now, 6000, 1);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        sum.Trim(300_000, 6000);
        sum.Add(300_000, 6000, 1);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() > before, "the ring was given back");
    }
}
