using System.Data;
using Jammi.Data;

namespace Jammi.Benchmarks.Mission;

/// <summary>How long the engine thinks about the project's own query before it does anything.</summary>
static class PlanningTime
{
    const int Runs = 300;

    public static void Run(Workplace place)
    {
        string database = place["planning.jammi"];
        Gallery.Create(database);
        using JammiConnection connection = Gallery.Open(database);
        int text = 0;

        // A comment makes every text new to the plan cache; SchemaOnly stops before the run.
        Measure.Times fresh = Measure.Repeat(Runs, () => Describe(connection, $"{Gallery.Search} -- {text++}", CommandBehavior.SchemaOnly), warmUp: 100);
        Measure.Times cached = Measure.Repeat(Runs, () => Describe(connection, Gallery.Search, CommandBehavior.SchemaOnly), warmUp: 100);
        Measure.Times whole = Measure.Repeat(Runs, () => Describe(connection, Gallery.Search, CommandBehavior.Default), warmUp: 100);
        new MarkdownTable("the query of the README", "median µs", "least µs")
            .Add("parse, bind, optimise, plan", fresh.Median * 1e3, fresh.Least * 1e3)
            .Add("the same text again", cached.Median * 1e3, cached.Least * 1e3)
            .Add("the whole query: encode the text, search 240 rows, join, sort, read", whole.Median * 1e3, whole.Least * 1e3)
            .Print($"Planning ({Runs} runs, warm)");
    }

    static void Describe(JammiConnection connection, string sql, CommandBehavior behavior)
    {
        using JammiCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("q", "a red circle on a white background");
        using JammiDataReader reader = command.ExecuteReader(behavior);
        while (behavior == CommandBehavior.Default && reader.Read())
        {
        }
    }
}
