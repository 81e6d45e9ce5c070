using Irony.Parsing;

namespace Jammi.Sql.Syntax;

/// <summary>Queries and what stands in FROM.</summary>
internal sealed partial class SqlGrammar
{
    public readonly NonTerminal Query = new("query");
    public readonly NonTerminal QueryBody = new("query body");
    public readonly NonTerminal Select = new("select");
    public readonly NonTerminal Values = new("values");
    public readonly NonTerminal Subquery = new("subquery");
    public readonly NonTerminal WithClause = new("with");
    public readonly NonTerminal SelectList = new("select list");
    public readonly NonTerminal FromClause = new("from");
    public readonly NonTerminal Where = new("where");
    public readonly NonTerminal OrderBy = new("order by");
    public readonly NonTerminal OrderItems = new("order items");
    public readonly NonTerminal TableList = new("tables");
    public readonly NonTerminal TableReference = new("table reference");
    public readonly NonTerminal JoinedTable = new("join");
    public readonly NonTerminal TableAlias = new("table alias");

    private void DefineQueries()
    {
        var commonTables = new NonTerminal("common tables");
        var commonTable = new NonTerminal("common table");
        var limits = new NonTerminal("limits");
        var limit = new NonTerminal("limit");
        var quantifier = new NonTerminal("select quantifier");
        var selectItem = new NonTerminal("select item");
        var groupBy = new NonTerminal("group by");
        var groupingElements = new NonTerminal("grouping elements");
        var groupingElement = new NonTerminal("grouping element");
        var having = new NonTerminal("having");
        var windows = new NonTerminal("windows");
        var windowList = new NonTerminal("window list");
        var window = new NonTerminal("named window");
        var qualify = new NonTerminal("qualify");
        var orderItem = new NonTerminal("order item");
        var row = new NonTerminal("row of values");
        var rows = new NonTerminal("rows of values");

        Query.Rule = QueryBody + OrderBy + limits | WithClause + QueryBody + OrderBy + limits;
        Subquery.Rule = "(" + Query + ")";
        WithClause.Rule = "WITH" + commonTables | "WITH" + ToTerm("RECURSIVE") + commonTables;
        commonTables.Rule = MakePlusRule(commonTables, ToTerm(","), commonTable);
        commonTable.Rule = Word + "AS" + Subquery | Word + "(" + NameList + ")" + "AS" + Subquery
            | Word + "AS" + "MATERIALIZED" + Subquery | Word + "AS" + "NOT MATERIALIZED" + Subquery;

        // "((SELECT 1))" is a query in parentheses twice, rather than an expression that is a query.
        QueryBody.Rule = Select | Values | Subquery + ReduceHere() | "TABLE" + Name
            | QueryBody + "UNION" + QueryBody | QueryBody + "INTERSECT" + QueryBody;
        Values.Rule = "VALUES" + rows;
        rows.Rule = MakePlusRule(rows, ToTerm(","), row);
        row.Rule = "(" + Expressions + ")";
        MarkTransient(row);

        Select.Rule = "SELECT" + quantifier + SelectList + FromClause + Where + groupBy + having + windows + qualify;
        quantifier.Rule = Empty | "ALL" | "DISTINCT" | ToTerm("DISTINCT ON") + "(" + Expressions + ")";
        SelectList.Rule = MakePlusRule(SelectList, ToTerm(","), selectItem);
        selectItem.Rule = Expression | Expression + Word | Expression + "AS" + Word | Expression + "AS" + String
            | "*" | ToTerm("*") + "EXCLUDE" + "(" + NameList + ")"
            | Name + "." + "*" | Name + "." + "*" + "EXCLUDE" + "(" + NameList + ")";
        FromClause.Rule = Empty | "FROM" + TableList;
        Where.Rule = Empty | "WHERE" + Expression;
        groupBy.Rule = Empty | "GROUP BY" + groupingElements | "GROUP BY" + ToTerm("ALL");
        groupingElements.Rule = MakePlusRule(groupingElements, ToTerm(","), groupingElement);
        groupingElement.Rule = Expression | ToTerm("(") + ")"
            | ToTerm("ROLLUP") + "(" + Expressions + ")" | ToTerm("CUBE") + "(" + Expressions + ")"
            | ToTerm("GROUPING SETS") + "(" + groupingElements + ")";
        having.Rule = Empty | "HAVING" + Expression;
        windows.Rule = Empty | "WINDOW" + windowList;
        windowList.Rule = MakePlusRule(windowList, ToTerm(","), window);
        window.Rule = Word + "AS" + WindowSpecification;
        qualify.Rule = Empty | "QUALIFY" + Expression;

        OrderBy.Rule = Empty | "ORDER BY" + OrderItems;
        OrderItems.Rule = MakePlusRule(OrderItems, ToTerm(","), orderItem);
        orderItem.Rule = Expression | Expression + "NULLS FIRST"
            | Expression + "ASC" | Expression + "DESC" | Expression + "ASC" + "NULLS FIRST" | Expression + "DESC" + "NULLS FIRST"
            | "ALL" | ToTerm("ALL") + "NULLS FIRST"
            | ToTerm("ALL") + "ASC" | ToTerm("ALL") + "DESC" | ToTerm("ALL") + "ASC" + "NULLS FIRST" | ToTerm("ALL") + "DESC" + "NULLS FIRST";

        limits.Rule = MakeStarRule(limits, limit);
        limit.Rule = "LIMIT" + Expression | "LIMIT" + ToTerm("ALL")
            | "OFFSET" + Expression | "OFFSET" + Expression + "ROWS"
            | "FETCH FIRST" + Expression + "ROWS ONLY" | "FETCH FIRST" + Expression + "ROWS WITH TIES"
            | ToTerm("FETCH FIRST") + "ROWS ONLY";
    }

