using System.Numerics;
using Apache.Arrow;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Casts;

/// <summary>Integers as the bytes of their two's complement, the most significant first, and back, as in PostgreSQL 18.</summary>
internal static partial class CastKernels
{
    static IArrowArray BetweenIntegerAndBlob(CastInput input) => (input.From.Kind == SqlTypeKind.Blob ? input.To : input.From).Kind switch
    {
        SqlTypeKind.TinyInt => BetweenIntegerAndBlob<sbyte>(input),
        SqlTypeKind.SmallInt => BetweenIntegerAndBlob<short>(input),
        SqlTypeKind.Integer => BetweenIntegerAndBlob<int>(input),
        SqlTypeKind.BigInt => BetweenIntegerAndBlob<long>(input),
        SqlTypeKind.UTinyInt => BetweenIntegerAndBlob<byte>(input),
        SqlTypeKind.USmallInt => BetweenIntegerAndBlob<ushort>(input),
        SqlTypeKind.UInteger => BetweenIntegerAndBlob<uint>(input),
        _ => BetweenIntegerAndBlob<ulong>(input),
    };

    static IArrowArray BetweenIntegerAndBlob<T>(CastInput input)
        where T : unmanaged, IBinaryInteger<T> => input.From.Kind == SqlTypeKind.Blob ? FromBlob<T>(input) : ToBlob<T>(input);

    static IArrowArray ToBlob<T>(CastInput input)
        where T : unmanaged, IBinaryInteger<T>
    {
        NullMask nulls = input.Nulls();
        ReadOnlySpan<T> values = Columns.Values<T>(input.Array);
        int width = input.From.FixedWidth;
        var builder = new BytesBuilder(input.Rows, input.Rows * width);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        for (int i = 0; i < input.Rows; i++)
        {
            values[i].WriteBigEndian(bytes);
            builder.AppendRow(nulls.IsValid(i) ? bytes[..width] : []);
        }

        return builder.Build(input.To, nulls);
    }

    /// <summary>Fewer bytes than the type has stand for its lower ones, and none for 0; more do not fit.</summary>
    static IArrowArray FromBlob<T>(CastInput input)
        where T : unmanaged, IBinaryInteger<T>
    {
        NullMask nulls = input.Nulls();
        byte[] buffer = Columns.Allocate(input.Rows, out Span<T> output);
        var blobs = new BytesColumn(input.Array);
        int width = input.To.FixedWidth;
        for (int i = 0; i < input.Rows; i++)
        {
            ulong value = 0;
            if (nulls.IsValid(i))
            {
                foreach (byte b in blobs[i])
                {
                    value = (value << 8) | b;
                }

                if (blobs[i].Length > width)
                {
                    input.Fail(nulls, i);
                }
            }

            output[i] = T.CreateTruncating(value);
        }

        return nulls.Wrap(input.To, buffer);
    }
}
