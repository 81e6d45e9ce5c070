using System.Numerics.Tensors;
using Apache.Arrow;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Vectors;

/// <summary>What functions of vectors have in common.</summary>
internal static class VectorArguments
{
    /// <summary>The type in which two arguments are compared: that of the vector among them, in floats; lists of constants count as vectors.</summary>
    /// <exception cref="SqlException">Both are vectors, of different dimensions.</exception>
    public static SqlType? CommonType(string function, IReadOnlyList<Expression> arguments)
    {
        if (arguments is not [var left, var right])
        {
            return null;
        }

        SqlType? first = TypeOf(left);
        SqlType? second = TypeOf(right);
        if (first is not null && second is not null && first != second)
        {
            throw new SqlException(SqlErrorCode.DatatypeMismatch, $"{function} takes vectors of one dimension, and these have {first.Dimension} and {second.Dimension}.");
        }

        SqlType? type = first ?? second;
        return type is not null && (first is not null || MayBecome(left, type)) && (second is not null || MayBecome(right, type)) ? type : null;
    }

    /// <summary>The vector type of a single argument.</summary>
    public static SqlType? TypeOf(IReadOnlyList<Expression> arguments) => arguments is [var only] ? TypeOf(only) : null;

    public static SqlException NoDirection(ReadOnlySpan<float> left, ReadOnlySpan<float> right) => new(
        SqlErrorCode.InvalidParameter,
        TensorPrimitives.Norm(left) == 0 || TensorPrimitives.Norm(right) == 0
            ? $"A vector of {left.Length} dimensions has length zero, so it has no direction."
            : $"A vector of {left.Length} dimensions contains NaN or an infinite number.");

    public static IArrowArray Wrap(SqlType type, int count, byte[] values, NullMask nulls) =>
        ColumnFactory.FromNumbers(type, count, nulls.NullCount, nulls.ToBuffer(), values);

    static SqlType? TypeOf(Expression argument) => argument.Type.Kind switch
    {
        SqlTypeKind.Vector => argument.Type,
        SqlTypeKind.HalfVector => SqlType.Vector(argument.Type.Dimension),
        SqlTypeKind.List when argument is ConstantExpression { Value: { IsNull: false } value } && argument.Type.Element!.IsNumeric => SqlType.Vector(((ListArray)value.Array).GetValueLength(0)),
        _ => null,
    };

    static bool MayBecome(Expression argument, SqlType type) =>
        argument.Type.Kind is SqlTypeKind.Null or SqlTypeKind.List || OverloadResolution.ArgumentCost(argument, type) is not null;
}
