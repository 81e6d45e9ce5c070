using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Casts;

/// <summary>Conversions of vectors and lists. A vector has exactly its dimension and only finite numbers, wherever it comes from.</summary>
internal static partial class CastKernels
{
    static IArrowArray Nested(CastInput input) => (input.From.Kind, input.To.Kind) switch
    {
        (SqlTypeKind.Vector, SqlTypeKind.Vector) => VectorFromVector(input),
        (SqlTypeKind.Vector, SqlTypeKind.Blob) => BlobFromVector(input),
        (SqlTypeKind.Vector, _) => ListFromVector(input),
        (SqlTypeKind.Blob, _) => VectorFromBlob(input),
        (SqlTypeKind.List, SqlTypeKind.Vector) => VectorFromList(input),
        _ => ListFromList(input),
    };

    /// <summary>Different dimensions never convert: the error, or NULL for all under TRY.</summary>
    static IArrowArray VectorFromVector(CastInput input)
    {
        NullMask nulls = input.Nulls();
        for (int i = 0; i < input.Rows; i++)
        {
            if (nulls.IsValid(i))
            {
                FailDimension(input, nulls, i, input.From.Dimension);
            }
        }

        return ColumnFactory.Nulls(input.To, input.Rows);
    }

    static IArrowArray VectorFromText(CastInput input)
    {
        var texts = new BytesColumn(input.Array);
        var target = new VectorTarget(input);
        for (int i = 0; i < input.Rows; i++)
        {
            if (target.Nulls.IsNull(i))
            {
                continue;
            }

            if (ListText.Split(texts[i]) is not { } items)
            {
                input.Fail(target.Nulls, i);
                continue;
            }

            var numbers = new float[items.Count];
            bool readable = true;
            for (int j = 0; j < numbers.Length && readable; j++)
            {
                readable = items[j] is { } item && default(FloatParser<float>).TryParse(item, out numbers[j]);
            }

            if (readable)
            {
                target.Set(i, numbers);
            }
            else
            {
                input.Fail(target.Nulls, i);
            }
        }

        return target.Build();
    }

    static IArrowArray VectorFromList(CastInput input)
    {
        (IArrowArray items, int[] offsets) = Items(input.Array);
        IArrowArray numbers = Cast(ColumnarValue.Column(items), input.From.Element!, SqlType.Real, input.Try, items.Length);
        NullMask missing = NullMask.Of(ColumnarValue.Column(numbers), numbers.Length);
        ReadOnlySpan<float> values = Columns.Values<float>(numbers);
        var target = new VectorTarget(input);
        for (int i = 0; i < input.Rows; i++)
        {
            if (target.Nulls.IsNull(i))
            {
                continue;
            }

            bool complete = true;
            for (int j = offsets[i]; j < offsets[i + 1]; j++)
            {
                complete &= missing.IsValid(j);
            }

            if (complete)
            {
                target.Set(i, values[offsets[i]..offsets[i + 1]]);
            }
            else if (input.Try)
            {
                target.Nulls.SetNull(i);
            }
            else
            {
                throw new SqlException(SqlErrorCode.InvalidText, $"{CellText(input.From, input.Array, i)} has a NULL: a {input.To} holds numbers only.");
            }
        }

        return target.Build();
    }

    static IArrowArray VectorFromBlob(CastInput input)
    {
        var blobs = new BytesColumn(input.Array);
        var target = new VectorTarget(input);
        for (int i = 0; i < input.Rows; i++)
        {
            if (target.Nulls.IsNull(i))
            {
                continue;
            }

            if (blobs[i].Length % sizeof(float) == 0)
            {
                target.Set(i, MemoryMarshal.Cast<byte, float>(blobs[i]));
            }
            else if (input.Try)
            {
                target.Nulls.SetNull(i);
            }
            else
            {
                throw new SqlException(SqlErrorCode.InvalidText, $"A blob of {blobs[i].Length} bytes is no {input.To}: it takes {input.To.Dimension * sizeof(float)} bytes of little-endian 32-bit floats.");
            }
        }

        return target.Build();
    }

    static IArrowArray BlobFromVector(CastInput input)
    {
        NullMask nulls = input.Nulls();
        var builder = new BytesBuilder(input.Rows, input.Rows * input.From.Dimension * sizeof(float));
        for (int i = 0; i < input.Rows; i++)
        {
            builder.AppendRow(nulls.IsValid(i) ? MemoryMarshal.AsBytes(ColumnFactory.VectorAt(input.Array, i)) : []);
        }

        return builder.Build(input.To, nulls);
    }

