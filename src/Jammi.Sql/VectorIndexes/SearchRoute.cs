using Jammi.Sql.Expressions;
using Jammi.Sql.Optimizer;
using Jammi.Sql.Plans;
using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Search;

namespace Jammi.Sql.VectorIndexes;

/// <summary>The stages that rows go through in a search, as EXPLAIN names them: as expected from the plan, and as it was.</summary>
internal static class SearchRoute
{
    public const string Plain = "float32";
    public const string Proven = "int8 bound -> float32";
    public const string Gather = "gather -> int8 bound -> float32";
    public const string Estimate = "1 bit -> int8 bound -> float32";
    public const string Cells = "cells -> 1 bit -> int8 bound -> float32";

    /// <summary>Of a call of vector_search: its third argument says whether it must be exact, its relation what may be found.</summary>
    public static string Expected(LogicalTableFunction call, EmbeddingTable vectors)
    {
        long rows = vectors.Table.RowCount;
        if (!VectorEncoder.CanEncode((int)Math.Min(rows, int.MaxValue), vectors.Dimensions))
        {
            return Plain;
        }

        double passing = call.Relations.Count == 0 ? rows : Math.Min(rows, CardinalityEstimator.Rows(call.Relations[0]));
        bool exact = call.Arguments[2] is ConstantExpression { Value: { IsNull: false } value } && (bool)value.ToObject()!;
        bool hasCells = vectors.Table.LargestStoredSegment >= CellPolicy.MinimumRows;
        return VectorSearch.IsFew((long)passing, rows) || (!exact && hasCells && VectorSearch.IsFewForCells((long)passing, rows)) ? Gather
            : exact ? Proven
            : hasCells ? Cells
            : Estimate;
    }
}
