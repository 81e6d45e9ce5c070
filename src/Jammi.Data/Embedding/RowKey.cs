using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Data.Embedding;

/// <summary>A key's value in a form that compares by content.</summary>
static class RowKey
{
    /// <summary>The key of a row, or null where it is NULL.</summary>
    public static object? Read(SqlType type, IArrowArray keys, int row) => ColumnFactory.ToObject(type, keys, row) switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        var value => value,
    };
}
