using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables;

/// <summary>Arguments that must be known when a statement is bound, because the columns depend on them.</summary>
internal static class ConstantArguments
{
    /// <summary>Paths of a file reader: a text or a list of texts.</summary>
    public static IReadOnlyList<string> Paths(string function, TableFunctionArgument argument) => Value(function, "path", argument) switch
    {
        string one => [one],
        object?[] many when many.Length > 0 && System.Array.TrueForAll(many, m => m is string) => [.. many.Cast<string>()],
        _ => throw new SqlException(SqlErrorCode.InvalidParameter, $"The path of {function} must be a text or a list of texts.", argument.Position),
    };

    /// <summary>An optional list of names; null where it is not given.</summary>
    public static IReadOnlyList<string>? Names(string function, string name, TableFunctionArgument? argument) => Value(function, name, argument) switch
    {
        null => null,
        object?[] names when names.Length > 0 && System.Array.TrueForAll(names, n => n is string) => [.. names.Cast<string>()],
        _ => throw new SqlException(SqlErrorCode.InvalidParameter, $"{name} of {function} must be a list of names, such as ['id', 'name'].", argument!.Position),
    };

    /// <summary>The value of an optional argument, or null where it is not given or NULL.</summary>
    public static object? Value(string function, string name, TableFunctionArgument? argument)
    {
        if (argument is null)
        {
            return null;
        }

        ScalarValue constant = argument.Constant
            ?? throw new SqlException(SqlErrorCode.InvalidParameter, $"{name} of {function} must be a constant: the columns depend on it.", argument.Position);
        return constant.ToObject();
    }
}
