namespace Causeway.EndToEnd.Harness.Load;

/// <summary>Says what is wrong, of much the first few.</summary>
internal static class Problems
{
    private const int Shown = 10;

    /// <summary>Fails if there are any.</summary>
    public static void AreNone(IEnumerable<string?> problems)
    {
        var list = problems.Where(problem => problem is not null).ToList();
        Assert.True(list.Count == 0, $"{list.Count}:\n{string.Join('\n', list.Take(Shown))}");
    }
}
