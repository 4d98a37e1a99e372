using Causeway.Core.Upstream.Relay;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Tests.Upstream;

public sealed class SpokenTextTests
{
    private readonly SpokenText _spoken = new();

    private void Note(params StreamEvent[] events)
    {
        foreach (var item in events) _spoken.Note(item);
    }

    private static PartDelta Delta(int index, string text) => new(index, DeltaKind.Text, RawJson.FromString(text));

    private static PartStarted Start(int index, Part part) => new(index, part);

    [Fact]
    public void Text_can_be_gone_on_with()
    {
        Note(new Started("id", "m", null), Start(0, new TextPart(RawJson.EmptyString)));
        Assert.False(_spoken.CanContinue);
        Note(Delta(0, " \n"));
        Assert.False(_spoken.CanContinue);   // a model cannot be given white space as its own words
        Note(Delta(0, "Hello"), Delta(0, " \"you\""));
        Assert.True(_spoken.CanContinue);
        Assert.Equal((" \nHello \"you\"", 0, 1), (_spoken.Text, _spoken.OpenPart, _spoken.NextPart));
        Note(new PartEnded(0));
        Assert.Null(_spoken.OpenPart);
    }

    [Fact]
    public void A_thought_must_have_ended()
    {
        Note(Start(0, new ReasoningPart { Origin = DialectId.OpenAIChat }), Delta(0, "hm"), Start(1, new TextPart(RawJson.EmptyString)), Delta(1, "Yes"));
        Assert.False(_spoken.CanContinue);
        Note(new PartEnded(0));
        Assert.True(_spoken.CanContinue);
        Assert.Equal(("Yes", 1, 2), (_spoken.Text, _spoken.OpenPart, _spoken.NextPart));
    }

    public static TheoryData<Part> Others =>
    [
        new ToolCallPart { Id = "c", Name = "f" },
        new RefusalPart(RawJson.EmptyString),
        new OpaquePart(DialectId.AnthropicMessages, "server_tool_use", RawJson.EmptyObject),
        new MediaPart { Kind = MediaKind.Image, Form = MediaForm.Base64, Data = RawJson.EmptyString },
    ];

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Nobody_can_go_on_with_anything_else(Part part)
    {
        Note(Start(0, new TextPart(RawJson.EmptyString)), Delta(0, "Let me see"), new PartEnded(0), Start(1, part), new PartEnded(1));
        Assert.False(_spoken.CanContinue);
    }
}
