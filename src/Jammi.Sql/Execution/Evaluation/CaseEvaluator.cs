using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Evaluation;

/// <summary>Searched CASE: each branch is evaluated only for the rows that reach it.</summary>
internal sealed class CaseEvaluator(Evaluator[] conditions, Evaluator[] results, Evaluator otherwise, SqlType type) : Evaluator
{
    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context)
    {
        var assembly = new BranchAssembly(type, batch.Count);
        ColumnBatch open = batch;
        int[] openRows = [.. Enumerable.Range(0, batch.Count)];
        for (int b = 0; b < conditions.Length && open.Count > 0; b++)
        {
            int[] taken = BooleanColumn.TrueRows(conditions[b].Evaluate(open, context), open.Count);
            if (taken.Length == 0)
            {
                continue;
            }

            ColumnBatch branch = TakeKernels.Take(open, taken);
            assembly.Add(results[b].Evaluate(branch, context), System.Array.ConvertAll(taken, i => openRows[i]));
            int[] rest = BranchAssembly.Complement(taken, open.Count);
            openRows = System.Array.ConvertAll(rest, i => openRows[i]);
            open = TakeKernels.Take(open, rest);
        }

        if (open.Count > 0)
        {
            assembly.Add(otherwise.Evaluate(open, context), openRows);
        }

        return ColumnarValue.Column(assembly.Finish());
    }
}

/// <summary>COALESCE: each operand is evaluated only for the rows that are NULL so far.</summary>
internal sealed class CoalesceEvaluator(Evaluator[] operands, SqlType type) : Evaluator
{
    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context)
    {
        var assembly = new BranchAssembly(type, batch.Count);
        ColumnBatch open = batch;
        int[] openRows = [.. Enumerable.Range(0, batch.Count)];
        foreach (Evaluator operand in operands)
        {
            if (open.Count == 0)
            {
                break;
            }

            IArrowArray value = TakeKernels.Materialize(operand.Evaluate(open, context), open.Count);
            var present = new List<int>();
            for (int i = 0; i < open.Count; i++)
            {
                if (value is not NullArray && !value.IsNull(i))
                {
                    present.Add(i);
                }
            }

            if (present.Count == 0)
            {
                continue;
            }

            int[] taken = [.. present];
            assembly.Add(ColumnarValue.Column(TakeKernels.Take(value, taken)), System.Array.ConvertAll(taken, i => openRows[i]));
            int[] rest = BranchAssembly.Complement(taken, open.Count);
            openRows = System.Array.ConvertAll(rest, i => openRows[i]);
            open = TakeKernels.Take(open, rest);
        }

        return ColumnarValue.Column(assembly.Finish());
    }
}

/// <summary>Puts the results of branches, each over its own rows, back into the order of the batch; rows of no branch are NULL.</summary>
internal sealed class BranchAssembly(SqlType type, int count)
{
    readonly List<IArrowArray> parts = [];
    readonly int[] source = CreateUnassigned(count);
    int total;

    public void Add(ColumnarValue value, int[] rows)
    {
        IArrowArray column = TakeKernels.Materialize(value, rows.Length);
        if (column is NullArray && type.Kind != SqlTypeKind.Null)
        {
            return;
        }

        parts.Add(column);
        for (int i = 0; i < rows.Length; i++)
        {
            source[rows[i]] = total + i;
        }

        total += rows.Length;
    }

    public IArrowArray Finish() => parts.Count == 0
        ? ColumnFactory.Nulls(type, count)
        : TakeKernels.Take(TakeKernels.Concat([.. parts]), source);

    /// <summary>The rows below <paramref name="count"/> that are not in the ascending <paramref name="rows"/>.</summary>
    public static int[] Complement(int[] rows, int count)
    {
        var rest = new int[count - rows.Length];
        int next = 0;
        int written = 0;
        for (int i = 0; i < count; i++)
        {
            if (next < rows.Length && rows[next] == i)
            {
                next++;
            }
            else
            {
                rest[written++] = i;
            }
        }

        return rest;
    }

    static int[] CreateUnassigned(int count)
    {
        var rows = new int[count];
        System.Array.Fill(rows, -1);
        return rows;
    }
}
