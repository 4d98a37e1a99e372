using Causeway.Core.Routing;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Upstream;

public sealed class CandidateLineTests
{
    private static readonly GatewayRuntime Gateway = TestExchange.Gateway("""
        {"providers":{"openai":{"keys":[{"name":"a","value":"a"},{"name":"b","value":"b"}]},"groq":{"keys":[{"value":"c"}]},"anthropic":{"keys":[{"value":"d"}]}}}
        """);

    private static readonly GatewayError Overflow = new(ErrorKind.InvalidRequest, "x") { Code = "context_length_exceeded" };
    private static readonly GatewayError Filtered = new(ErrorKind.PermissionDenied, "x") { Code = GatewayError.ContentFilter };
    private static readonly GatewayError Down = new(ErrorKind.UpstreamUnavailable, "x");

    private static Candidate Of(string name) => ModelResolver.ResolveName(name, Gateway).Value!;

    private static CandidateLine Line(params string[] names) => new([.. names.Select(Of)]);

    private static List<string> Rest(CandidateLine line)
    {
        var names = new List<string>();
        while (line.Next() is { } candidate) names.Add(candidate.ToString());
        return names;
    }

    [Fact]
    public void A_conversation_that_is_too_long_goes_to_models_with_a_larger_window_only()
    {
        var line = Line("openai/gpt-4o", "groq/unheard-of", "openai/gpt-4o-mini", "openai/gpt-4.1");
        var first = line.Next()!;
        Assert.True(line.MayGoOn(Overflow, first, RoutePolicy.Default));
        Assert.True(line.HasOther);
        Assert.Equal(["openai/gpt-4.1"], Rest(line));
        Assert.False(line.HasOther);
    }

    [Fact]
    public void Where_the_window_is_not_known_those_with_a_known_one_may_do()
    {
        var line = Line("groq/unheard-of", "openai/gpt-4.1");
        Assert.True(line.MayGoOn(Overflow, line.Next()!, RoutePolicy.Default));
        Assert.Equal(["openai/gpt-4.1"], Rest(line));
    }

    [Fact]
    public void What_a_filter_refuses_goes_to_permitted_candidates_only_and_to_none_twice()
    {
        var policy = new RoutePolicy { FilterFallbacks = [Of("openai/gpt-4o"), Of("anthropic/claude-sonnet-4-5"), Of("groq/llama-3.3-70b-versatile")] };
        var line = Line("openai/gpt-4o", "openai/gpt-4.1");
        Assert.True(line.MayGoOn(Filtered, line.Next()!, policy));
        var second = line.Next()!;
        Assert.Equal("anthropic/claude-sonnet-4-5", second.ToString());
        Assert.True(line.MayGoOn(Down, second, policy));
        Assert.Equal(["groq/llama-3.3-70b-versatile"], Rest(line));
    }

    [Fact]
    public void What_a_filter_refuses_goes_nowhere_if_nobody_is_permitted()
    {
        var line = Line("openai/gpt-4o", "openai/gpt-4.1");
        Assert.False(line.MayGoOn(Filtered, line.Next()!, RoutePolicy.Default));
    }

    [Theory]
    [InlineData(ErrorKind.InvalidRequest, null, false)]
    [InlineData(ErrorKind.RequestTooLarge, null, false)]
    [InlineData(ErrorKind.InvalidRequest, LossPolicy.Code, true)]
    [InlineData(ErrorKind.Timeout, UpstreamFailure.Deadline, false)]
    [InlineData(ErrorKind.Timeout, null, true)]
    [InlineData(ErrorKind.NotFound, null, true)]
    [InlineData(ErrorKind.Authentication, null, true)]
    [InlineData(ErrorKind.RateLimited, null, true)]
    [InlineData(ErrorKind.Overloaded, Admission.Refused, true)]
    public void What_others_would_refuse_too_is_not_asked_of_them(ErrorKind kind, string? code, bool goesOn)
    {
        var line = Line("openai/gpt-4o", "openai/gpt-4.1");
        Assert.Equal(goesOn, line.MayGoOn(new GatewayError(kind, "x") { Code = code }, line.Next()!, RoutePolicy.Default));
    }

    [Fact]
    public void Who_rests_comes_last_also_when_it_is_all_of_its_keys_that_do()
    {
        var gateway = TestExchange.Gateway("""{"providers":{"openai":{"keys":[{"name":"a","value":"a"},{"name":"b","value":"b"}]},"groq":{"keys":[{"name":"c","value":"c"}]}}}""");
        var (openai, groq) = (new Candidate(gateway.Find("openai")!, "gpt-4o", gateway.Catalog), new Candidate(gateway.Find("groq")!, "llama", gateway.Catalog));
        var limit = new GatewayError(ErrorKind.RateLimited, "x") { RetryAfterSeconds = 3600 };
        openai.Provider.Health.Failed("gpt-4o", openai.Provider.Config.Keys[0], limit);
        Assert.False(openai.IsResting);
        openai.Provider.Health.Failed("gpt-4o", openai.Provider.Config.Keys[1], limit);
        Assert.True(openai.IsResting);
        Assert.False((openai with { Model = "gpt-4.1" }).IsResting);
        Assert.Equal(["groq/llama", "openai/gpt-4o"], Rest(new CandidateLine([openai, groq])));
        groq.Provider.Health.Failed("llama", groq.Provider.Config.Keys[0], limit);
        Assert.Equal(["openai/gpt-4o", "groq/llama"], Rest(new CandidateLine([openai, groq])));
    }
}
