using System.Buffers.Binary;
using System.Text;

namespace Causeway.Core.Governance.Ledger;

/// <summary>
/// A ledger entry as bytes: a version, what each entry has, which of the others it has (a bit each), and those. What a later version adds
/// comes behind, where this one does not look; only what it cannot read at all needs another first byte.
/// </summary>
internal static class JournalPayload
{
    private const byte Version = 1;
    private const int MostFixed = 162;   // all but texts
    private const int IsEstimate = 1 << 15;

    /// <summary>No entry's payload is longer.</summary>
    public static int MostBytes(LedgerEntry entry) => MostFixed + (3 * (entry.Provider.Length + entry.Model.Length + entry.Asked.Length + Length(entry.VirtualKey)
        + Length(entry.Team) + Length(entry.Customer) + Length(entry.User) + Length(entry.Key) + Length(entry.PriceVersion)))
        + entry.Bookings.Sum(static booking => 18 + (3 * booking.Budget.Length));

    /// <summary>Writes an entry; the number of bytes.</summary>
    public static int Write(LedgerEntry entry, Span<byte> output)
    {
        var writer = new Writer(output);
        writer.Byte(Version);
        writer.Id(entry.Id);
        writer.Id(entry.Exchange);
        writer.Number(entry.Time.ToUnixTimeMilliseconds());
        writer.Short(entry.Status);
        writer.Text(entry.Provider);
        writer.Text(entry.Model);
        writer.Text(entry.Asked);
        var flags = writer.Reserve(2);
        var has = (entry.IsEstimate ? IsEstimate : 0)
            | writer.Optional(0, entry.VirtualKey) | writer.Optional(1, entry.Team) | writer.Optional(2, entry.Customer) | writer.Optional(3, entry.User)
            | writer.Optional(4, entry.Key) | writer.Optional(5, entry.PriceVersion)
            | writer.Optional(6, entry.InputTokens) | writer.Optional(7, entry.CacheReadTokens) | writer.Optional(8, entry.CacheWriteTokens)
            | writer.Optional(9, entry.CacheWriteHourTokens) | writer.Optional(10, entry.OutputTokens) | writer.Optional(11, entry.ReasoningTokens)
            | writer.Optional(12, entry.Dollars) | writer.Optional(13, entry.Bookings);
        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)has);
        return writer.Length;
    }

    /// <summary>Reads an entry; null if it is of a version that this one cannot read.</summary>
    public static LedgerEntry? Read(ReadOnlySpan<byte> payload)
    {
        if (payload[0] != Version) return null;
        var reader = new Reader(payload[1..]);
        var entry = new LedgerEntry
        {
            Id = reader.Id(),
            Exchange = reader.Id(),
            Time = DateTimeOffset.FromUnixTimeMilliseconds(reader.Number()),
            Status = reader.Short(),
            Provider = reader.Text(),
            Model = reader.Text(),
            Asked = reader.Text(),
        };
        var has = reader.Short();
        return entry with
        {
            IsEstimate = (has & IsEstimate) != 0,
            VirtualKey = reader.OptionalText(has, 0),
            Team = reader.OptionalText(has, 1),
            Customer = reader.OptionalText(has, 2),
            User = reader.OptionalText(has, 3),
            Key = reader.OptionalText(has, 4),
            PriceVersion = reader.OptionalText(has, 5),
            InputTokens = reader.OptionalNumber(has, 6),
            CacheReadTokens = reader.OptionalNumber(has, 7),
            CacheWriteTokens = reader.OptionalNumber(has, 8),
            CacheWriteHourTokens = reader.OptionalNumber(has, 9),
            OutputTokens = reader.OptionalNumber(has, 10),
            ReasoningTokens = reader.OptionalNumber(has, 11),
            Dollars = reader.OptionalDecimal(has, 12),
            Bookings = reader.OptionalBookings(has, 13),
        };
    }

    private static int Length(string? text) => text?.Length ?? 0;

    private ref struct Writer(Span<byte> output)
    {
        private readonly Span<byte> _output = output;

        public int Length { get; private set; }

        public Span<byte> Reserve(int count)
        {
            Length += count;
            return _output.Slice(Length - count, count);
        }

        public void Byte(byte value) => Reserve(1)[0] = value;

        public void Short(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Reserve(2), (ushort)value);

        public void Number(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);

        public void Id(Guid value) => value.TryWriteBytes(Reserve(16));

        public void Text(string value)
        {
            var count = Encoding.UTF8.GetBytes(value, _output[(Length + 2)..]);
            Short(count);
            Length += count;
        }

        public int Optional(int bit, string? value)
        {
            if (value is null) return 0;
            Text(value);
            return 1 << bit;
        }

        public int Optional(int bit, long? value)
        {
            if (value is not { } number) return 0;
            Number(number);
            return 1 << bit;
        }

        public int Optional(int bit, decimal? value)
        {
            if (value is not { } number) return 0;
            Span<int> bits = stackalloc int[4];
            decimal.GetBits(number, bits);
            foreach (var part in bits) BinaryPrimitives.WriteInt32LittleEndian(Reserve(4), part);
            return 1 << bit;
        }

        public int Optional(int bit, IReadOnlyList<Booking> values)
        {
            if (values.Count == 0) return 0;
            Short(values.Count);
            foreach (var (budget, slot, ends) in values)
            {
                Text(budget);
                Number(slot.UtcTicks);
                Number(ends.UtcTicks);
            }

            return 1 << bit;
        }
    }

    private ref struct Reader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public int Short() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

        public long Number() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

        public Guid Id() => new(Take(16));

        public string Text() => Encoding.UTF8.GetString(Take(Short()));

        public string? OptionalText(int has, int bit) => (has & (1 << bit)) != 0 ? Text() : null;

        public long? OptionalNumber(int has, int bit) => (has & (1 << bit)) != 0 ? Number() : null;

        public decimal? OptionalDecimal(int has, int bit)
        {
            if ((has & (1 << bit)) == 0) return null;
            Span<int> bits = stackalloc int[4];
            for (var i = 0; i < bits.Length; i++) bits[i] = BinaryPrimitives.ReadInt32LittleEndian(Take(4));
            return new decimal(bits);
        }

        public Booking[] OptionalBookings(int has, int bit)
        {
            if ((has & (1 << bit)) == 0) return [];
            var bookings = new Booking[Short()];
            for (var i = 0; i < bookings.Length; i++) bookings[i] = new Booking(Text(), new DateTimeOffset(Number(), TimeSpan.Zero), new DateTimeOffset(Number(), TimeSpan.Zero));
            return bookings;
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
