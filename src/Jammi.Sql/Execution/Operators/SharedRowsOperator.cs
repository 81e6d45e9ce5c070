using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Gives the rows of a table of WITH. The first that is asked computes them, for the others of the same id too.</summary>
internal sealed class SharedRowsOperator(PhysicalOperator input, LogicalShared plan) : PhysicalOperator(plan.Schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        if (context.Shared is { } shared)
        {
            return shared.Read(plan.Id, Children[0], context.Metrics?.For(this));
        }

        // A plan that was not optimized computes them wherever they are used.
        return Directly(context);
    }

    IEnumerable<ColumnBatch> Directly(ExecutionContext context)
    {
        using BatchReader reader = Children[0].Open(context);
        while (reader.Next() is { } batch)
        {
            yield return batch;
        }
    }
}

/// <summary>Runs a query whose parts share rows.</summary>
internal sealed class SharingOperator(PhysicalOperator input) : PhysicalOperator(input.Schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        using var shared = new SharedRows(context);
        using BatchReader reader = Children[0].Open(shared.Context);
        while (reader.Next() is { } batch)
        {
            yield return batch;
        }
    }
}
