using System.Numerics.Tensors;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Vectors;

/// <summary>Similarities and distances of vectors, with pgvector's operators, and functions of one vector.</summary>
internal static class VectorFunctions
{
    const string Category = "Vectors";

    delegate float Measure(ReadOnlySpan<float> left, ReadOnlySpan<float> right);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        OfTwo("cosine_similarity", new(Category, "cosine_similarity(a, b)", "Cosine of the angle between two vectors: 1 for the same direction, 0 for a right angle, -1 for opposite ones. A vector of length zero is an error.", "cosine_similarity([1, 0], [1, 0])", "1"), Cosine),
        OfTwo("cosine_distance", new(Category, "cosine_distance(a, b)", "1 - cosine_similarity(a, b).", "cosine_distance([1, 0], [0, 1])", "1"), CosineDistance),
        OfTwo("<=>", new(Category, "a <=> b", "Cosine distance.", "[1, 0] <=> [0, 1]", "1"), CosineDistance),
        OfTwo("dot_product", new(Category, "dot_product(a, b)", "Sum of the products of the elements.", "dot_product([1, 2], [3, 4])", "11"), TensorPrimitives.Dot) with { Synonyms = ["inner_product"] },
        OfTwo("<#>", new(Category, "a <#> b", "Negative dot product, so that the nearest come first in ascending order.", "[1, 2] <#> [3, 4]", "-11"), static (a, b) => -TensorPrimitives.Dot(a, b)),
        OfTwo("l2_distance", new(Category, "l2_distance(a, b)", "Euclidean distance.", "l2_distance([0, 0], [3, 4])", "5"), TensorPrimitives.Distance),
        OfTwo("<->", new(Category, "a <-> b", "Euclidean distance.", "[0, 0] <-> [3, 4]", "5"), TensorPrimitives.Distance),
        new GenericFunction("vector_dims", new(Category, "vector_dims(v)", "Number of elements.", "vector_dims([1, 2, 3])", "3"), BindDimensions),
        new GenericFunction("vector_norm", new(Category, "vector_norm(v)", "Euclidean length.", "vector_norm([3, 4])", "5"), BindNorm) { Synonyms = ["l2_norm"] },
        new GenericFunction("normalize", new(Category, "normalize(v)", "The vector divided by its length. A vector of length zero is an error.", "normalize([3, 4])", "[0.6,0.8]"), BindNormalize) { Synonyms = ["l2_normalize"] },
    ];

    static VectorFunction OfTwo(string name, FunctionDocumentation documentation, Measure measure) => new(name, documentation, arguments =>
        VectorArguments.CommonType(name, arguments) is { } type ? new(SqlType.Real, [type, type], Compare(measure)) : null);

    static ScalarKernel Compare(Measure measure) => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        byte[] buffer = Columns.Allocate(count, out Span<float> output);
        for (int i = 0; i < count; i++)
        {
            output[i] = nulls.IsNull(i) ? 0 : measure(
                ColumnFactory.VectorAt(arguments[0].Array, arguments[0].IndexOf(i)),
                ColumnFactory.VectorAt(arguments[1].Array, arguments[1].IndexOf(i)));
        }

        return Columns.Wrap(SqlType.Real, count, buffer, nulls);
    };

    static float Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        float cosine = TensorPrimitives.CosineSimilarity(left, right);
        return float.IsNaN(cosine) ? throw VectorArguments.NoDirection(left, right) : Math.Clamp(cosine, -1, 1);
    }

    static float CosineDistance(ReadOnlySpan<float> left, ReadOnlySpan<float> right) => 1 - Cosine(left, right);

    static ScalarBinding? BindDimensions(IReadOnlyList<Expression> arguments) => VectorArguments.TypeOf(arguments) is { } type
        ? new(SqlType.Integer, [type], (values, count, _) =>
        {
            byte[] buffer = Columns.Allocate(count, out Span<int> output);
            output.Fill(type.Dimension);
            return Columns.Wrap(SqlType.Integer, count, buffer, NullMask.Of(values[0], count));
        })
        : null;

    static ScalarBinding? BindNorm(IReadOnlyList<Expression> arguments) => VectorArguments.TypeOf(arguments) is { } type
        ? new(SqlType.Real, [type], (values, count, _) =>
        {
            byte[] buffer = Columns.Allocate(count, out Span<float> output);
            for (int i = 0; i < count; i++)
            {
                output[i] = TensorPrimitives.Norm(ColumnFactory.VectorAt(values[0].Array, values[0].IndexOf(i)));
            }

            return Columns.Wrap(SqlType.Real, count, buffer, NullMask.Of(values[0], count));
        })
        : null;

    static ScalarBinding? BindNormalize(IReadOnlyList<Expression> arguments) => VectorArguments.TypeOf(arguments) is { } type
        ? new(type, [type], (values, count, _) => Normalize(type, values[0], count))
        : null;

    static IArrowArray Normalize(SqlType type, ColumnarValue value, int count)
    {
        NullMask nulls = NullMask.Of(value, count);
        byte[] buffer = Columns.Allocate(count * type.Dimension, out Span<float> output);
        for (int i = 0; i < count; i++)
        {
            Span<float> target = output.Slice(i * type.Dimension, type.Dimension);
            if (nulls.IsNull(i))
            {
                target.Clear();
                continue;
            }

            ReadOnlySpan<float> vector = ColumnFactory.VectorAt(value.Array, value.IndexOf(i));
            float norm = TensorPrimitives.Norm(vector);
            if (norm == 0 || !float.IsFinite(norm))
            {
                throw VectorArguments.NoDirection(vector, vector);
            }

            TensorPrimitives.Divide(vector, norm, target);
        }

        return VectorArguments.Wrap(type, count, buffer, nulls);
    }
}

/// <summary>A function of two vectors.</summary>
internal sealed record VectorFunction(string FunctionName, FunctionDocumentation Page, Func<IReadOnlyList<Expression>, ScalarBinding?> Bind)
{
    public IReadOnlyList<string> Synonyms { get; init; } = [];

    public static implicit operator ScalarFunction(VectorFunction function) => new GenericFunction(function.FunctionName, function.Page, function.Bind) { Synonyms = function.Synonyms };
}
