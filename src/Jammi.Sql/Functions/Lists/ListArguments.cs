using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Lists;

/// <summary>The types of list functions' arguments: a vector counts as a list of REALs, a bare NULL as a list of nothing yet.</summary>
internal static class ListArguments
{
    /// <summary>The list type that an argument has or stands for; null when it is no list.</summary>
    public static SqlType? ListOf(Expression argument) => argument.Type.Kind switch
    {
        SqlTypeKind.List => argument.Type,
        SqlTypeKind.Vector or SqlTypeKind.HalfVector => SqlType.List(SqlType.Real),
        SqlTypeKind.Null => SqlType.List(SqlType.Null),
        _ => null,
    };

    /// <summary>The type of a list and an item so that both fit: what they have in common, or the list's where the item is a text literal or NULL.</summary>
    public static SqlType? ListWith(Expression list, Expression item)
    {
        if (ListOf(list) is not { Element: { } element })
        {
            return null;
        }

        if (element.Kind != SqlTypeKind.Null && OverloadResolution.IsTextLiteral(item))
        {
            return SqlType.List(element);
        }

        return TypeCoercion.CommonType(element, item.Type) is { } common ? SqlType.List(common) : null;
    }

    /// <summary>The type that two lists have in common.</summary>
    public static SqlType? Common(Expression left, Expression right) =>
        ListOf(left) is { } first && ListOf(right) is { } second ? TypeCoercion.CommonType(first, second) : null;

    /// <summary>Whether an argument can be read as BIGINT without a CAST.</summary>
    public static bool IsInteger(Expression argument) => OverloadResolution.ArgumentCost(argument, SqlType.BigInt) is not null;

    /// <summary>Whether an argument can be read as TEXT without a CAST.</summary>
    public static bool IsText(Expression argument) => OverloadResolution.ArgumentCost(argument, SqlType.Text) is not null;
}
