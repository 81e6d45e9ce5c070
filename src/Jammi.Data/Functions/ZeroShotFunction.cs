using System.Numerics.Tensors;
using Apache.Arrow;
using Jammi.Inference;
using Jammi.Sql;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Data.Functions;

/// <summary>
/// <c>zero_shot(model, image, labels)</c> and <c>zero_shot_scores(model, image, labels)</c>: which of some labels a picture shows,
/// and the probability of each. NULL for a NULL picture, for NULL labels, and for an empty list.
/// </summary>
sealed class ZeroShotFunction(ModelStore models, bool scores) : ModelFunction
{
    public override string Name => scores ? "zero_shot_scores" : "zero_shot";

    public override FunctionDocumentation Documentation { get; } = scores
        ? new(
            "Models",
            "zero_shot_scores(model, blob_or_path, labels)",
            "The probability of each label for a picture, in the labels' order: the softmax of the cosines times the checkpoint's logit scale.",
            "list_position(zero_shot_scores('figures-clip', (SELECT image FROM figures WHERE figure_id = 4), ARRAY['a blue bar chart', 'a big red circle on white']), 1.0) IS NULL",
            "true")
        : new(
            "Models",
            "zero_shot(model, blob_or_path, labels)",
            "The label that fits a picture best.",
            "zero_shot('figures-clip', (SELECT image FROM figures WHERE figure_id = 4), ARRAY['a blue bar chart', 'a big red circle on white'])",
            "a big red circle on white");

    public override FunctionTraits Traits => ModelArguments.Traits;

    public override ScalarBinding? Bind(IReadOnlyList<Expression> arguments, CancellationToken cancellation)
    {
        if (arguments.Count != 3)
        {
            return null;
        }

        IEmbeddingModel model = ModelArguments.OpenConstant(models, arguments[0], Name, cancellation);
        SqlType content = arguments[1].Type.Kind == SqlTypeKind.Text ? SqlType.Text : SqlType.Blob;
        SqlType result = scores ? SqlType.List(SqlType.Real) : SqlType.Text;
        var labels = new LabelEmbeddings(model);
        return new(result, [SqlType.Text, content, SqlType.List(SqlType.Text)], (values, count, context) => Classify(model, labels, result, values[1], values[2], count, context))
        {
            MayReturnNull = true,
        };
    }

    IArrowArray Classify(IEmbeddingModel model, LabelEmbeddings embeddings, SqlType result, ColumnarValue images, ColumnarValue labels, int count, ExecutionContext context)
    {
        var vectors = EncodedColumn.Images(model, images, images.IsConstant ? 1 : count, context);
        var values = new object?[count];
        for (int row = 0; row < count; row++)
        {
            int image = images.IsConstant ? 0 : row;
            if (vectors.IsNull(image) || ColumnFactory.ToObject(SqlType.List(SqlType.Text), labels.Array, labels.IsConstant ? 0 : row) is not object?[] { Length: > 0 } names)
            {
                continue;
            }

            float[] probabilities = ZeroShot.Probabilities(ColumnFactory.VectorAt(vectors, image), embeddings.Of(names, context), model);
            values[row] = scores ? System.Array.ConvertAll<float, object?>(probabilities, p => p) : names[TensorPrimitives.IndexOfMax<float>(probabilities)];
        }

        return ColumnFactory.FromObjects(result, values);
    }

    /// <summary>Remembers the last list of labels: in nearly every query it is a constant, and a batch has few rows.</summary>
    sealed class LabelEmbeddings(IEmbeddingModel model)
    {
        Entry? last;

        public float[] Of(object?[] names, ExecutionContext context)
        {
            if (last is { } known && known.Names.AsSpan().SequenceEqual(names))
            {
                return known.Vectors;
            }

            if (System.Array.IndexOf(names, null) >= 0)
            {
                throw new SqlException(SqlErrorCode.InvalidParameter, "The labels of zero_shot must not be NULL.");
            }

            context.OperatorMetrics.CountModel(model, names.Length);
            float[] vectors = ZeroShot.EmbedLabels(model, System.Array.ConvertAll(names, name => (string)name!), context.Cancellation);
            last = new Entry(names, vectors);
            return vectors;
        }

        sealed record Entry(object?[] Names, float[] Vectors);
    }
}
