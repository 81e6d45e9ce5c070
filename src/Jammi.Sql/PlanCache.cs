using System.Runtime.CompilerServices;
using System.Text;
using Jammi.Sql.Catalog;
using Jammi.Sql.Functions;

namespace Jammi.Sql;

/// <summary>What a plan depends on: the text, the definitions it was bound against, whose temporary tables are among them, the functions, and the parameters' names and types.</summary>
internal sealed record PlanKey(string Sql, SourcePosition Statement, long DefinitionVersion, string? TemporarySchema, FunctionRegistry Functions, string Parameters, bool Optimized = true)
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
        other is not null && DefinitionVersion == other.DefinitionVersion && TemporarySchema == other.TemporarySchema && ReferenceEquals(Functions, other.Functions) && Statement == other.Statement
        && Sql == other.Sql && Parameters == other.Parameters && Optimized == other.Optimized;

    public override int GetHashCode() => HashCode.Combine(Sql, Statement, DefinitionVersion, RuntimeHelpers.GetHashCode(Functions), Parameters);
}

/// <summary>
/// Plans by what they depend on, so that a repeated statement is neither bound nor optimised again; one is kept when its statement comes for the second time. Plans hold no state of a run and are shared freely.
/// Numbers of rows and statistics only guide the optimizer: a plan made for other rows gives the same answers, and is made again when a table has outgrown it.
/// </summary>
internal sealed class PlanCache
{
    readonly RecentlyUsed<PlanKey, PreparedPlan> plans = new(capacity: 256);
    readonly SeenBefore seen = new();
    long hits;

    /// <summary>How often a plan was there.</summary>
    public long Hits => Interlocked.Read(ref hits);

    /// <summary>How many plans are kept.</summary>
    public int Count => plans.Count;

    public PreparedPlan GetOrAdd(PlanKey key, DatabaseCatalog catalog, Func<PreparedPlan> create)
    {
        if (plans.TryGet(key, out PreparedPlan known) && known.Suits(catalog))
        {
            Interlocked.Increment(ref hits);
            return known;
        }

        PreparedPlan plan = create();
        if (plan.Cacheable && seen.Again(key.GetHashCode()))
        {
            plans.Put(key, plan);
        }

        return plan;
    }
}
