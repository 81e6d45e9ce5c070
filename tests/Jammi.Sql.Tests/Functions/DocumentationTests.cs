using Jammi.Sql.Execution;
using Jammi.Sql.Functions;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Tests.Functions;

/// <summary>The manual's examples are run as they stand.</summary>
public class DocumentationTests
{
    static readonly FunctionRegistry Registry = BuiltinFunctions.CreateRegistry();

    public static TheoryData<string> Scalars => [.. Registry.Scalars.Select(f => f.Name)];

    public static TheoryData<string> Forms => [.. SpecialForms.All.Select(f => f.Name)];

    public static TheoryData<string> Aggregates => [.. Registry.Aggregates.Select(f => f.Name)];

    public static TheoryData<string> Windows => [.. Registry.Windows.Select(f => f.Name)];

    public static TheoryData<string> Tables => [.. Registry.Tables.Where(f => f.Documentation.Result is not null).Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Scalars))]
    public void The_example_of_a_scalar_function_gives_what_its_page_says(string name)
    {
        FunctionDocumentation page = Registry.FindScalar(name)!.Documentation;
        string text = FirstCell($"SELECT {page.Example}");
        Assert.Equal(page.Result ?? text, text);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_example_of_a_special_form_gives_what_its_page_says(string name)
    {
        FunctionDocumentation page = SpecialForms.All.Single(f => f.Name == name).Documentation;
        Assert.Equal(page.Result, FirstCell($"SELECT {page.Example}"));
    }

    [Theory]
    [MemberData(nameof(Aggregates))]
    public void The_example_of_an_aggregate_function_gives_what_its_page_says(string name)
    {
        FunctionDocumentation page = Registry.FindAggregate(name)!.Documentation;
        string text = FirstCell($"SELECT {page.Example}");
        Assert.Equal(page.Result ?? text, text);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void The_example_of_a_window_function_gives_what_its_page_says(string name)
    {
        FunctionDocumentation page = Registry.FindWindow(name)!.Documentation;
        string text = FirstCell($"SELECT {page.Example}");
        Assert.Equal(page.Result ?? text, text);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void The_example_of_a_table_function_gives_what_its_page_says(string name)
    {
        FunctionDocumentation page = Registry.FindTable(name)!.Documentation;
        Assert.Equal(page.Result, FirstCell(page.Example));
    }

    static string FirstCell(string sql)
    {
        using Engine engine = Engine.OpenInMemory();
        using Session session = engine.CreateSession(Registry, [], null, TimeSpan.Zero);
        Statement statement = Assert.Single(Session.Parse(sql));
        using StatementResult result = session.Run(sql, statement, new StatementOptions());
        ColumnBatch batch = result.Next()!;
        Assert.Equal(1, batch.Count);
        return CastKernels.CellText(result.Schema[0].Type, batch.Columns[0], 0);
    }
}
