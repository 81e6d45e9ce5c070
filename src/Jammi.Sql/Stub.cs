namespace Jammi.Sql.Syntax { internal static class SqlParser { public static IReadOnlyList<Ast.Statement> Parse(string s) => []; public static void WarmUp() { } } }
namespace Jammi.Sql.Optimizer { internal static class Optimizer { public static Plans.LogicalPlan Optimize(Plans.LogicalPlan p) => p; } }
namespace Jammi.Sql.Execution { internal static class PhysicalPlanner { public static PhysicalOperator Plan(Plans.LogicalPlan p) => throw new InvalidOperationException(); } }
