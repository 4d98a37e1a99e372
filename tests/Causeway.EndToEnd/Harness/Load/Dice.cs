namespace Causeway.EndToEnd.Harness.Load;

/// <summary>Draws that are the same in each run, and alike for no two seeds (SplitMix64; <see cref="Random"/> draws alike for neighbouring seeds).</summary>
/// <param name="id">Whose draws: the number of a request.</param>
/// <param name="purpose">What for.</param>
internal sealed class Dice(int id, int purpose)
{
    private ulong _state = ((ulong)(uint)id << 32) | (uint)purpose;

    /// <summary>Of 0 up to, but not including, 1.</summary>
    public double NextDouble() => (Next() >> 11) / (double)(1UL << 53);

    /// <summary>Of 0 up to, but not including, <paramref name="below"/>.</summary>
    public int Next(int below) => (int)(NextDouble() * below);

    private ulong Next()
    {
        var value = _state += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
