using System.Diagnostics;
using Jammi.Data;
using Jammi.Sql;
using Jammi.Sql.Binding;
using Jammi.Sql.Execution;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;
using Jammi.Sql.Syntax;
using Jammi.Sql.Syntax.Ast;
using Jammi.SqlLogicTest;

namespace Jammi.Benchmarks.Statements;

/// <summary>Where the time and the memory of a query go: parsing, binding, optimising, planning, and the whole through the provider. One thread, each text once.</summary>
static class StatementStages
{
    static readonly string[] Names = ["parse", "bind", "optimise", "plan", "whole"];

    public static int Print(Dictionary<string, Script[]> scripts)
    {
        var time = new MarkdownTable(["µs a query", .. Names]);
        var memory = new MarkdownTable(["bytes a query", .. Names]);
        foreach ((string shape, Script[] files) in scripts)
        {
            Run(files[0]);
            (double[] microseconds, double[] bytes) = Run(files[^1]);
            time.Add([shape, .. microseconds.Cast<object>()]);
            memory.Add([shape, .. bytes.Cast<object>()]);
        }

        time.Print("Time");
        memory.Print("Memory");
        return 0;
    }

    static (double[] Microseconds, double[] Bytes) Run(Script script)
    {
        using var connection = new JammiConnection($"Data Source=:memory:{Guid.NewGuid():N}");
        connection.Open();
        using JammiCommand command = connection.CreateCommand();
        var ticks = new long[Names.Length];
        var bytes = new long[Names.Length];
        int queries = 0;
        foreach (ScriptRecord record in script.Records)
        {
            switch (record)
            {
                case StatementRecord statement:
                    command.CommandText = statement.Sql;
                    command.ExecuteNonQuery();
                    break;
                case QueryRecord query:
                    queries++;
                    Stages(connection.Session, command, query.Sql, ticks, bytes);
                    break;
            }
        }

        return ([.. ticks.Select(t => Stopwatch.GetElapsedTime(0, t).TotalMicroseconds / queries)], [.. bytes.Select(b => (double)b / queries)]);
    }

    static void Stages(Session session, JammiCommand command, string sql, long[] ticks, long[] bytes)
    {
        int stage = 0;
        using ISnapshot snapshot = session.OpenSnapshot();
        Statement statement = Count(() => SqlParser.Parse(sql))[0];
        BoundStatement bound = Count(() => new Binder(snapshot.Catalog, session.Functions, null, new ParameterCatalog([])).Bind(statement));
        LogicalPlan plan = Count(() => Sql.Optimizer.Optimizer.Optimize(bound.Plan));
        Count(() => PhysicalPlanner.Plan(plan));

        // Another text, so that what the parse above left behind is of no use.
        command.CommandText = sql + " ";
        Count(() =>
        {
            using JammiDataReader reader = command.ExecuteReader();
            int rows = 0;
            while (reader.Read())
            {
                rows++;
            }

            return rows;
        });

        T Count<T>(Func<T> work)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            T result = work();
            ticks[stage] += Stopwatch.GetTimestamp() - start;
            bytes[stage++] += GC.GetAllocatedBytesForCurrentThread() - allocated;
            return result;
        }
    }
}
