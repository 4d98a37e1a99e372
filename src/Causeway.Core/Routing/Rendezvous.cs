namespace Causeway.Core.Routing;

/// <summary>
/// Weighted choice that every node makes alike. Each target gets a score from its name, its weight and a seed; the highest is
/// taken, the others follow in order. With a session's seed the choice is sticky, without any state: as long as the set of targets
/// is the same so is the choice, and when a target goes only its own sessions move (rendezvous hashing). With a random seed the same
/// scores make a draw by weight (Efraimidis and Spirakis, "Weighted random sampling with a reservoir").
/// </summary>
public static class Rendezvous
{
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>A number from a text, the same on every machine (FNV-1a).</summary>
    public static ulong Hash(string text)
    {
        var hash = Basis;
        foreach (var letter in text) hash = (hash ^ letter) * Prime;
        return hash;
    }

    /// <summary>A seed for a request of no session.</summary>
    public static ulong RandomSeed()
    {
#pragma warning disable CA5394 // balancing needs no secrecy
        return (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue);
#pragma warning restore CA5394
    }

    /// <summary>The score of a target; the highest wins. A weight of 0 is below all others.</summary>
    /// <param name="seed">The session's hash, or a random number.</param>
    /// <param name="target">The hash of the target's name.</param>
    /// <param name="weight">Its share, relative to the others'.</param>
    public static double Score(ulong seed, ulong target, double weight)
    {
        if (weight <= 0) return 0;
        var share = ((Mix(seed ^ Mix(target)) >> 11) + 0.5) / (1UL << 53);   // in (0, 1), evenly
        return weight / -Math.Log(share);
    }

    /// <summary>Spreads a number's bits evenly (the finaliser of SplitMix64).</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
