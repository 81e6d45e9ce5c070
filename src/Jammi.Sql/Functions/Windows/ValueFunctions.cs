using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Windows;

/// <summary>Functions that give a value of another row of the partition or of the frame.</summary>
internal static class ValueFunctions
{
    const string Category = "Window";
    const int None = -1;

    public static IReadOnlyList<WindowFunction> All { get; } =
    [
        Offset("lag", -1, new(Category, "lag(value [, offset [, default]]) [IGNORE NULLS] OVER (...)", "The value offset rows (1) before the row, or default (NULL) where there is none.", "lag(7, 1, 0) OVER ()", "0")),
        Offset("lead", 1, new(Category, "lead(value [, offset [, default]]) [IGNORE NULLS] OVER (...)", "The value offset rows (1) after the row, or default (NULL) where there is none.", "lead(7, 1, 0) OVER ()", "0")),
        OfFrame("first_value", 1, new(Category, "first_value(value) [IGNORE NULLS] OVER (...)", "The value of the frame's first row.", "first_value(7) OVER ()", "7"), FirstRow),
        OfFrame("last_value", 1, new(Category, "last_value(value) [IGNORE NULLS] OVER (...)", "The value of the frame's last row.", "last_value(7) OVER ()", "7"), LastRow),
        OfFrame("nth_value", 2, new(Category, "nth_value(value, n) [IGNORE NULLS] OVER (...)", "The value of the frame's n-th row, from 1; NULL when it has fewer.", "nth_value(7, 1) OVER ()", "7"), NthRow),
    ];

    /// <summary>The row, within the partition, whose value row <paramref name="row"/> gets, or <see cref="None"/>.</summary>
    delegate int RowChoice(in WindowPartition partition, int row);

    static WindowDefinition OfFrame(string name, int arity, FunctionDocumentation documentation, RowChoice choose) => new(name, documentation, arguments =>
    {
        if (arguments.Count != arity)
        {
            return null;
        }

        SqlType type = Known(arguments[0].Type);
        ValueList<SqlType> parameters = arity == 1 ? [type] : [type, SqlType.BigInt];
        return new(type, parameters, NullableResult: true, (in WindowPartition partition) =>
        {
            int[] rows = new int[partition.Count];
            for (int row = 0; row < rows.Length; row++)
            {
                rows[row] = choose(partition, row);
            }

            return Take(partition, rows);
        });
    });

    static WindowDefinition Offset(string name, int direction, FunctionDocumentation documentation) => new(name, documentation, arguments =>
    {
        if (arguments.Count is < 1 or > 3)
        {
            return null;
        }

        SqlType? type = arguments.Count == 3 ? TypeCoercion.CommonType(arguments[0].Type, arguments[2].Type) : arguments[0].Type;
        if (type is null)
        {
            return null;
        }

        type = Known(type);
        ValueList<SqlType> parameters = arguments.Count switch { 1 => [type], 2 => [type, SqlType.BigInt], _ => [type, SqlType.BigInt, type] };
        return new(type, parameters, NullableResult: true, (in WindowPartition partition) => Shift(partition, direction));
    });

    static SqlType Known(SqlType type) => type.Kind == SqlTypeKind.Null ? SqlType.Integer : type;

    static IArrowArray Shift(in WindowPartition partition, int direction)
    {
        int[] rows = new int[partition.Count];
        for (int row = 0; row < rows.Length; row++)
        {
            long? steps = partition.Arguments.Length > 1 ? Number(partition.Arguments[1], row) : 1;
            rows[row] = steps is { } n ? Step(partition, row, n * direction) : None;
        }

        IArrowArray shifted = Take(partition, rows);
        return partition.Arguments.Length == 3 && rows.AsSpan().Contains(None) ? WithDefault(partition, rows, shifted) : shifted;
    }

    static int Step(in WindowPartition partition, int row, long steps)
    {
        if (!partition.IgnoreNulls)
        {
            long target = row + steps;
            return target >= 0 && target < partition.Count ? (int)target : None;
        }

        int direction = steps < 0 ? -1 : 1;
        int current = row;
        for (long left = Math.Abs(steps); left > 0;)
        {
            current += direction;
            if (current < 0 || current >= partition.Count)
            {
                return None;
            }

            left -= IsNull(partition.Arguments[0], current) ? 0 : 1;
        }

        return current;
    }

    static IArrowArray WithDefault(in WindowPartition partition, int[] rows, IArrowArray shifted)
    {
        IArrowArray defaults = TakeKernels.Materialize(partition.Arguments[2], partition.Count);
        int[] choice = new int[rows.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            choice[row] = rows[row] == None ? rows.Length + row : row;
        }

        return TakeKernels.Take(TakeKernels.Concat([shifted, defaults]), choice);
    }

    static int FirstRow(in WindowPartition partition, int row)
    {
        for (int i = partition.FrameStart[row]; i < partition.FrameEnd[row]; i++)
        {
            if (!partition.IgnoreNulls || !IsNull(partition.Arguments[0], i))
            {
                return i;
            }
        }

        return None;
    }

    static int LastRow(in WindowPartition partition, int row)
    {
        for (int i = partition.FrameEnd[row] - 1; i >= partition.FrameStart[row]; i--)
        {
            if (!partition.IgnoreNulls || !IsNull(partition.Arguments[0], i))
            {
                return i;
            }
        }

        return None;
    }

    static int NthRow(in WindowPartition partition, int row)
    {
        long? n = Number(partition.Arguments[1], row);
        if (n is null)
        {
            return None;
        }

        if (n < 1)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"nth_value counts rows from 1, not {n}.");
        }

        if (!partition.IgnoreNulls)
        {
            long target = partition.FrameStart[row] + n.Value - 1;
            return target < partition.FrameEnd[row] ? (int)target : None;
        }

        for (int i = partition.FrameStart[row]; i < partition.FrameEnd[row]; i++)
        {
            n -= IsNull(partition.Arguments[0], i) ? 0 : 1;
            if (n == 0)
            {
                return i;
            }
        }

        return None;
    }

    static IArrowArray Take(in WindowPartition partition, int[] rows) => TakeKernels.Take(TakeKernels.Materialize(partition.Arguments[0], partition.Count), rows);

    static bool IsNull(ColumnarValue value, int row) => Cells.IsNull(value.Array, value.IndexOf(row));

    static long? Number(ColumnarValue value, int row) => IsNull(value, row) ? null : Cells.Values<long>(value.Array)[value.IndexOf(row)];
}
