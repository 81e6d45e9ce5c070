using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>Makes INTEGER columns of row and group numbers.</summary>
internal static class IntegerColumn
{
    public static IArrowArray Create(ReadOnlySpan<int> values) => ColumnFactory.FromValues(SqlType.Integer, values.Length, MemoryMarshal.AsBytes(values).ToArray());
}
