using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Jammi.Inference;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Data.Functions;

/// <summary>Runs a tower over a column and makes a vector column of it; NULL stays NULL.</summary>
static class EncodedColumn
{
    public static IArrowArray Texts(IEmbeddingModel model, QueryCache cache, ColumnarValue column, int count, ExecutionContext context)
    {
        int rows = column.IsConstant ? 1 : count;
        if (rows == 1 && column.Array is BinaryArray one && !one.IsNull(0))
        {
            return Spread(Query(model, cache, Encoding.UTF8.GetString(one.GetBytes(0)), context), [0], rows, count, model.Dimensions);
        }

        int[] present = Present(column.Array, rows);
        var texts = (BinaryArray)column.Array;
        float[] embeddings = new float[present.Length * model.Dimensions];
        context.OperatorMetrics.CountModel(model, present.Length);
        Guarded(() => model.EmbedTexts([.. present.Select(row => Encoding.UTF8.GetString(texts.GetBytes(row)))], embeddings, context.Cancellation));
        return Spread(embeddings, present, rows, count, model.Dimensions);
    }

    public static IArrowArray Images(IEmbeddingModel model, ColumnarValue column, int count, ExecutionContext context)
    {
        int rows = column.IsConstant ? 1 : count;
        int[] present = Present(column.Array, rows);
        float[] embeddings = new float[present.Length * model.Dimensions];
        context.OperatorMetrics.CountModel(model, present.Length);
        Guarded(() => model.EmbedImages([.. present.Select(row => ImageContent.Read(column.Array, row))], embeddings, context.Cancellation));
        return Spread(embeddings, present, rows, count, model.Dimensions);
    }

    static float[] Query(IEmbeddingModel model, QueryCache cache, string text, ExecutionContext context)
    {
        if (cache.Find(model, text) is { } known)
        {
            return known;
        }

        float[] vector = new float[model.Dimensions];
        context.OperatorMetrics.CountModel(model, 1);
        Guarded(() => model.EmbedTexts([text], vector, context.Cancellation));
        cache.Add(model, text, vector);
        return vector;
    }

    static void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (InferenceException error)
        {
            throw ModelArguments.ToSql(error);
        }
    }

    static int[] Present(IArrowArray array, int rows) => [.. Enumerable.Range(0, rows).Where(row => array is not NullArray && !array.IsNull(row))];

    static IArrowArray Spread(float[] embeddings, int[] present, int rows, int count, int dimensions)
    {
        IArrowArray dense = ColumnFactory.FromBuffers(
            SqlType.Vector(dimensions),
            present.Length,
            0,
            ArrowBuffer.Empty,
            [],
            ColumnFactory.FromValues(SqlType.Real, embeddings.Length, MemoryMarshal.AsBytes<float>(embeddings).ToArray()));
        if (present.Length == rows && rows == count)
        {
            return dense;
        }

        int[] source = new int[count];
        System.Array.Fill(source, -1);
        for (int i = 0; i < present.Length; i++)
        {
            source[present[i]] = i;
        }

        if (rows == 1 && count > 1)
        {
            System.Array.Fill(source, source[0]);
        }

        return TakeKernels.Take(dense, source);
    }
}
