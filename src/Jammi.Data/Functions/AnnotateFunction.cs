using System.Numerics.Tensors;
using Apache.Arrow;
using Jammi.Data.Embedding;
using Jammi.Inference;
using Jammi.Sql;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Data.Functions;

/// <summary><c>annotate</c>: runs a model over a relation without keeping anything; a row that fails says why in its own columns.</summary>
sealed class AnnotateFunction(ModelStore models) : TableFunction
{
    public override string Name => "annotate";

    public override FunctionDocumentation Documentation { get; } = new(
        "Models",
        "annotate(model, task, relation, key_column, content_column [, labels => ARRAY[...]])",
        "Runs a model over a relation: the key under its own name, the task's columns, _status ('ok' or 'error') and _error. Tasks: image_embedding and text_embedding give vector; zero_shot_classification gives label and score among the labels.",
        "SELECT label FROM annotate('figures-clip', 'zero_shot_classification', (SELECT * FROM figures WHERE figure_id = 4), 'figure_id', 'image', labels => ARRAY['a big red circle on white', 'a blue bar chart'])",
        "a big red circle on white");

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("model", SqlType.Text),
        new("task", SqlType.Text),
        new("relation", Type: null, AcceptsRelation: true),
        new("key_column", SqlType.Text),
        new("content_column", SqlType.Text),
        new("labels", SqlType.List(SqlType.Text), Optional: true),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        IEmbeddingModel model = ModelArguments.OpenConstant(models, arguments[0]!.Expression!, Name, binder.Cancellation);
        string task = Constant(arguments[1]!, "task");
        LogicalPlan relation = arguments[2]!.Relation ?? binder.BindRelation(Constant(arguments[2]!, "relation"), arguments[2]!.Position);
        ColumnExpression key = FindColumn(relation, Constant(arguments[3]!, "key_column"), arguments[3]!.Position);
        ColumnExpression content = FindColumn(relation, Constant(arguments[4]!, "content_column"), arguments[4]!.Position);
        bool isText = task == "text_embedding";
        if (content.Type.Kind != SqlTypeKind.Text && (isText || content.Type.Kind != SqlTypeKind.Blob))
        {
            throw new SqlException(SqlErrorCode.DatatypeMismatch, $"Column {content.Name} is {content.Type}; {task} takes {(isText ? "TEXT" : "BLOB (encoded pictures) or TEXT (paths)")}.", arguments[4]!.Position);
        }

