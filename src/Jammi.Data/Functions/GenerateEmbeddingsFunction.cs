using Jammi.Data.Embedding;
using Jammi.Inference;
using Jammi.Sql;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Data.Functions;

/// <summary><c>generate_image_embeddings</c> and <c>generate_text_embeddings</c>: embed a column of a source and keep the vectors.</summary>
sealed class GenerateEmbeddingsFunction(ModelStore models, EmbeddingKind kind) : TableFunction
{
    static readonly PlanSchema ResultSchema = new(
    [
        new("embedding_table", SqlType.Text, Nullable: false),
        new("source", SqlType.Text, Nullable: false),
        new("model", SqlType.Text, Nullable: false),
        new("dimensions", SqlType.Integer, Nullable: false),
        new("rows", SqlType.BigInt, Nullable: false),
        new("embedded", SqlType.BigInt, Nullable: false),
        new("reused", SqlType.BigInt, Nullable: false),
        new("failed", SqlType.BigInt, Nullable: false),
        new("seconds", SqlType.Double, Nullable: false),
    ]);

    public override string Name => kind == EmbeddingKind.Image ? "generate_image_embeddings" : "generate_text_embeddings";

    public override FunctionDocumentation Documentation { get; } = kind == EmbeddingKind.Image
        ? new(
            "Models",
            "generate_image_embeddings(source, model, image_column, key_column [, precision => 'fp32' | 'fp16' | 'int8', decode => 'exact' | 'fast', batch_size => , refresh => false])",
            "Embeds every row's picture (BLOB of encoded bytes, or TEXT path) and keeps the vectors as an embedding table of the source. 'fp16' stores the same vectors as HALF[n], in half the space; 'int8' computes with eight-bit weights, 'fast' decodes large JPEGs at a fraction of their size: the last two are faster. All three differ a little from the reference, and their vectors are kept apart. Rows whose key, content and model are unchanged are reused; a picture that cannot be read is a row of jammi.embedding_errors.",
            "SELECT rows, failed FROM generate_image_embeddings('figures', 'figures-clip', 'image', 'figure_id')",
            "240")
        : new(
            "Models",
            "generate_text_embeddings(source, model, text_column, key_column [, precision => 'fp32' | 'fp16' | 'int8', batch_size => , refresh => false])",
            "The same with the text tower over a TEXT column.",
            "SELECT rows, failed FROM generate_text_embeddings('figures', 'figures-clip', 'title', 'figure_id')",
            "240");

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("source", SqlType.Text),
        new("model", SqlType.Text),
        new(kind == EmbeddingKind.Image ? "image_column" : "text_column", SqlType.Text),
        new("key_column", SqlType.Text),
        new("precision", SqlType.Text, Optional: true),
        new("batch_size", SqlType.Integer, Optional: true),
        new("refresh", SqlType.Boolean, Optional: true),
        .. kind == EmbeddingKind.Image ? [new TableFunctionParameter("decode", SqlType.Text, Optional: true)] : System.Array.Empty<TableFunctionParameter>(),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        string source = Constant(arguments[0], 0);
        string modelName = Constant(arguments[1], 1);
        string column = Constant(arguments[2], 2);
        string key = Constant(arguments[3], 3);
        VectorPrecision precision = Choice(arguments, 4, ("fp32", VectorPrecision.Fp32), ("fp16", VectorPrecision.Fp16), ("int8", VectorPrecision.Int8));
        ImageDecoding decoding = kind == EmbeddingKind.Image ? Choice(arguments, 7, ("exact", ImageDecoding.Exact), ("fast", ImageDecoding.Fast)) : ImageDecoding.Exact;
        IEmbeddingModel model = ModelArguments.Open(models, modelName, new ModelUse { Precision = precision == VectorPrecision.Int8 ? ModelPrecision.Int8 : ModelPrecision.Fp32, Decoding = decoding, Bulk = true }, binder.Cancellation);
        LogicalPlan relation = binder.BindRelation(source, arguments[0]!.Position);
        ColumnExpression keyColumn = FindColumn(relation, key, source, arguments[3]!.Position);
        ColumnExpression content = FindColumn(relation, column, source, arguments[2]!.Position);
        CheckTypes(keyColumn, content, arguments[3]!.Position, arguments[2]!.Position);

