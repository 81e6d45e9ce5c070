using Jammi.Sql.Functions.Aggregates;
using Jammi.Sql.Functions.Conditional;
using Jammi.Sql.Functions.Information;
using Jammi.Sql.Functions.Json;
using Jammi.Sql.Functions.Lists;
using Jammi.Sql.Functions.Mathematics;
using Jammi.Sql.Functions.Operators;
using Jammi.Sql.Functions.Tables;
using Jammi.Sql.Functions.Temporal;
using Jammi.Sql.Functions.Text;
using Jammi.Sql.Functions.Vectors;
using Jammi.Sql.Functions.Windows;

namespace Jammi.Sql.Functions;

/// <summary>The lists of built-in functions: a new function is one entry in its family's file, a new family one line here.</summary>
internal static class BuiltinFunctions
{
    static readonly IReadOnlyList<IReadOnlyList<ScalarFunction>> Scalars =
    [
        ArithmeticOperators.All,
        BitOperators.All,
        TextFunctions.All,
        ConcatFunctions.All,
        PatternOperators.All,
        RegexFunctions.All,
        EncodingFunctions.All,
        TextComparisonFunctions.All,
        FormattingFunctions.All,
        VectorFunctions.All,
        ListFunctions.All,
        ListSearch.All,
        ListsAndText.All,
        ListEditing.All,
        NumberFunctions.All,
        WholeFunctions.All,
        Rounding.All,
        RealFunctions.All,
        RandomFunctions.All,
        ConditionalFunctions.All,
        InformationFunctions.All,
        ExtractFunctions.All,
        TruncationFunctions.All,
        DifferenceFunctions.All,
        DateConstruction.All,
        ClockFunctions.All,
        ZoneFunctions.All,
        FormatFunctions.All,
        JsonFunctions.All,
        JsonItems.All,
        JsonConstruction.All,
    ];

    static readonly IReadOnlyList<IReadOnlyList<AggregateFunction>> Aggregates =
    [
        CountAggregate.All,
        SumAggregate.All,
        MinMaxAggregate.All,
        VectorAggregates.All,
        VarianceAggregate.All,
        RegressionAggregate.All,
        FoldAggregate.All,
        CompensatedAggregate.All,
        PlaceAggregate.All,
        CollectionAggregate.All,
        QuantileAggregate.All,
        ModeAggregate.All,
        DistinctCountAggregate.All,
        JsonConstruction.Aggregates,
    ];

    static readonly IReadOnlyList<IReadOnlyList<WindowFunction>> Windows =
    [
        RankingFunctions.All,
        ValueFunctions.All,
    ];

    static readonly IReadOnlyList<TableFunction> Tables =
    [
        new RangeTable("range", inclusive: false),
        new RangeTable("generate_series", inclusive: true),
        new UnnestTable(),
        new SubscriptsTable(),
        .. ListRowsTables.All,
        new ReadCsvTable(),
        new ReadParquetTable(),
        new ReadArrowTable(),
        new ReadJsonTable(),
    ];

    /// <summary>A registry with every built-in; the provider adds its own before the first statement.</summary>
    public static FunctionRegistry CreateRegistry()
    {
        var registry = new FunctionRegistry();
        var ofLists = new ListAggregates(Aggregates.SelectMany(f => f));
        foreach (ScalarFunction function in Scalars.SelectMany(f => f).Concat(ofLists.All))
        {
            registry.Add(function);
        }

        foreach (AggregateFunction function in Aggregates.SelectMany(f => f))
        {
            registry.Add(function);
        }

        foreach (WindowFunction function in Windows.SelectMany(f => f))
        {
            registry.Add(function);
        }

        foreach (TableFunction function in Tables)
        {
            registry.Add(function);
        }

        return registry;
    }
}
