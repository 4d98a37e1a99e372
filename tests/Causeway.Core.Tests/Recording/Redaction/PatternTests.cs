using Causeway.Core.Configuration;
using Causeway.Core.Recording.Redaction;

namespace Causeway.Core.Tests.Recording.Redaction;

/// <summary>An operator's own patterns, and how they are configured.</summary>
public sealed class PatternTests
{
    [Theory]
    [InlineData("EMP-[0-9]{6}", "a EMP-123456 b EMP-12345", "a [redacted:p] b EMP-12345")]
    [InlineData("(?i)project \\w+", "Project Ångström, x", "[redacted:p], x")]
    [InlineData("名前.", "漢😀名前😀漢", "漢😀[redacted:p]漢")]
    [InlineData("(?m)^x.*$", "a\nx1 é\nb", "a\n[redacted:p]\nb")]
    [InlineData("x*", "aaa", "aaa")]
    public void A_pattern_is_matched_on_the_text(string pattern, string text, string expected) => Assert.Equal(expected, Redacted.Text(Redacted.Of(("p", pattern)), text));

    [Fact]
    public void It_is_matched_on_what_JSON_means() => Assert.Equal("""{"EMP-1":"\n[redacted:p]"}""", Redacted.Text(Redacted.Of(("p", "EMP-[0-9]\\n?é")), """{"EMP-1":"\n\u0045MP-1\n\u00e9"}"""));

    [Theory]
    [InlineData("x")]
    [InlineData("x ")]
    [InlineData("xx\n")]
    [InlineData("é ")]
    public void It_is_found_wherever_it_stands_in_a_long_text(string filler)
    {
        var redactor = Redacted.Of(("p", "EMP-[0-9]{6}"));
        for (var at = 7000; at < 9000; at += 13)
        {
            var (before, behind) = (string.Concat(Enumerable.Repeat(filler, at / filler.Length)), string.Concat(Enumerable.Repeat(filler, 9000 / filler.Length)));
            Assert.Equal($"{before}[redacted:p]{behind}", Redacted.Text(redactor, $"{before}EMP-123456{behind}"));
        }
    }

    [Fact]
    public void Nothing_said_takes_out_secrets()
    {
        Assert.Equal(["secret"], Redacted.Read("{}").Config.Detectors);
        Assert.Equal(RedactionConfig.Usual.Detectors, RedactionReader.Read(default).Detectors);
    }

    [Fact]
    public void Detectors_and_patterns_are_those_that_are_named()
    {
        var (config, problems) = Redacted.Read("""{"detectors": ["card"], "patterns": [{"name": "employee", "pattern": "EMP-[0-9]{6}"}]}""");
        Assert.Empty(problems);
        Assert.Equal("ada@example.com [redacted:card] [redacted:employee]", Redacted.Text(new Redactor(config), "ada@example.com 4111111111111111 EMP-123456"));
        Assert.Equal("EMP-123456 ada@example.com", Redacted.Text(new Redactor(Redacted.Read("""{"detectors": []}""").Config), "EMP-123456 ada@example.com"));
    }

    [Theory]
    [InlineData("""{"detectors": ["emial"]}""", "detectors[0]", "did you mean `email`")]
    [InlineData("""{"detectors": "email"}""", "detectors", "must be a list")]
    [InlineData("""{"detector": []}""", "detector", "did you mean `detectors`")]
    [InlineData("""{"patterns": [{"name": "Employee", "pattern": "x"}]}""", "patterns[0].name", "lower-case letters")]
    [InlineData("""{"patterns": [{"pattern": "x"}]}""", "patterns[0].name", "is required")]
    [InlineData("""{"patterns": [{"name": "x"}]}""", "patterns[0].pattern", "is required")]
    [InlineData("""{"patterns": [{"name": "x", "pattern": "(?=EMP)x"}]}""", "patterns[0].pattern", "leave out (?=...)")]
    [InlineData("""{"patterns": [{"name": "x", "pattern": "(?<!a)x"}]}""", "patterns[0].pattern", "looks around")]
    [InlineData("""{"patterns": [{"name": "x", "pattern": "(a)\\1"}]}""", "patterns[0].pattern", "looks around or back")]
    [InlineData("""{"patterns": [{"name": "x", "pattern": "(((a{1000}){1000}){1000})"}]}""", "patterns[0].pattern", "too large")]
    [InlineData("""{"patterns": [{"name": "x", "pattern": "EMP-[0-9"}]}""", "patterns[0].pattern", "is no regular expression")]
    public void What_is_wrong_is_said_with_its_path_and_the_fix(string json, string path, string fix)
    {
        var problem = Assert.Single(Redacted.Read(json).Problems);
        Assert.StartsWith(path, problem, StringComparison.Ordinal);
        Assert.Contains(fix, problem, StringComparison.Ordinal);
    }
}
