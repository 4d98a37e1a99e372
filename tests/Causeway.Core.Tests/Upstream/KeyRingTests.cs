using Causeway.Core.Configuration;
using Causeway.Core.Upstream;

namespace Causeway.Core.Tests.Upstream;

public sealed class KeyRingTests
{
    private static readonly KeyConfig A = new() { Name = "a", Value = "1" };
    private static readonly KeyConfig B = new() { Name = "b", Value = "2" };
    private static readonly KeyConfig C = new() { Name = "c", Value = "3", IsEnabled = false };
    private static readonly KeyRing Ring = new([A, B, C]);

    private static bool None(KeyConfig _) => false;

    [Fact]
    public void A_session_keeps_its_key()
    {
        for (ulong seed = 0; seed < 50; seed++) Assert.Same(Ring.Pick("m", [], seed), Ring.Pick("m", [], seed));
        Assert.Equal(2, Enumerable.Range(0, 50).Select(seed => Ring.Pick("m", [], (ulong)seed)!.Name).Distinct().Count());
    }

    [Fact]
    public void Keys_that_were_tried_come_last_and_those_that_were_refused_not_at_all()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            Assert.Same(B, Ring.Pick("m", [A], seed));
            Assert.Same(B, Ring.Pick("m", [A, B], seed, refused: [A]));
            Assert.Null(Ring.Pick("m", [A, B], seed, refused: [A, B]));
            Assert.Same(B, Ring.Pick("m", [], seed, isResting: key => key == A));
            Assert.Same(A, Ring.Pick("m", [B], seed, isResting: key => key == A));   // for want of others
        }
    }

    [Fact]
    public void A_part_of_the_ring_has_no_other_keys()
    {
        Assert.Same(Ring, Ring.Only(null));
        var part = Ring.Only(key => key != A);
        Assert.Equal(1, part.Count);
        for (ulong seed = 0; seed < 20; seed++) Assert.Same(B, part.Pick("m", [], seed, wanted: "a"));
        Assert.False(part.HasOther("m", [B], None));
        Assert.Null(Ring.Only(_ => false).Pick("m", [], seed: 0));
    }

    [Fact]
    public void There_is_another_if_one_is_neither_tried_nor_resting_nor_off()
    {
        Assert.True(Ring.HasOther("m", [A], None));
        Assert.False(Ring.HasOther("m", [A, B], None));
        Assert.False(Ring.HasOther("m", [A], key => key == B));
    }

    [Fact]
    public void All_rest_if_each_that_is_on_does()
    {
        Assert.True(Ring.AllRest("m", key => key != C));
        Assert.False(Ring.AllRest("m", key => key == A));
        Assert.False(new KeyRing([C]).AllRest("m", _ => true));   // none to be used is another matter
    }
}
