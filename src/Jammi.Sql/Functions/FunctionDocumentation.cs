namespace Jammi.Sql.Functions;

/// <summary>A function's page of the manual: <c>docs/sql.md</c> is generated from these and each example is run by a test.</summary>
/// <param name="Category">Heading it stands under, for example "Text".</param>
/// <param name="Syntax">How it is called, for example <c>upper(text)</c>.</param>
/// <param name="Description">One or two sentences.</param>
/// <param name="Example">A SQL expression (scalar, aggregate) or query (table function) that runs as it stands.</param>
/// <param name="Result">What the example gives, as text of its first cell; null where it varies.</param>
internal sealed record FunctionDocumentation(string Category, string Syntax, string Description, string Example, string? Result);
