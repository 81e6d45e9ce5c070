namespace Jammi.Sql.Syntax
{
    internal static class SqlParser
    {
        public static IReadOnlyList<Ast.Statement> Parse(string sql) => throw new SqlException(SqlErrorCode.NotSupported, $"The parser is not part of this build, so this cannot be run: {sql}");

        public static void WarmUp()
        {
        }
    }
}

namespace Jammi.Sql.Execution
{
    internal static class PhysicalPlanner
    {
        public static PhysicalOperator Plan(Plans.LogicalPlan plan) => throw new SqlException(SqlErrorCode.NotSupported, $"Physical planning of {plan.GetType().Name} is not part of this build.");
    }
}
