using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jammi.Sql.Optimizer;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution;

/// <summary>What EXPLAIN shows: the plan's nodes and, after a run that counted, what each did. The physical plan has one operator per logical node.</summary>
internal static class PlanReport
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="plan">The optimized plan.</param>
    /// <param name="root">Its operator.</param>
    /// <param name="metrics">Counters of a run, or null.</param>
    /// <param name="format">text or json.</param>
    public static string[] Lines(LogicalPlan plan, PhysicalOperator root, RunMetrics? metrics, string format)
    {
        if (format == "json")
        {
            return Node(plan, root, metrics).ToJsonString(Indented).ReplaceLineEndings("\n").Split('\n');
        }

        var lines = new List<string>();
        Add(plan, root, metrics, 0, lines);
        return [.. lines];
    }

    static void Add(LogicalPlan plan, PhysicalOperator node, RunMetrics? metrics, int depth, List<string> lines)
    {
        string line = new string(' ', depth * 2) + PlanPrinter.Line(plan, withRows: true);
        if (metrics?.For(node) is { } counted)
        {
            line += string.Create(CultureInfo.InvariantCulture, $"  [{counted.Rows:N0} row{(counted.Rows == 1 ? "" : "s")}, {counted.Batches:N0} batch{(counted.Batches == 1 ? "" : "es")}, {counted.Elapsed.TotalMilliseconds:0.###} ms{(counted.Route is { } route ? $", {route}" : "")}{string.Concat(counted.Extra.Select(f => $", {f.Key} {f.Value:N0}"))}]");
        }

        lines.Add(line);
        for (int i = 0; i < plan.Inputs.Count; i++)
        {
            Add(plan.Inputs[i], node.Children[i], metrics, depth + 1, lines);
        }
    }

    static JsonObject Node(LogicalPlan plan, PhysicalOperator node, RunMetrics? metrics)
    {
        var json = new JsonObject
        {
            ["node"] = PlanPrinter.Describe(plan),
            ["calls"] = new JsonArray([.. PlanPrinter.CostlyCalls(plan).Select(c => (JsonNode)c)]),
            ["expected_rows"] = Math.Round(CardinalityEstimator.Rows(plan)),
            ["expected_cost"] = Math.Round(CostEstimator.Cost(plan)),
        };
        if (metrics?.For(node) is { } counted)
        {
            json["rows"] = counted.Rows;
            json["batches"] = counted.Batches;
            json["milliseconds"] = counted.Elapsed.TotalMilliseconds;
            if (counted.Route is { } route)
            {
                json["route"] = route;
            }

            foreach ((string fact, long amount) in counted.Extra)
            {
                json[fact.Replace(' ', '_')] = amount;
            }
        }

        json["inputs"] = new JsonArray([.. plan.Inputs.Select((input, i) => Node(input, node.Children[i], metrics))]);
        return json;
    }
}
