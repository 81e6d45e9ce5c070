namespace Jammi.Sql.Execution
{
    internal static class PhysicalPlanner
    {
        public static PhysicalOperator Plan(Plans.LogicalPlan plan) => throw new SqlException(SqlErrorCode.NotSupported, $"Physical planning of {plan.GetType().Name} is not part of this build.");
    }
}
