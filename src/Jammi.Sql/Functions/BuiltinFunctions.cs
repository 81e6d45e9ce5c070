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
using Jammi.Sql.TextIndexes.Highlighting;

namespace Jammi.Sql.Functions;

/// <summary>
/// The lists of built-in functions: a new function is one entry in its family's file, a new family one line here. A family is made when a name is looked for that
/// the families before it do not have, so that the first query of a process makes few.
/// </summary>
internal static class BuiltinFunctions
{
    static readonly IReadOnlyList<Func<IReadOnlyList<AggregateFunction>>> Aggregates =
    [
        static () => CountAggregate.All,
        static () => SumAggregate.All,
        static () => MinMaxAggregate.All,
        static () => VectorAggregates.All,
        static () => RetrievalAggregates.All,
        static () => VarianceAggregate.All,
        static () => RegressionAggregate.All,
        static () => FoldAggregate.All,
        static () => CompensatedAggregate.All,
        static () => PlaceAggregate.All,
        static () => CollectionAggregate.All,
        static () => QuantileAggregate.All,
        static () => ModeAggregate.All,
        static () => DistinctCountAggregate.All,
        static () => JsonConstruction.Aggregates,
    ];

    static readonly IReadOnlyList<Func<IReadOnlyList<ScalarFunction>>> Scalars =
    [
        static () => ArithmeticOperators.All,
        static () => BitOperators.All,
        static () => TextFunctions.All,
        static () => ConcatFunctions.All,
        static () => PatternOperators.All,
        static () => RegexFunctions.All,
        static () => EncodingFunctions.All,
        static () => TextComparisonFunctions.All,
        static () => FormattingFunctions.All,
        static () => VectorFunctions.All,
        static () => ListFunctions.All,
        static () => ListSearch.All,
        static () => ListsAndText.All,
        static () => ListEditing.All,
        static () => NumberFunctions.All,
        static () => WholeFunctions.All,
        static () => Rounding.All,
        static () => RealFunctions.All,
        static () => RandomFunctions.All,
        static () => ConditionalFunctions.All,
        static () => InformationFunctions.All,
        static () => ExtractFunctions.All,
        static () => TruncationFunctions.All,
        static () => DifferenceFunctions.All,
        static () => DateConstruction.All,
        static () => ClockFunctions.All,
        static () => ZoneFunctions.All,
        static () => FormatFunctions.All,
        static () => JsonFunctions.All,
        static () => JsonItems.All,
        static () => JsonConstruction.All,
        static () => HighlightFunctions.All,
        static () => new ListAggregates(Aggregates.SelectMany(f => f())).All,
    ];

    static readonly IReadOnlyList<Func<IReadOnlyList<WindowFunction>>> Windows =
    [
        static () => RankingFunctions.All,
        static () => ValueFunctions.All,
    ];

    static readonly IReadOnlyList<Func<IReadOnlyList<TableFunction>>> Tables =
    [
        static () => [new RangeTable("range", inclusive: false), new RangeTable("generate_series", inclusive: true)],
        static () => [new UnnestTable(), new SubscriptsTable()],
        static () => ListRowsTables.All,
        static () => [new ReadCsvTable(), new ReadParquetTable(), new ReadArrowTable(), new ReadJsonTable()],
    ];

    /// <summary>A registry with every built-in.</summary>
    public static FunctionRegistry CreateRegistry() => new(Scalars, Aggregates, Windows, Tables);

    /// <summary>A registry with the provider's own families, which are looked into first, and every built-in.</summary>
    public static FunctionRegistry CreateRegistry(Func<IReadOnlyList<ScalarFunction>> scalars, Func<IReadOnlyList<TableFunction>> tables) =>
        new([scalars, .. Scalars], Aggregates, Windows, [tables, .. Tables]);
}
