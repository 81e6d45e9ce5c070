using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Casts;

/// <summary>Conversions between SQL types.</summary>
internal static class CastKernels
{
    public static IArrowArray Cast(ColumnarValue value, SqlType from, SqlType to, bool tryCast, int count) =>
        throw new SqlException(SqlErrorCode.NotSupported, $"Casting {from} to {to} is not supported.");
}
