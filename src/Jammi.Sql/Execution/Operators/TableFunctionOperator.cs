using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Runs a table function: evaluates its arguments once, opens its relations, and hands out its rows.</summary>
internal sealed class TableFunctionOperator(TableSource source, PlanSchema schema, ValueList<int> projection, ValueList<Expression> arguments, PhysicalOperator[] relations)
    : PhysicalOperator(schema, relations)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        var values = new ScalarValue[arguments.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ConstantEvaluator.Evaluate(arguments[i], context);
        }

        var inputs = new List<BatchReader>();
        try
        {
            foreach (PhysicalOperator relation in Children)
            {
                inputs.Add(relation.Open(context));
            }

            using BatchReader reader = source.Open(new TableSourceInput(values, inputs, context.Metrics?.For(this)), projection, context);
            while (reader.Next() is { } batch)
            {
                yield return batch;
            }
        }
        finally
        {
            foreach (BatchReader input in inputs)
            {
                input.Dispose();
            }
        }
    }
}