        // Keys are read first, on their own: a missing or repeated key is reported before any model work.
        LogicalPlan keys = Project(relation, keyColumn);
        LogicalPlan rows = Project(relation, keyColumn, content);
        var job = new EmbeddingJobSettings(
            kind,
            Name,
            EmbeddingTableSelection.KeyOf(source, binder.Catalog),
            source,
            content.Name,
            keyColumn.Name,
            keyColumn.Type,
            precision,
            precision.ToString().ToLowerInvariant() + (decoding == ImageDecoding.Fast ? ", fast decoding" : string.Empty),
            arguments[5]?.Constant?.ToObject() is int size ? size : null,
            arguments[6]?.Constant?.ToObject() is true);
        return LogicalTableFunction.Create(Name, new Source(job, model), ResultSchema, default, [keys, rows]);
    }

    static LogicalProject Project(LogicalPlan relation, params ColumnExpression[] columns) =>
        new(relation, columns.Select(c => (Expression)c).ToValueList(), new PlanSchema(columns.Select(c => relation.Schema[c.Index]).ToValueList()));

    static ColumnExpression FindColumn(LogicalPlan relation, string name, string source, SourcePosition position)
    {
        for (int i = 0; i < relation.Schema.Count; i++)
        {
            OutputColumn column = relation.Schema[i];
            if (string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return new(i, column.Name, column.Type, column.Nullable);
            }
        }

        throw new SqlException(SqlErrorCode.UndefinedColumn, $"{source} has no column {name}; it has {string.Join(", ", relation.Schema.Columns.Select(c => c.Name))}.", position);
    }

    void CheckTypes(ColumnExpression key, ColumnExpression content, SourcePosition keyPosition, SourcePosition contentPosition)
    {
        bool fits = content.Type.Kind == SqlTypeKind.Text || (kind == EmbeddingKind.Image && content.Type.Kind == SqlTypeKind.Blob);
        if (!fits)
        {
            throw new SqlException(SqlErrorCode.DatatypeMismatch, $"Column {content.Name} is {content.Type}; {Name} takes {(kind == EmbeddingKind.Image ? "BLOB (encoded pictures) or TEXT (paths)" : "TEXT")}.", contentPosition);
        }

        if (key.Type.Kind is SqlTypeKind.Vector or SqlTypeKind.HalfVector or SqlTypeKind.List or SqlTypeKind.Interval or SqlTypeKind.Real or SqlTypeKind.Double)
        {
            throw new SqlException(SqlErrorCode.DatatypeMismatch, $"Column {key.Name} is {key.Type}, which cannot be a key.", keyPosition);
        }
    }

    T Choice<T>(IReadOnlyList<TableFunctionArgument?> arguments, int parameter, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        if (arguments[parameter] is not { } argument)
        {
            return choices[0].Value;
        }

        string name = Constant(argument, parameter);
        var names = new List<string>();
        foreach ((string known, T value) in choices)
        {
            if (name == known)
            {
                return value;
            }

            names.Add($"'{known}'");
        }

        throw new SqlException(SqlErrorCode.InvalidParameter, $"{Parameters[parameter].Name} => '{name}' is not known; use {string.Join(", ", names[..^1])} or {names[^1]}.", argument.Position);
    }

    string Constant(TableFunctionArgument? argument, int parameter) => argument?.Constant?.ToObject() as string
        ?? throw new SqlException(SqlErrorCode.InvalidParameter, $"{Parameters[parameter].Name} of {Name} must be a constant text.", argument?.Position ?? SourcePosition.None);

    sealed class Source(EmbeddingJobSettings settings, IEmbeddingModel model) : TableSource
    {
        public override long? EstimatedRows => 1;

        public override string Describe() => $"model {model.Name}, {settings.Kind} tower, {settings.PrecisionName}";

        public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context) => new Reader(settings, model, input, projection, context);
    }

    /// <summary>The job runs when its row is asked for, so that planning and EXPLAIN do not start it.</summary>
    sealed class Reader(EmbeddingJobSettings settings, IEmbeddingModel model, TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context) : BatchReader
    {
        bool done;

        public override ColumnBatch? Next()
        {
            if (done)
            {
                return null;
            }

            done = true;
            EmbeddingJobResult result = new EmbeddingJob(settings, model, (Session)context.Services!.GetService(typeof(Session))!, context, input.Metrics).Run(input.Relations[0], input.Relations[1]);
            object?[] row =
            [
                result.EmbeddingTable, settings.SourceName, model.Name, model.Dimensions, result.Rows, result.Embedded, result.Reused, result.Failed, result.Elapsed.TotalSeconds,
            ];
            return new ColumnBatch([.. projection.Select(i => ColumnFactory.FromObjects(ResultSchema[i].Type, [row[i]]))], 1);
        }
    }
}
