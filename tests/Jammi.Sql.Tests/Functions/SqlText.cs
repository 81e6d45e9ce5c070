using Jammi.Sql.Binding;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Tests.Functions;

/// <summary>Runs SQL in an empty database and gives results as text, as CAST(... AS TEXT) writes them.</summary>
internal static class SqlText
{
    /// <summary>The value of one expression.</summary>
    public static string Value(string expression) => Assert.Single(Rows($"SELECT {expression}"));

    /// <summary>The one row of a query, its columns separated by a bar.</summary>
    public static string Row(string query) => Assert.Single(Rows(query));

    /// <summary>The rows of a query, columns separated by a bar.</summary>
    public static IReadOnlyList<string> Rows(string query)
    {
        using Engine engine = Engine.OpenInMemory();
        using Session session = engine.CreateSession(FunctionHarness.Registry, SystemTables.BuiltIn, null, TimeSpan.Zero);
        Statement statement = Assert.Single(Session.Parse(query));
        using StatementResult result = session.Run(query, statement, new StatementOptions());
        var rows = new List<string>();
        while (result.Next() is { } batch)
        {
            for (int row = 0; row < batch.Count; row++)
            {
                rows.Add(string.Join('|', Enumerable.Range(0, batch.Columns.Length).Select(c => CastKernels.CellText(result.Schema[c].Type, batch.Columns[c], row))));
            }
        }

        return rows;
    }

    /// <summary>The type of one expression.</summary>
    public static string Type(string expression)
    {
        using Engine engine = Engine.OpenInMemory();
        using Session session = engine.CreateSession(FunctionHarness.Registry, SystemTables.BuiltIn, null, TimeSpan.Zero);
        string query = $"SELECT {expression}";
        using StatementResult result = session.Run(query, Assert.Single(Session.Parse(query)), new StatementOptions { SchemaOnly = true });
        return result.Schema[0].Type.ToString();
    }

    public static SqlException Error(string expression) => Assert.Throws<SqlException>(() => Value(expression));
}
