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

    /// <summary>Adds the functions, bound to a store of models.</summary>
    public static FunctionRegistry AddTo(FunctionRegistry registry, ModelStore models, QueryCache cache) => registry
        .Add(new EncodeTextQueryFunction(models, cache))
        .Add(new EncodeImageQueryFunction(models))
        .Add(new ZeroShotFunction(models, scores: false))
        .Add(new ZeroShotFunction(models, scores: true))
        .Add(new EncodeQueryTableFunction(models, cache, "encode_text_query"))
        .Add(new EncodeQueryTableFunction(models, cache, "encode_image_query"))
        .Add(new GenerateEmbeddingsFunction(models, EmbeddingKind.Image))
        .Add(new GenerateEmbeddingsFunction(models, EmbeddingKind.Text))
        .Add(new AnnotateFunction(models))
        .Add(new ReadImagesFunction())
        .Add(new VectorSearchFunction())
        .Add(new SearchByExampleFunction())
        .Add(new TextSearchFunction())
        .Add(new HybridSearchFunction());
}
