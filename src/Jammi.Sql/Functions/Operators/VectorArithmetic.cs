using System.Numerics.Tensors;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Vectors;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Operators;

/// <summary>+ - * of two vectors element by element, and * and / of a vector by a number. Halves are floats here.</summary>
internal static class VectorArithmetic
{
    delegate void ElementLoop(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> target);

    public static ScalarBinding? Bind(char symbol, Expression left, Expression right)
    {
        if (left.Type.IsVector && right.Type.IsNumeric && symbol is '*' or '/')
        {
            return Scaled(SqlType.Vector(left.Type.Dimension), symbol == '/', vectorFirst: true);
        }

        if (right.Type.IsVector && left.Type.IsNumeric && symbol == '*')
        {
            return Scaled(SqlType.Vector(right.Type.Dimension), divide: false, vectorFirst: false);
        }

        SqlType type = SqlType.Vector(left.Type.IsVector ? left.Type.Dimension : right.Type.Dimension);
        ElementLoop? loop = symbol switch
        {
            '+' => TensorPrimitives.Add,
            '-' => TensorPrimitives.Subtract,
            '*' => TensorPrimitives.Multiply,
            _ => null,
        };
        if (loop is null || OverloadResolution.ArgumentCost(left, type) is null || OverloadResolution.ArgumentCost(right, type) is null)
        {
            return null;
        }

        return new(type, [type, type], ElementWise(type, loop));
    }

    static ScalarKernel ElementWise(SqlType type, ElementLoop loop) => (arguments, count, _) =>
    {
        byte[] buffer = Columns.Allocate(count * type.Dimension, out Span<float> output);
        for (int i = 0; i < count; i++)
        {
            loop(
                ColumnFactory.VectorAt(arguments[0].Array, arguments[0].IndexOf(i)),
                ColumnFactory.VectorAt(arguments[1].Array, arguments[1].IndexOf(i)),
                output.Slice(i * type.Dimension, type.Dimension));
        }

        return VectorArguments.Wrap(type, count, buffer, NullMask.Any(arguments, count));
    };

    static ScalarBinding Scaled(SqlType type, bool divide, bool vectorFirst)
    {
        int vector = vectorFirst ? 0 : 1;
        ScalarKernel kernel = (arguments, count, _) =>
        {
            NullMask nulls = NullMask.Any(arguments, count);
            var factors = new FixedColumn<float>(arguments[1 - vector]);
            byte[] buffer = Columns.Allocate(count * type.Dimension, out Span<float> output);
            for (int i = 0; i < count; i++)
            {
                Span<float> target = output.Slice(i * type.Dimension, type.Dimension);
                ReadOnlySpan<float> source = ColumnFactory.VectorAt(arguments[vector].Array, arguments[vector].IndexOf(i));
                if (!divide)
                {
                    TensorPrimitives.Multiply(source, factors[i], target);
                }
                else if (factors[i] != 0)
                {
                    TensorPrimitives.Divide(source, factors[i], target);
                }
                else
                {
                    target.Clear();
                    nulls.SetNull(i);
                }
            }

            return VectorArguments.Wrap(type, count, buffer, nulls);
        };
        return new(type, vectorFirst ? [type, SqlType.Real] : [SqlType.Real, type], kernel) { MayReturnNull = divide };
    }
}