        string[] labels = arguments[5]?.Constant?.ToObject() is object?[] given ? [.. given.OfType<string>()] : [];
        OutputColumn[] results = task switch
        {
            "image_embedding" or "text_embedding" => [new("vector", SqlType.Vector(model.Dimensions), Nullable: true)],
            "zero_shot_classification" when labels.Length == 0 => throw new SqlException(SqlErrorCode.InvalidParameter, "zero_shot_classification needs labels => ARRAY['…', …].", arguments[1]!.Position),
            "zero_shot_classification" => [new("label", SqlType.Text, Nullable: true), new("score", SqlType.Real, Nullable: true)],
            _ => throw new SqlException(SqlErrorCode.InvalidParameter, $"annotate has no task '{task}'; there are image_embedding, text_embedding and zero_shot_classification.", arguments[1]!.Position),
        };
        var schema = new PlanSchema([relation.Schema[key.Index], .. results, new OutputColumn("_status", SqlType.Text, Nullable: false), new OutputColumn("_error", SqlType.Text, Nullable: true)]);
        var rows = new LogicalProject(relation, [key, content], new PlanSchema([relation.Schema[key.Index], relation.Schema[content.Index]]));
        return LogicalTableFunction.Create(Name, new Source(model, isText ? EmbeddingKind.Text : EmbeddingKind.Image, labels, task, schema), schema, default, [rows]);
    }

    static string Constant(TableFunctionArgument argument, string name) => argument.Constant?.ToObject() as string
        ?? throw new SqlException(SqlErrorCode.InvalidParameter, $"{name} of annotate must be a constant text.", argument.Position);

    static ColumnExpression FindColumn(LogicalPlan relation, string name, SourcePosition position)
    {
        for (int i = 0; i < relation.Schema.Count; i++)
        {
            OutputColumn column = relation.Schema[i];
            if (string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return new(i, column.Name, column.Type, column.Nullable);
            }
        }

        throw new SqlException(SqlErrorCode.UndefinedColumn, $"The relation has no column {name}; it has {string.Join(", ", relation.Schema.Columns.Select(c => c.Name))}.", position);
    }

    sealed class Source(IEmbeddingModel model, EmbeddingKind kind, string[] labels, string task, PlanSchema schema) : TableSource
    {
        public override string Describe() => $"model {model.Name}, {task}";

        public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context) => new Reader(model, kind, labels, schema, input.Relations[0], projection, context);
    }

    sealed class Reader(IEmbeddingModel model, EmbeddingKind kind, string[] labels, PlanSchema schema, BatchReader rows, IReadOnlyList<int> projection, ExecutionContext context) : BatchReader
    {
        float[]? labelVectors;

        public override ColumnBatch? Next()
        {
            if (rows.Next() is not { } batch)
            {
                return null;
            }

            var vectors = new float[batch.Count][];
            var problems = new string?[batch.Count];
            Embed(batch, vectors, problems);
            var columns = new IArrowArray[schema.Count];
            columns[0] = batch.Columns[0];
            if (labels.Length == 0)
            {
                columns[1] = ColumnFactory.FromObjects(schema[1].Type, vectors);
            }
            else
            {
                Classify(vectors, out object?[] best, out object?[] scores);
                columns[1] = ColumnFactory.FromObjects(SqlType.Text, best);
                columns[2] = ColumnFactory.FromObjects(SqlType.Real, scores);
            }

            columns[^2] = ColumnFactory.FromObjects(SqlType.Text, [.. problems.Select(p => (object?)(p is null ? "ok" : "error"))]);
            columns[^1] = ColumnFactory.FromObjects(SqlType.Text, problems);
            return new ColumnBatch([.. projection.Select(i => columns[i])], batch.Count);
        }

        void Embed(ColumnBatch batch, float[]?[] vectors, string?[] problems)
        {
            for (int start = 0; start < batch.Count; start += model.PreferredBatch)
            {
                context.ThrowIfCancelled();
                var prepared = new PreparedBatch();
                for (int row = start; row < Math.Min(start + model.PreferredBatch, batch.Count); row++)
                {
                    IArrowArray content = batch.Columns[1];
                    if (content is NullArray || content.IsNull(row))
                    {
                        problems[row] = "the content is NULL";
                        continue;
                    }

                    try
                    {
                        prepared.Rows.Add((row, default, kind == EmbeddingKind.Image ? ImageContent.Read(content, row) : ((BinaryArray)content).GetBytes(row).ToArray()));
                    }
                    catch (InferenceException error)
                    {
                        problems[row] = error.Message;
                    }
                }

                if (kind == EmbeddingKind.Image)
                {
                    prepared.Decode(model, context.Cancellation);
                }

                context.OperatorMetrics.CountModel(model, prepared.Rows.Count);
                prepared.Embed(kind, model, context.Cancellation);
                for (int i = 0; i < prepared.Rows.Count; i++)
                {
                    vectors[(int)prepared.Rows[i].Key] = prepared.Vectors.AsSpan(i * model.Dimensions, model.Dimensions).ToArray();
                }

                foreach ((object key, string error) in prepared.Errors)
                {
                    problems[(int)key] = error;
                }
            }
        }

        void Classify(float[]?[] vectors, out object?[] best, out object?[] scores)
        {
            if (labelVectors is null)
            {
                context.OperatorMetrics.CountModel(model, labels.Length);
                labelVectors = ZeroShot.EmbedLabels(model, labels, context.Cancellation);
            }

            best = new object?[vectors.Length];
            scores = new object?[vectors.Length];
            for (int row = 0; row < vectors.Length; row++)
            {
                if (vectors[row] is { } vector)
                {
                    float[] probabilities = ZeroShot.Probabilities(vector, labelVectors, model);
                    int first = TensorPrimitives.IndexOfMax(probabilities);
                    best[row] = labels[first];
                    scores[row] = probabilities[first];
                }
            }
        }
    }
}
