using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.Tests.Fidelity;

/// <summary>Nothing is lost silently between any two dialects, and docs/fidelity.md says what is lost.</summary>
public sealed class FidelityTests
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("CAUSEWAY_UPDATE_GOLDENS") == "1";

    public static TheoryData<DialectId> Clients => [.. FidelityMatrix.Dialects.Select(dialect => dialect.Id)];

    [Theory, MemberData(nameof(Clients))]
    public void What_a_request_says_arrives_or_is_declared_lost(DialectId id)
    {
        var client = FidelityMatrix.Dialects.Single(dialect => dialect.Id == id);
        Assert.Empty(from probe in RequestProbes.All from upstream in FidelityMatrix.Dialects where FidelityMatrix.Ask(probe, client, upstream).Fate == Outcome.Silent select $"{probe.Name} -> {upstream.Id}");
    }

    [Theory, MemberData(nameof(Clients))]
    public void What_an_answer_says_arrives_or_is_declared_lost(DialectId id)
    {
        var client = FidelityMatrix.Dialects.Single(dialect => dialect.Id == id);
        Assert.Empty(from probe in AnswerProbes.All from upstream in FidelityMatrix.Dialects where AnswerMatrix.Ask(probe, client, upstream).Fate == Outcome.Silent select $"{upstream.Id} -> {probe.Name}");
    }

    [Fact]
    public void Each_probe_says_its_thing()
    {
        Assert.Empty(RequestProbes.All.Where(probe => FidelityMatrix.Ask(probe, probe.Dialect, probe.Dialect).Fate != Outcome.Carried).Select(probe => probe.Name));
        Assert.Empty(AnswerProbes.All.Where(probe => AnswerMatrix.Ask(probe, (IClientDialect)probe.Dialect, (IClientDialect)probe.Dialect).Fate != Outcome.Carried).Select(probe => probe.Name));
    }

    [Fact]
    public void The_document_says_what_the_code_does()
    {
        var file = Path.Combine(Root(), "docs", "fidelity.md");
        var written = FidelityDocument.Write();
        if (Update) File.WriteAllText(file, written);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == written, "docs/fidelity.md is not up to date: run with CAUSEWAY_UPDATE_GOLDENS=1, and read what changed");
    }

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Causeway.slnx"))) at = at.Parent!;
        return at.FullName;
    }
}
