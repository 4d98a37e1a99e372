using Causeway.Storage.Logs.Columns;

namespace Causeway.Storage.Contract.Logs;

/// <summary>Columns give back what was put into them, whatever it is.</summary>
public sealed class ColumnTests
{
    public static TheoryData<int, long, long> Shapes => new()
    {
        { 1, 5, 5 },
        { 2, 0, 200 },
        { 3, -100, 40_000 },
        { 4, 1_764_000_000_000, 1_764_000_500_000 },
        { 5, long.MinValue + 1, long.MaxValue },
        { 6, 0, uint.MaxValue },
        { 7, long.MaxValue - 3, long.MaxValue },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Numbers(int seed, long least, long most)
    {
        var random = new Random(seed);
        foreach (var step in (long[])[1, 1000])
        {
            foreach (var (unknown, holes) in ((double, double)[])[(0, 0), (0.3, 0), (0, 0.3), (0.3, 0.3), (1, 0), (0.9999, 0.5)])
            {
                var (values, present) = (new long[Block.Size], RowMask.Full());
                for (var i = 0; i < values.Length; i++)
                {
                    var range = (ulong)most - (ulong)least;
                    values[i] = random.NextDouble() < unknown ? NumberSegment.Unknown : (long)((ulong)least + ((ulong)(random.NextDouble() * range / step) * (ulong)step));
                    if (random.NextDouble() < holes) present.Remove(i);
                }

                values[0] = most;   // the range's ends
                values[1] = least;
                Check(values, holes == 0 ? null : present, random);
            }
        }
    }

    [Fact]
    public void Dimensions_of_any_number_of_values_and_sets()
    {
        var random = new Random(8);
        foreach (var count in (int[])[1, 2, 255, 256, 257, 8192])
        {
            var present = RowMask.Full();
            for (var i = 0; i < 500; i++) present.Remove(random.Next(Block.Size));
            var values = Enumerable.Range(0, Block.Size).Select(i => count == 8192 ? i : random.Next(count)).ToArray();
            var sets = Array.ConvertAll(values, value => value == 0 ? null : Enumerable.Range(value, 1 + (value % 3)).ToArray());
            foreach (var mask in (RowMask?[])[null, present])
            {
                Check(DimensionSegmentBuilder.OfOne(values, mask), place => [values[place]], mask);
                Check(DimensionSegmentBuilder.OfMany(sets, mask), place => sets[place] ?? [0], mask);
            }
        }
    }

    private static void Check(DimensionSegment made, Func<int, int[]> expected, RowMask? present)
    {
        var read = new DimensionSegment(made.Head.ToArray(), made.Body.ToArray());
        var (codes, counts) = (new ushort[Block.Size], new int[read.Count]);
        read.Codes(codes);
        for (var i = 0; i < codes.Length; i++)
        {
            if (present?.Has(i) == false) continue;
            Assert.Equal(expected(i), read.ValuesOf(codes[i]).ToArray());
            counts[codes[i]]++;
        }

        Assert.Equal(counts, Array.ConvertAll(read.Rows.ToArray(), rows => (int)rows));
    }

    private static void Check(long[] values, RowMask? present, Random random)
    {
        var made = NumberSegment.Of(values, present);
        var (read, back) = (new NumberSegment(made.Head.ToArray(), made.Body.ToArray()), new long[Block.Size]);
        read.Values(back);
        var known = new List<long>();
        for (var i = 0; i < values.Length; i++)
        {
            if (present?.Has(i) == false) continue;
            Assert.Equal(values[i], back[i]);
            Assert.Equal(values[i], read.ValueAt(i));
            if (values[i] != NumberSegment.Unknown) known.Add(values[i]);
        }

        Assert.Equal(known.Count, read.Known);
        Assert.Equal(known.Aggregate(Int128.Zero, (sum, value) => sum + value), read.Sum);
        CheckRanges(read, values, present, known, random);
        CheckTotals(read, values, present, random);
    }

    /// <summary>Ranges pass the rows that they should, by the head or by the body.</summary>
    private static void CheckRanges(NumberSegment segment, long[] values, RowMask? present, List<long> known, Random random)
    {
        var block = new StoredBlock(0, (present ?? RowMask.Full()).Count, 0, 0, present);
        block.Put(LogColumn.OfNumber(1), segment.Head.ToArray(), segment.Body.ToArray(), segment.Body.Length);
        long Bound() => known.Count == 0 ? 0 : known[random.Next(known.Count)];
        for (var i = 0; i < 12; i++)
        {
            var (least, most) = i switch { 0 => (long.MinValue + 1, long.MaxValue), 1 => (Bound(), long.MaxValue), 2 => (long.MinValue + 1, Bound()), _ => (Bound(), Bound()) };
            if (i > 8) (least, most) = (Math.Max(least, long.MinValue + 2) - 1, Math.Min(most, long.MaxValue - 1) + 1);
            var check = new RangeCheck(LogColumn.OfNumber(1), least, most);
            var mask = RowMask.Copy(present);
            switch (check.Look(block))
            {
                case Verdict.None: mask.Words.Clear(); break;
                case Verdict.Some: check.Narrow(block, mask); break;
            }

            for (var place = 0; place < values.Length; place++)
                Assert.Equal(present?.Has(place) != false && values[place] != NumberSegment.Unknown && values[place] >= least && values[place] <= most, mask.Has(place));
        }
    }

    /// <summary>Sums of groups of rows are those of their values.</summary>
    private static void CheckTotals(NumberSegment segment, long[] values, RowMask? present, Random random)
    {
        var all = new ushort[Block.Size];
        var places = all[..(present ?? RowMask.Full()).Places(all)];
        foreach (var groups in (int[][])[[], Array.ConvertAll(places, _ => random.Next(3))])
        {
            var totals = new GroupTotal[3];
            foreach (var withMost in (bool[])[false, true])
            {
                SumKernel.Add(segment, places, groups, totals, withMost);
                for (var group = 0; group < (groups.Length == 0 ? 1 : 3); group++)
                {
                    var rows = places.Where((_, i) => groups.Length == 0 || groups[i] == group).ToList();
                    var some = rows.Select(place => values[place]).Where(value => value != NumberSegment.Unknown).ToList();
                    Assert.Equal((some.Count, some.Aggregate(Int128.Zero, (sum, value) => sum + value)), SumKernel.Read(segment, totals[group], rows.Count));
                    if (withMost && some.Count > 0 && segment.Width > 0) Assert.Equal(some.Max(), segment.ValueOf(totals[group].Most));
                }
            }
        }
    }
}
