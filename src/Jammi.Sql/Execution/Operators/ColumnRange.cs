using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>What is known of a column's values in a block of rows without reading them. The bounds are of the column's type and may lie further out than the values.</summary>
/// <param name="Minimum">No value is smaller; null when unknown.</param>
/// <param name="Maximum">No value is greater, but for NaN where <paramref name="MayHoldNaN"/>; null when unknown.</param>
/// <param name="NullCount">NULLs; null when unknown.</param>
/// <param name="RowCount">Rows of the block.</param>
internal readonly record struct ColumnRange(ScalarValue? Minimum, ScalarValue? Maximum, long? NullCount, long RowCount, bool MayHoldNaN = false);
