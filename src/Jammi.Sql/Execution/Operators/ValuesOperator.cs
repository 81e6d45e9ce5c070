using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Rows written out as expressions without columns.</summary>
internal sealed class ValuesOperator(PlanSchema schema, ValueList<ValueList<Expression>> rows) : PhysicalOperator(schema)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        for (int start = 0; start < rows.Count; start += context.BatchRows)
        {
            int count = Math.Min(context.BatchRows, rows.Count - start);
            var columns = new IArrowArray[Schema.Count];
            for (int c = 0; c < columns.Length; c++)
            {
                var cells = new IArrowArray[count];
                for (int i = 0; i < count; i++)
                {
                    cells[i] = ConstantEvaluator.Evaluate(rows[start + i][c], context).Array;
                }

                columns[c] = TakeKernels.Concat(cells);
            }

            yield return new ColumnBatch(columns, count);
        }
    }
}