    static IArrowArray ListFromVector(CastInput input)
    {
        NullMask nulls = input.Nulls();
        int dimension = input.From.Dimension;
        byte[] offsetBytes = Columns.Allocate(input.Rows + 1, out Span<int> offsets);
        byte[] numbers = Columns.Allocate(input.Rows * dimension, out Span<float> values);
        int written = 0;
        for (int i = 0; i < input.Rows; i++)
        {
            offsets[i] = written;
            if (nulls.IsValid(i))
            {
                ColumnFactory.VectorAt(input.Array, i).CopyTo(values[written..]);
                written += dimension;
            }
        }

        offsets[input.Rows] = written;
        IArrowArray reals = ColumnFactory.FromValues(SqlType.Real, written, numbers);
        IArrowArray items = Cast(ColumnarValue.Column(reals), SqlType.Real, input.To.Element!, input.Try, written);
        return ColumnFactory.FromBuffers(input.To, input.Rows, nulls.NullCount, nulls.ToBuffer(), [new ArrowBuffer(offsetBytes)], items);
    }

    static IArrowArray ListFromList(CastInput input)
    {
        (IArrowArray items, int[] offsets) = Items(input.Array);
        IArrowArray converted = Cast(ColumnarValue.Column(items), input.From.Element!, input.To.Element!, input.Try, items.Length);
        NullMask nulls = input.Nulls();
        return ColumnFactory.FromBuffers(input.To, input.Rows, nulls.NullCount, nulls.ToBuffer(), [new ArrowBuffer(MemoryMarshal.AsBytes(offsets.AsSpan()).ToArray())], converted);
    }

    static IArrowArray ListFromText(CastInput input)
    {
        var texts = new BytesColumn(input.Array);
        NullMask nulls = input.Nulls();
        var items = new List<object?>();
        byte[] offsetBytes = Columns.Allocate(input.Rows + 1, out Span<int> offsets);
        for (int i = 0; i < input.Rows; i++)
        {
            offsets[i] = items.Count;
            if (nulls.IsNull(i))
            {
                continue;
            }

            if (ListText.Split(texts[i]) is { } list)
            {
                items.AddRange(list);
            }
            else
            {
                input.Fail(nulls, i);
            }
        }

        offsets[input.Rows] = items.Count;
        IArrowArray column = ColumnFactory.FromObjects(SqlType.Text, CollectionsMarshal.AsSpan(items));
        IArrowArray converted = Cast(ColumnarValue.Column(column), SqlType.Text, input.To.Element!, input.Try, items.Count);
        return ColumnFactory.FromBuffers(input.To, input.Rows, nulls.NullCount, nulls.ToBuffer(), [new ArrowBuffer(offsetBytes)], converted);
    }

    /// <summary>The items that the lists of an array (perhaps a slice) use, and offsets into them.</summary>
    static (IArrowArray Items, int[] Offsets) Items(IArrowArray array)
    {
        ReadOnlySpan<int> offsets = Columns.Offsets(array);
        int start = offsets[0];
        var shifted = new int[offsets.Length];
        for (int i = 0; i < shifted.Length; i++)
        {
            shifted[i] = offsets[i] - start;
        }

        return (ArrowArrayFactory.BuildArray(array.Data.Children[0].Slice(start, offsets[^1] - start)), shifted);
    }

    static void FailDimension(CastInput input, NullMask nulls, int row, int dimension)
    {
        if (!input.Try)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"A vector of {dimension} dimensions was given where {input.To} wants {input.To.Dimension}.");
        }

        nulls.SetNull(row);
    }

    /// <summary>The vectors of a cast's result, checked as they are set.</summary>
    sealed class VectorTarget(CastInput input)
    {
        readonly byte[] buffer = new byte[checked(input.Rows * input.To.Dimension * sizeof(float))];

        public NullMask Nulls { get; } = input.Nulls();

        public void Set(int row, ReadOnlySpan<float> numbers)
        {
            if (numbers.Length != input.To.Dimension)
            {
                FailDimension(input, Nulls, row, numbers.Length);
            }
            else if (TensorPrimitives.IsFiniteAll(numbers))
            {
                numbers.CopyTo(MemoryMarshal.Cast<byte, float>(buffer.AsSpan())[(row * input.To.Dimension)..]);
            }
            else if (input.Try)
            {
                Nulls.SetNull(row);
            }
            else
            {
                throw new SqlException(SqlErrorCode.InvalidText, $"A vector for {input.To} holds NaN or Infinity: vectors hold finite numbers only.");
            }
        }

        public IArrowArray Build() => ColumnFactory.FromBuffers(
            input.To, input.Rows, Nulls.NullCount, Nulls.ToBuffer(), [], ColumnFactory.FromValues(SqlType.Real, input.Rows * input.To.Dimension, buffer));
    }
}
