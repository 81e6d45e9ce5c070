using Jammi.Sql.Plans;
using Jammi.Sql.Syntax;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables;

/// <summary>Columns as text, written as in CREATE TABLE: <c>id BIGINT, name TEXT</c>.</summary>
internal static class ColumnDefinitions
{
    /// <summary>The columns; null where the text cannot be read as such. A type that does not exist is an error.</summary>
    public static PlanSchema? TryParse(string columns)
    {
        try
        {
            return SqlParser.Parse($"CREATE TABLE t ({columns})") is [CreateTableStatement definition]
                ? new PlanSchema(definition.Columns.Select(c => new OutputColumn(c.Name, c.Type is null ? SqlType.Text : TypeNames.Parse(c.Type), Nullable: true)).ToValueList())
                : null;
        }
        catch (SqlException error) when (error.Code == SqlErrorCode.SyntaxError)
        {
            return null;
        }
    }

    /// <summary>The value of a <c>columns</c> argument.</summary>
    public static PlanSchema Parse(string columns, SourcePosition position) => TryParse(columns)
        ?? throw new SqlException(SqlErrorCode.InvalidParameter, $"columns => '{columns}' cannot be read; write it as in CREATE TABLE: 'id BIGINT, name TEXT'.", position);

    /// <summary>A type by its name as SQL writes it, for example <c>FLOAT[3]</c>; null for text that names none.</summary>
    public static SqlType? TryParseType(string type)
    {
        try
        {
            return TryParse($"c {type}") is { Count: 1 } schema ? schema[0].Type : null;
        }
        catch (SqlException error) when (error.Code == SqlErrorCode.DatatypeMismatch)
        {
            return null;
        }
    }

    /// <summary>Column names made different from each other by a number; blank ones get one.</summary>
    public static string[] Distinct(IReadOnlyList<string> names)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var result = new string[names.Count];
        for (int i = 0; i < result.Length; i++)
        {
            string name = names[i].Trim() is { Length: > 0 } given ? given : $"column{i}";
            string unique = name;
            for (int n = 1; !taken.Add(unique); n++)
            {
                unique = $"{name}_{n}";
            }

            result[i] = unique;
        }

        return result;
    }
}
