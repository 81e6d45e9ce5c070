using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Casts;

/// <summary>Conversions of vectors and lists. A vector has exactly its dimension and only finite numbers, wherever it comes from.</summary>
internal static partial class CastKernels
{
    static IArrowArray Nested(CastInput input) => (input.From.Kind, input.To.Kind) switch
    {
        (SqlTypeKind.HalfVector, SqlTypeKind.Blob) => BlobFromVector<Half>(input),
        (SqlTypeKind.Vector, SqlTypeKind.Blob) => BlobFromVector<float>(input),
        _ when input.From.IsVector && input.To.IsVector => VectorFromVector(input),
        _ when input.From.IsVector => ListFromVector(input),
        (SqlTypeKind.Blob, _) => VectorFromBlob(input),
        _ when input.To.IsVector => VectorFromList(input),
        _ => ListFromList(input),
    };

    /// <summary>Between floats and halves. Different dimensions never convert: the error, or NULL for all under TRY.</summary>
    static IArrowArray VectorFromVector(CastInput input)
    {
        if (input.From.Dimension == input.To.Dimension)
        {
            return input.To.Kind == SqlTypeKind.Vector ? HalfVectors.Widen(input.Array) : NarrowVectors(input);
        }

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

    static IArrowArray NarrowVectors(CastInput input)
    {
        var target = new VectorTarget(input);
        for (int i = 0; i < input.Rows; i++)
        {
            if (target.Nulls.IsValid(i))
            {
                target.Set(i, ColumnFactory.VectorAt(input.Array, i));
            }
        }

        return target.Build();
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
        int width = input.To.VectorBytes / input.To.Dimension;
        var target = new VectorTarget(input);
        for (int i = 0; i < input.Rows; i++)
        {
            if (target.Nulls.IsNull(i))
            {
                continue;
            }

            if (blobs[i].Length % width == 0)
            {
                target.Set(i, width == sizeof(float) ? MemoryMarshal.Cast<byte, float>(blobs[i]) : HalfVectors.Widen(MemoryMarshal.Cast<byte, Half>(blobs[i])));
            }
            else if (input.Try)
            {
                target.Nulls.SetNull(i);
            }
            else
            {
                throw new SqlException(SqlErrorCode.InvalidText, $"A blob of {blobs[i].Length} bytes is no {input.To}: it takes {input.To.VectorBytes} bytes of little-endian {8 * width}-bit floats.");
            }
        }

        return target.Build();
    }

    static IArrowArray BlobFromVector<T>(CastInput input)
        where T : unmanaged
    {
        NullMask nulls = input.Nulls();
        var builder = new BytesBuilder(input.Rows, input.Rows * input.From.VectorBytes);
        for (int i = 0; i < input.Rows; i++)
        {
            builder.AppendRow(nulls.IsValid(i) ? MemoryMarshal.AsBytes(ColumnFactory.NumbersAt<T>(input.Array, i)) : []);
        }

        return builder.Build(input.To, nulls);
    }

    static IArrowArray ListFromVector(CastInput input)
    {
        NullMask nulls = input.Nulls();
        int dimension = input.From.Dimension;
        IArrowArray vectors = HalfVectors.Widen(input.Array);
        byte[] offsetBytes = Columns.Allocate(input.Rows + 1, out Span<int> offsets);
        byte[] numbers = Columns.Allocate(input.Rows * dimension, out Span<float> values);
        int written = 0;
        for (int i = 0; i < input.Rows; i++)
        {
            offsets[i] = written;
            if (nulls.IsValid(i))
            {
                ColumnFactory.VectorAt(vectors, i).CopyTo(values[written..]);
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
        readonly byte[] buffer = new byte[checked(input.Rows * input.To.VectorBytes)];

        public NullMask Nulls { get; } = input.Nulls();

        public void Set(int row, ReadOnlySpan<float> numbers)
        {
            if (!Accepts(row, numbers))
            {
                return;
            }

            if (input.To.Kind == SqlTypeKind.Vector)
            {
                numbers.CopyTo(NumbersOf<float>(row));
                return;
            }

            Span<Half> halves = NumbersOf<Half>(row);
            TensorPrimitives.ConvertToHalf(numbers, halves);
            if (!TensorPrimitives.IsFiniteAll<Half>(halves))
            {
                Refuse(row, SqlErrorCode.NumericOutOfRange, $"A vector for {input.To} holds {Largest(numbers)}: the largest number of a HALF is {Half.MaxValue}.");
                halves.Clear();
            }
        }

        public IArrowArray Build() => ColumnFactory.FromNumbers(input.To, input.Rows, Nulls.NullCount, Nulls.ToBuffer(), buffer);

        static string Largest(ReadOnlySpan<float> numbers) => TensorPrimitives.MaxMagnitude(numbers).ToString(System.Globalization.CultureInfo.InvariantCulture);

        Span<T> NumbersOf<T>(int row)
            where T : unmanaged => MemoryMarshal.Cast<byte, T>(buffer.AsSpan(row * input.To.VectorBytes, input.To.VectorBytes));

        bool Accepts(int row, ReadOnlySpan<float> numbers)
        {
            if (numbers.Length != input.To.Dimension)
            {
                FailDimension(input, Nulls, row, numbers.Length);
                return false;
            }

            if (TensorPrimitives.IsFiniteAll(numbers))
            {
                return true;
            }

            Refuse(row, SqlErrorCode.InvalidText, $"A vector for {input.To} holds NaN or Infinity: vectors hold finite numbers only.");
            return false;
        }

        void Refuse(int row, SqlErrorCode code, string message)
        {
            if (!input.Try)
            {
                throw new SqlException(code, message);
            }

            Nulls.SetNull(row);
        }
    }
}
