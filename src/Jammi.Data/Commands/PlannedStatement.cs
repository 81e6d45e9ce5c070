using Jammi.Sql;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Data;

/// <summary>A statement of a command or of a batch, with the values it is to run with.</summary>
/// <param name="Sql">The whole text that the statement is part of; error positions refer to it.</param>
/// <param name="Source">The command of a batch that it belongs to, or null.</param>
sealed record PlannedStatement(string Sql, Statement Statement, IReadOnlyList<ParameterValue> Parameters, JammiBatchCommand? Source);
