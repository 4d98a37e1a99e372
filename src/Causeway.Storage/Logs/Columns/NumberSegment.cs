using System.Runtime.InteropServices;

namespace Causeway.Storage.Logs.Columns;

/// <summary>
/// A number's column of a block. The head says how many rows have one, the least, the most, the sum, and a step that all differences are a multiple of.
/// The body has for each place how many steps it is above the least; if some rows have none, 0 stands for that and all else is one more.
/// </summary>
/// <remarks>
/// Head: int32 rows that have one; byte 1 if others have none; byte width of a code (0, 1, 2, 4, 8); two bytes 0; int64 least, int64 most, uint64 step,
/// int128 sum. All little-endian.
/// </remarks>
internal sealed class NumberSegment(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body)
{
    /// <summary>What stands for a row that has none.</summary>
    public const long Unknown = long.MinValue;

    private const int HeadLength = 48;

    private readonly Header _head = MemoryMarshal.Read<Header>(head.Span);

    /// <summary>As it is stored.</summary>
    public ReadOnlyMemory<byte> Head => head;

    /// <summary>As it is stored; empty if all rows are alike.</summary>
    public ReadOnlyMemory<byte> Body => body;

    /// <summary>How many rows have one.</summary>
    public int Known => _head.Known;

    /// <summary>Some rows have none.</summary>
    public bool HasUnknown => _head.HasUnknown != 0;

    /// <summary>The least.</summary>
    public long Least => _head.Least;

    /// <summary>The most.</summary>
    public long Most => _head.Most;

    /// <summary>What one more of a code means.</summary>
    public ulong Step => _head.Step;

    /// <summary>The sum.</summary>
    public Int128 Sum => new(_head.SumHigh, _head.SumLow);

    /// <summary>Bytes of a code.</summary>
    public int Width => _head.Width;

    /// <summary>No row has one.</summary>
    public static NumberSegment None { get; } = Write(new Header { HasUnknown = 1, Step = 1 }, []);

    /// <summary>A column of numbers for each place.</summary>
    /// <param name="values">For each place; <see cref="Unknown"/>: none.</param>
    /// <param name="present">The places that count; null: all.</param>
    public static NumberSegment Of(ReadOnlySpan<long> values, RowMask? present)
    {
        var header = new Header { Least = long.MaxValue, Most = long.MinValue };
        Int128 sum = 0;
        for (var i = 0; i < Block.Size; i++)
        {
            if (present?.Has(i) == false) continue;
            var value = values[i];
            if (value == Unknown)
            {
                header.HasUnknown = 1;
                continue;
            }

            header.Known++;
            sum += value;
            header.Least = Math.Min(header.Least, value);
            header.Most = Math.Max(header.Most, value);
        }

        if (header.Known == 0) return None;
        (header.SumHigh, header.SumLow) = ((ulong)(sum >> 64), (ulong)sum);
        var step = 0UL;
        for (var i = 0; i < Block.Size && step != 1; i++)
        {
            if (values[i] != Unknown && present?.Has(i) != false) step = Gcd(step, (ulong)values[i] - (ulong)header.Least);
        }

        header.Step = Math.Max(1, step);
        var most = (((ulong)header.Most - (ulong)header.Least) / header.Step) + header.HasUnknown;
        header.Width = most switch { 0 => 0, <= byte.MaxValue => 1, <= ushort.MaxValue => 2, <= uint.MaxValue => 4, _ => 8 };
        return Write(header, header.Width switch
        {
            0 => [],
            1 => Pack<byte>(values, header, present),
            2 => Pack<ushort>(values, header, present),
            4 => Pack<uint>(values, header, present),
            _ => Pack<ulong>(values, header, present),
        });
    }

    /// <summary>The codes of all places, if they have that width.</summary>
    public ReadOnlySpan<T> Codes<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(body.Span);

    /// <summary>What a code means; <see cref="Unknown"/>: none.</summary>
    public long ValueOf(ulong code) => HasUnknown ? (code == 0 ? Unknown : Value(code - 1)) : Value(code);

    /// <summary>What a place has; <see cref="Unknown"/>: nothing.</summary>
    public long ValueAt(int place) => Width switch
    {
        0 => Known == 0 ? Unknown : Least,
        1 => ValueOf(Codes<byte>()[place]),
        2 => ValueOf(Codes<ushort>()[place]),
        4 => ValueOf(Codes<uint>()[place]),
        _ => ValueOf(Codes<ulong>()[place]),
    };

    /// <summary>The values of all places; <see cref="Unknown"/>: none.</summary>
    public void Values(Span<long> values)
    {
        switch (Width)
        {
            case 0: values[..Block.Size].Fill(Known == 0 ? Unknown : Least); break;
            case 1: Unpack(Codes<byte>(), values); break;
            case 2: Unpack(Codes<ushort>(), values); break;
            case 4: Unpack(Codes<uint>(), values); break;
            default: Unpack(Codes<ulong>(), values); break;
        }
    }

    private long Value(ulong steps) => (long)((ulong)Least + (steps * Step));

    private void Unpack<T>(ReadOnlySpan<T> codes, Span<long> values) where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        for (var i = 0; i < codes.Length; i++) values[i] = ValueOf(ulong.CreateTruncating(codes[i]));
    }

    private static byte[] Pack<T>(ReadOnlySpan<long> values, in Header header, RowMask? present) where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        var body = new byte[Block.Size * header.Width];
        var codes = MemoryMarshal.Cast<byte, T>(body.AsSpan());
        for (var i = 0; i < Block.Size; i++)
        {
            if (values[i] == Unknown || present?.Has(i) == false) continue;
            codes[i] = T.CreateTruncating((((ulong)values[i] - (ulong)header.Least) / header.Step) + header.HasUnknown);
        }

        return body;
    }

    private static NumberSegment Write(in Header header, byte[] body)
    {
        var head = new byte[HeadLength];
        MemoryMarshal.Write(head, header);
        return new NumberSegment(head, body);
    }

    private static ulong Gcd(ulong a, ulong b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public int Known;
        public byte HasUnknown;
        public byte Width;
        public ushort Zero;
        public long Least;
        public long Most;
        public ulong Step;
        public ulong SumLow;
        public ulong SumHigh;
    }
}
