using System.Runtime.CompilerServices;
using System.Text;
using Jammi.Sql.Catalog;
using Jammi.Sql.Functions;

namespace Jammi.Sql;

/// <summary>What a plan depends on: the text, the catalog it was bound against (its statistics included), the functions, and the parameters' names and types.</summary>
internal readonly record struct PlanKey(string Sql, SourcePosition Statement, DatabaseCatalog Catalog, FunctionRegistry Functions, string Parameters)
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

    public bool Equals(PlanKey other) =>
        ReferenceEquals(Catalog, other.Catalog) && ReferenceEquals(Functions, other.Functions) && Statement == other.Statement
        && Sql == other.Sql && Parameters == other.Parameters;

    public override int GetHashCode() => HashCode.Combine(Sql, Statement, RuntimeHelpers.GetHashCode(Catalog), RuntimeHelpers.GetHashCode(Functions), Parameters);
}

/// <summary>Plans by what they depend on, so that a repeated statement is neither bound nor optimised again. Plans hold no state of a run and are shared freely.</summary>
internal sealed class PlanCache
{
    const int Capacity = 256;

    readonly Lock gate = new();
    readonly Dictionary<PlanKey, LinkedListNode<(PlanKey Key, PreparedPlan Plan)>> byKey = [];
    readonly LinkedList<(PlanKey Key, PreparedPlan Plan)> byUse = new();

    public PreparedPlan GetOrAdd(PlanKey key, Func<PreparedPlan> create)
    {
        lock (gate)
        {
            if (byKey.TryGetValue(key, out LinkedListNode<(PlanKey Key, PreparedPlan Plan)>? node))
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
                return node.Value.Plan;
            }
        }

        PreparedPlan plan = create();
        if (!plan.Cacheable)
        {
            return plan;
        }

        lock (gate)
        {
            if (!byKey.ContainsKey(key))
            {
                byKey[key] = byUse.AddFirst((key, plan));
                if (byUse.Count > Capacity)
                {
                    byKey.Remove(byUse.Last!.Value.Key);
                    byUse.RemoveLast();
                }
            }
        }

        return plan;
    }
}
