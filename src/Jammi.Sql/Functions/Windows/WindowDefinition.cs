using Jammi.Sql.Expressions;

namespace Jammi.Sql.Functions.Windows;

/// <summary>A window function whose overload is chosen by <paramref name="bind"/>.</summary>
internal sealed class WindowDefinition(string name, FunctionDocumentation documentation, Func<IReadOnlyList<Expression>, WindowBinding?> bind) : WindowFunction
{
    public override string Name => name;

    public override FunctionDocumentation Documentation => documentation;

    public override WindowBinding? Bind(IReadOnlyList<Expression> arguments) => bind(arguments);
}
