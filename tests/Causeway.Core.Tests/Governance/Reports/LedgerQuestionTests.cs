using Causeway.Core.Governance.Ledger;
using Causeway.Core.Governance.Reports;

namespace Causeway.Core.Tests.Governance.Reports;

public sealed class LedgerQuestionTests
{
    private static readonly string[] Allowed = ["from", "to", "by", "limit", "after"];

    private static (LedgerQuestion? Question, LedgerProblem? Problem) Read(string query)
    {
        var words = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(word => (word.Split('=')[0], word[(word.IndexOf('=') + 1)..]));
        return (LedgerQuestionReader.Read(words, Allowed, out var problem), problem);
    }

    [Fact]
    public void Every_dimension_has_a_name_and_can_be_asked_by_it()
    {
        Assert.Equal(Enum.GetValues<LedgerDimension>(), LedgerDimensions.Names.Select(name => LedgerDimensions.Find(name)!.Value));
        Assert.Equal(LedgerDimensions.Names, Enum.GetValues<LedgerDimension>().Select(dimension => dimension.Name()));
        foreach (var name in LedgerDimensions.Names)
            Assert.Equal("2026-11-26", Read($"{name}=2026-11-26").Question!.Filter.Values[LedgerDimensions.Find(name)!.Value]);
    }

    [Fact]
    public void Nothing_asks_for_all()
    {
        var question = Read("").Question!;
        Assert.Equal((null, null, null, null, 0, 0), (question.Filter.From, question.Filter.To, question.Filter.After, question.Filter.Limit, question.Filter.Values.Count, question.By.Count));
    }

    [Theory]
    [InlineData("2026-11-26", "2026-11-26T00:00:00Z")]
    [InlineData("2026-11-26T14:30Z", "2026-11-26T14:30:00Z")]
    [InlineData("2026-11-26T14:30:05.25", "2026-11-26T14:30:05.25Z")]
    [InlineData("2026-11-26T14:30:05-02:00", "2026-11-26T16:30:05Z")]
    public void A_day_begins_at_midnight_in_UTC_and_a_moment_says_its_zone(string text, string moment) =>
        Assert.Equal(DateTimeOffset.Parse(moment), Read($"from={text}").Question!.Filter.From);

    [Fact]
    public void A_page_is_asked_by_its_length_and_the_id_before_it()
    {
        var filter = Read("limit=7&after=01a0c450-6c7b-7000-8000-000000000001").Question!.Filter;
        Assert.Equal((7, Guid.Parse("01a0c450-6c7b-7000-8000-000000000001")), (filter.Limit, filter.After));
    }

    [Theory]
    [InlineData("from=26.11.2026", "from", "must be a day such as 2026-11-26")]
    [InlineData("from=2026-13-01", "from", "must be a day such as 2026-11-26")]
    [InlineData("to=", "to", "must be a day such as 2026-11-26")]
    [InlineData("from=2026-11-02&to=2026-11-02", "to", "must be later than `from`")]
    [InlineData("by=team,team", "by", "names team twice")]
    [InlineData("by=team,user,model,key", "by", "names more than 3 dimensions")]
    [InlineData("by=customr", "by", "did you mean customer?")]
    [InlineData("by=colour", "by", "there are virtual_key, team,")]
    [InlineData("limit=0", "limit", "from 1 to 1000")]
    [InlineData("limit=1001", "limit", "from 1 to 1000")]
    [InlineData("after=x", "after", "must be the id of an entry")]
    [InlineData("day=", "day", "must be a day")]
    [InlineData("team=a&team=a", "team", "is there twice")]
    [InlineData("virtualkey=a", "virtualkey", "did you mean virtual_key?")]
    [InlineData("x=a", "x", "is not known: there are from, to, by, limit, after, virtual_key,")]
    public void What_makes_no_sense_is_named_with_its_fix(string query, string name, string fix)
    {
        var (question, problem) = Read(query);
        Assert.Null(question);
        Assert.Equal(name, problem!.Name);
        Assert.Contains(fix, problem.Fix, StringComparison.Ordinal);
    }
}
