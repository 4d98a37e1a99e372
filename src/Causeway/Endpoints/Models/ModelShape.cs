using System.Text.Json;
using Causeway.Core.Models;
using Causeway.Dialects.Canonical;

namespace Causeway.Endpoints.Models;

/// <summary>How a dialect lists models. What is written goes into an open object.</summary>
internal abstract class ModelShape
{
    private static readonly ModelShape OpenAI = new OpenAIModels();
    private static readonly ModelShape Anthropic = new AnthropicModels();
    private static readonly ModelShape Gemini = new GeminiModels();
    private static readonly ModelShape Cohere = new CohereModels();
    private static readonly ModelShape Bedrock = new BedrockModels();

    /// <summary>The shape of a dialect.</summary>
    public static ModelShape Of(DialectId dialect) => dialect switch
    {
        DialectId.AnthropicMessages => Anthropic,
        DialectId.Gemini => Gemini,
        DialectId.CohereChat => Cohere,
        DialectId.BedrockConverse => Bedrock,
        _ => OpenAI,
    };

    /// <summary>Writes all models.</summary>
    public abstract void WriteList(Utf8JsonWriter writer, IReadOnlyList<ListedModel> models);

    /// <summary>Writes one model, which the client called <paramref name="id"/>.</summary>
    public abstract void WriteOne(Utf8JsonWriter writer, ListedModel model, string id);

    /// <summary>Writes a list of models under <paramref name="name"/>.</summary>
    protected void WriteArray(Utf8JsonWriter writer, string name, IEnumerable<(ListedModel Model, string Id)> models)
    {
        writer.WriteStartArray(name);
        foreach (var (model, id) in models)
        {
            writer.WriteStartObject();
            WriteOne(writer, model, id);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
