using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// Decides which tables of WITH are computed once and shared: those that are used more than once and do more than read and compute row by row, and those that are MATERIALIZED. The others
/// stand where they are used, so that filters and columns reach them.
/// </summary>
internal sealed class SharedTables : IOptimizerRule
{
    public string Name => "shared tables";

    public LogicalPlan Rewrite(LogicalPlan plan)
    {
        var uses = new Dictionary<int, int>();
        Count(plan, uses);
        if (uses.Count == 0)
        {
            return plan;
        }

        bool shares = false;
        LogicalPlan rewritten = plan.Transform(node =>
        {
            if (node is not LogicalShared table)
            {
                return node;
            }

            bool shared = (table.Always || (uses[table.Id] > 1 && IsWorthIt(table.Input))) && StandsAlone(table.Input);
            shares |= shared;
            return shared ? table : table.Input;
        });
        return shares ? Share(rewritten) : rewritten;
    }

    /// <summary>How often a table is computed, were none shared: not more often than once for what a shared one uses.</summary>
    static void Count(LogicalPlan plan, Dictionary<int, int> uses)
    {
        if (plan is LogicalShared table)
        {
            uses[table.Id] = uses.GetValueOrDefault(table.Id) + 1;
            if (uses[table.Id] > 1 && IsWorthIt(table.Input))
            {
                return;
            }
        }

        foreach (LogicalPlan input in plan.Inputs)
        {
            Count(input, uses);
        }
    }

    static bool IsWorthIt(LogicalPlan plan) => plan switch
    {
        LogicalScan or LogicalValues => false,
        LogicalFilter or LogicalProject => plan.Expressions().Exists(e => ExpressionColumns.IsVolatile(e) || ExpressionColumns.IsExpensive(e)) || IsWorthIt(plan.Inputs[0]),
        LogicalShared shared => IsWorthIt(shared.Input),
        _ => true,
    };

    /// <summary>Whether it uses no row outside it, and no round of a recursion that is not within it.</summary>
    static bool StandsAlone(LogicalPlan plan)
    {
        var iterated = new HashSet<int>();
        var read = new HashSet<int>();
        plan.Transform(node =>
        {
            if (node is LogicalRecursive recursive)
            {
                iterated.Add(recursive.Id);
            }
            else if (node is LogicalRecursiveReference reference)
            {
                read.Add(reference.Id);
            }

            return node;
        });
        return read.IsSubsetOf(iterated) && !OuterReferences.Any(plan);
    }

    /// <summary>At the top of the query, within the statement that it is for: there it is in no other rule's way.</summary>
    static LogicalPlan Share(LogicalPlan plan) => plan is LogicalExplain or LogicalInsert or LogicalUpdate or LogicalDelete or LogicalCreateTableAs or LogicalCopyTo
        ? plan.WithInputs([Share(plan.Inputs[0])])
        : new LogicalSharing(plan);
}