    private void DefineTables()
    {
        var primary = new NonTerminal("table");
        var sample = new NonTerminal("sample");
        var sampleMethod = new NonTerminal("sample method");
        var sampleSize = new NonTerminal("sample size");
        var bareSize = new NonTerminal("percentage or rows");

        FromClauseTables(primary);
        primary.Rule = Name + TableAlias + sample | String + TableAlias + sample
            | Subquery + TableAlias + sample | FunctionCall + TableAlias + sample | FunctionCall + "WITH ORDINALITY" + TableAlias
            | "LATERAL" + Subquery + TableAlias | "LATERAL" + FunctionCall + TableAlias
            | "(" + JoinedTable + ")";
        TableAlias.Rule = Empty | Word | Word + "(" + NameList + ")" | "AS" + Word | "AS" + Word + "(" + NameList + ")";
        sample.Rule = Empty | "TABLESAMPLE" + sampleMethod | "TABLESAMPLE" + sampleMethod + "REPEATABLE" + "(" + Number + ")";
        sampleMethod.Rule = Word + "(" + sampleSize + ")" | "(" + sampleSize + ")" | bareSize;
        sampleSize.Rule = Number | Number + "PERCENT" | Number + "/" | Number + "ROWS";
        bareSize.Rule = Number + "PERCENT" | Number + "/" | Number + "ROWS";
    }

    /// <summary>Joins associate to the left: the right side is a single table, or a join in parentheses.</summary>
    private void FromClauseTables(NonTerminal primary)
    {
        var operation = new NonTerminal("join operation");
        TableList.Rule = MakePlusRule(TableList, ToTerm(","), TableReference);
        TableReference.Rule = primary | JoinedTable;
        MarkTransient(TableReference);
        JoinedTable.Rule = TableReference + operation + primary + "ON" + Expression
            | TableReference + operation + primary + "USING" + "(" + NameList + ")"
            | TableReference + "CROSS JOIN" + primary | TableReference + "NATURAL JOIN" + primary;
        operation.Rule = ToTerm("JOIN") | "LEFT JOIN";
        MarkTransient(operation);
    }
}
