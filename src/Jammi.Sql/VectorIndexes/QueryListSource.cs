using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Functions.Lists;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes;

/// <summary>The query vectors of an array with their numbers, from 1: what a search with several queries runs over.</summary>
internal sealed class QueryListSource : TableSource
{
    const int VectorIndex = 1;

    static OutputColumn NumberColumn { get; } = new("query", SqlType.BigInt, Nullable: false);

    /// <summary>Whether an argument is an array of vectors rather than one vector.</summary>
    public static bool IsListOfVectors(SqlType type) => type is { Kind: SqlTypeKind.List, Element.Kind: SqlTypeKind.Vector or SqlTypeKind.HalfVector or SqlTypeKind.List };

    /// <summary>For each query of an array the rows of a search with it: the search's columns, then the number of the query.</summary>
    /// <param name="queries">An array of vectors of the search's dimension.</param>
    /// <param name="search">Gives the search's plan for a query vector; it stands one Apply further in than this plan.</param>
    public static LogicalPlan Plan(Expression queries, SqlType vector, Func<Expression, LogicalPlan> search)
    {
        var schema = new PlanSchema([NumberColumn, new OutputColumn("vector", vector, Nullable: true)]);
        LogicalPlan list = LogicalTableFunction.Create("queries", new QueryListSource(), schema, [queries], []);
        LogicalPlan found = search(new OuterColumnExpression(1, VectorIndex, "vector", vector, Nullable: true));
        LogicalApply each = Joins.Apply(LogicalJoinKind.Inner, list, found, condition: null);
        int[] order = [.. Enumerable.Range(schema.Count, found.Schema.Count), 0];
        return new LogicalProject(
            each,
            order.Select(i => (Expression)new ColumnExpression(i, each.Schema[i].Name, each.Schema[i].Type, each.Schema[i].Nullable)).ToValueList(),
            new PlanSchema(order.Select(i => each.Schema[i]).ToValueList()));
    }

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context)
    {
        ScalarValue list = input.Arguments[0];
        if (list.IsNull)
        {
            return new BufferedReader([]);
        }

        IArrowArray vectors = new ListColumn(ColumnarValue.Constant(list)).Items;
        long[] numbers = [.. Enumerable.Range(1, vectors.Length)];
        IArrowArray number = ColumnFactory.FromValues(SqlType.BigInt, numbers.Length, MemoryMarshal.AsBytes<long>(numbers).ToArray());
        return new BufferedReader([new ColumnBatch([.. projection.Select(i => i == VectorIndex ? vectors : number)], vectors.Length)]);
    }
}
