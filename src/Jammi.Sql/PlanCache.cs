using System.Runtime.CompilerServices;
using System.Text;
using Jammi.Sql.Catalog;
using Jammi.Sql.Functions;

namespace Jammi.Sql;

/// <summary>What a plan depends on: the text, the catalog it was bound against (its statistics included), the functions, and the parameters' names and types.</summary>
internal sealed record PlanKey(string Sql, SourcePosition Statement, DatabaseCatalog Catalog, FunctionRegistry Functions, string Parameters, bool Optimized = true)
{
    public static string Describe(IReadOnlyList<ParameterValue> parameters)
    {
        if (parameters.Count == 0)
        {
            return string.Empty;
        }

        var text = new StringBuilder();
        foreach (ParameterValue parameter in parameters)
        {
            text.Append(parameter.Name).Append('\0').Append(parameter.Value.Type).Append('\0');
        }

        return text.ToString();
    }

    public bool Equals(PlanKey? other) =>
        other is not null && ReferenceEquals(Catalog, other.Catalog) && ReferenceEquals(Functions, other.Functions) && Statement == other.Statement
        && Sql == other.Sql && Parameters == other.Parameters && Optimized == other.Optimized;

    public override int GetHashCode() => HashCode.Combine(Sql, Statement, RuntimeHelpers.GetHashCode(Catalog), RuntimeHelpers.GetHashCode(Functions), Parameters);
}

/// <summary>Plans by what they depend on, so that a repeated statement is neither bound nor optimised again. Plans hold no state of a run and are shared freely.</summary>
internal sealed class PlanCache
{
    readonly RecentlyUsed<PlanKey, PreparedPlan> plans = new(capacity: 256);

    public PreparedPlan GetOrAdd(PlanKey key, Func<PreparedPlan> create)
    {
        if (plans.TryGet(key, out PreparedPlan known))
        {
            return known;
        }

        PreparedPlan plan = create();
        if (plan.Cacheable)
        {
            plans.Add(key, plan);
        }

        return plan;
    }
}
