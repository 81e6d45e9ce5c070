using Jammi.Data.Embedding;
using Jammi.Inference;
using Jammi.Sql.Binding;
using Jammi.Sql.Functions;
using Jammi.Sql.TextIndexes;
using Jammi.Sql.VectorIndexes;

namespace Jammi.Data.Functions;

/// <summary>The functions and system tables in which SQL meets models: the list to add to.</summary>
static class MissionFunctions
{
    public static IReadOnlyList<ISystemTable> SystemTables { get; } =
    [
        .. Jammi.Sql.Binding.SystemTables.BuiltIn,
        new ModelsTable(),
        new EmbeddingTablesTable(),
        new EmbeddingErrorsTable(),
    ];

    /// <summary>These functions, bound to a store of models, and the built-in ones.</summary>
    public static FunctionRegistry CreateRegistry(ModelStore models, QueryCache cache) => BuiltinFunctions.CreateRegistry(
        () =>
        [
            new EncodeTextQueryFunction(models, cache),
            new EncodeImageQueryFunction(models),
            new ZeroShotFunction(models, scores: false),
            new ZeroShotFunction(models, scores: true),
        ],
        () =>
        [
            new EncodeQueryTableFunction(models, cache, "encode_text_query"),
            new EncodeQueryTableFunction(models, cache, "encode_image_query"),
            new GenerateEmbeddingsFunction(models, EmbeddingKind.Image),
            new GenerateEmbeddingsFunction(models, EmbeddingKind.Text),
            new AnnotateFunction(models),
            new ReadImagesFunction(),
            new VectorSearchFunction(),
            new SearchByExampleFunction(),
            new TextSearchFunction(),
            new HybridSearchFunction(),
        ]);
}
