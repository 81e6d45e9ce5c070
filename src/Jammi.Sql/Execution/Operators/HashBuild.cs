using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>The right input of a hash join, ready to be probed by any number of threads.</summary>
internal sealed class HashBuild
{
    /// <param name="keys">What is equal.</param>
    /// <param name="rows">The whole right input.</param>
    /// <param name="existence">Whether one of several equal right rows is enough.</param>
    /// <param name="context">The run.</param>
    public HashBuild(ValueList<JoinKey> keys, ColumnBatch rows, bool existence, ExecutionContext context)
    {
        Rows = rows;
        Keys = InputRows.Columns(ExpressionCompiler.CompileAll(keys.Select(k => k.Right)), rows, context);
        Joinable = WithoutNulls(keys, Keys, rows.Count);
        Table = new JoinTable(Keys, rows.Count, Joinable, existence, context.Cancellation);
    }

    public ColumnBatch Rows { get; }

    public IArrowArray[] Keys { get; }

    /// <summary>Rows without a NULL in a key; empty when that is all of them.</summary>
    public bool[] Joinable { get; }

    public JoinTable Table { get; }

    /// <summary>The rows that have no NULL in a key that NULLs do not match; empty when that is all of them.</summary>
    public static bool[] WithoutNulls(ValueList<JoinKey> keys, IArrowArray[] columns, int count)
    {
        bool[] joinable = [];
        for (int k = 0; k < columns.Length; k++)
        {
            if (keys[k].NullsMatch || columns[k].NullCount == 0)
            {
                continue;
            }

            if (joinable.Length == 0)
            {
                joinable = new bool[count];
                joinable.AsSpan().Fill(true);
            }

            for (int row = 0; row < count; row++)
            {
                joinable[row] &= !Cells.IsNull(columns[k], row);
            }
        }

        return joinable;
    }
}
