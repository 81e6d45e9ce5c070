using Irony.Parsing;

namespace Jammi.Sql.Syntax;

/// <summary>
/// Expressions are of two kinds, so that the AND of BETWEEN is no conjunction: an operand (arithmetic and below), and an
/// expression (comparisons, NOT, AND, OR). A comparison within an operand needs parentheses.
/// </summary>
internal sealed partial class SqlGrammar
{
    private const int UnaryPrecedence = 15;

    public readonly NonTerminal Expression = new("expression");
    public readonly NonTerminal Operand = new("operand");
    public readonly NonTerminal Expressions = new("expressions");
    public readonly NonTerminal Name = new("name");
    public readonly NonTerminal FunctionCall = new("function call");
    public readonly NonTerminal CallSuffixes = new("call suffixes");
    public readonly NonTerminal WindowSpecification = new("window specification");

    /// <summary>The precedence of an operator within a production: a sign before an operand binds tighter than the operator between two.</summary>
    public int PrecedenceOf(BnfTerm part, Production production) =>
        production.LValue == Operand && production.RValues.Count == 2 && part is Terminals.Keyword { Text: "+" or "-" } ? UnaryPrecedence : part.Precedence;

    private void DefineExpressions()
    {
        var comparison = new NonTerminal("comparison");
        var quantifier = new NonTerminal("quantifier");
        var member = new NonTerminal("list of IN");
        var whens = new NonTerminal("whens");
        var when = new NonTerminal("when");
        var otherwise = new NonTerminal("else");

        Name.Rule = MakePlusRule(Name, ToTerm("."), Word);
        Expressions.Rule = MakePlusRule(Expressions, ToTerm(","), Expression);

        Expression.Rule = Operand
            | Operand + comparison + Operand
            | Operand + comparison + quantifier + Subquery
            | Operand + comparison + quantifier + "(" + Expression + ")"
            | Operand + "BETWEEN" + Operand + "AND" + Operand
            | Operand + "IN" + member
            | Operand + "LIKE" + Operand
            | Operand + "LIKE" + Operand + "ESCAPE" + Operand
            | Operand + "LIKE" + quantifier + Subquery
            | Operand + "LIKE" + quantifier + "(" + Expressions + ")"
            | Expression + "IS NULL"
            | Expression + "IS DISTINCT FROM" + Operand
            | "NOT" + Expression
            | Expression + "AND" + Expression
            | Expression + "OR" + Expression
            | "EXISTS" + Subquery
            | "DEFAULT";
        comparison.Rule = ToTerm("=") | "<" | "~";
        MarkTransient(comparison);
        quantifier.Rule = ToTerm("ANY") | "ALL";
        MarkTransient(quantifier);
        member.Rule = Subquery | "(" + Expressions + ")" | ToTerm("(") + ")" | Name | Parameter | String | FunctionCall;

        Operand.Rule = Number | String | Blob | Vector | Parameter | "NULL" | "TRUE" | "FALSE"
            | Name | FunctionCall | FunctionCall + CallSuffixes | Subquery
            | "(" + Expression + ")"
            | "(" + Expression + "," + Expressions + ")"
            | Word + String
            | Word + "WITH TIME ZONE" + String
            | "INTERVAL" + String | "INTERVAL" + String + "YEAR" | "INTERVAL" + Number + "YEAR"
            | ToTerm("CAST") + "(" + Expression + "AS" + TypeName + ")"
            | ToTerm("TRY_CAST") + "(" + Expression + "AS" + TypeName + ")"
            | "CASE" + whens + otherwise + "END"
            | "CASE" + Expression + whens + otherwise + "END"
            | ToTerm("[") + "]" | "[" + Expressions + "]"
            | ToTerm("ARRAY") + "[" + "]" | ToTerm("ARRAY") + "[" + Expressions + "]" | "ARRAY" + Vector
            | Operand + "[" + Expression + "]"
            | Operand + "[" + Expression + ":" + Expression + "]"
            | Operand + "[" + Expression + ":" + "]"
            | Operand + "[" + ":" + Expression + "]"
            | Operand + "::" + TypeName
            | ImplyPrecedenceHere(UnaryPrecedence) + "-" + Operand
            | ImplyPrecedenceHere(UnaryPrecedence) + "+" + Operand
            | "~" + Operand
            | Operand + "+" + Operand | Operand + "-" + Operand
            | Operand + "*" + Operand | Operand + "/" + Operand
            | Operand + "^" + Operand
            | Operand + "||" + Operand
            | Operand + "AT TIME ZONE" + Operand;
        whens.Rule = MakePlusRule(whens, when);
        when.Rule = "WHEN" + Expression + "THEN" + Expression;
        otherwise.Rule = Empty | "ELSE" + Expression;
    }

    /// <summary>Calls: the general form, the special forms of the standard, and what may follow an aggregate.</summary>
    private void DefineCalls()
    {
        var callArguments = new NonTerminal("call arguments");
        var arguments = new NonTerminal("arguments");
        var argument = new NonTerminal("argument");
        var nullTreatment = new NonTerminal("null treatment");
        var trimSide = new NonTerminal("trim side");
        var suffix = new NonTerminal("call suffix");

        FunctionCall.Rule = Name + "(" + callArguments + ")"
            | ToTerm("EXTRACT") + "(" + Word + "FROM" + Expression + ")"
            | ToTerm("EXTRACT") + "(" + String + "FROM" + Expression + ")"
            | ToTerm("SUBSTRING") + "(" + callArguments + ")"
            | ToTerm("SUBSTRING") + "(" + Expression + "FROM" + Expression + ")"
            | ToTerm("SUBSTRING") + "(" + Expression + "FROM" + Expression + "FOR" + Expression + ")"
            | ToTerm("SUBSTRING") + "(" + Expression + "FOR" + Expression + ")"
            | ToTerm("TRIM") + "(" + callArguments + ")"
            | ToTerm("TRIM") + "(" + Expression + "FROM" + Expression + ")"
            | ToTerm("TRIM") + "(" + trimSide + Expression + ")"
            | ToTerm("TRIM") + "(" + trimSide + "FROM" + Expression + ")"
            | ToTerm("TRIM") + "(" + trimSide + Expression + "FROM" + Expression + ")"
            | ToTerm("OVERLAY") + "(" + callArguments + ")"
            | ToTerm("OVERLAY") + "(" + Expression + "PLACING" + Expression + "FROM" + Expression + ")"
            | ToTerm("OVERLAY") + "(" + Expression + "PLACING" + Expression + "FROM" + Expression + "FOR" + Expression + ")";
        trimSide.Rule = ToTerm("LEADING") | "TRAILING" | "BOTH";
        MarkTransient(trimSide);

        callArguments.Rule = Empty | "*"
            | arguments + OrderBy + nullTreatment
            | "DISTINCT" + arguments + OrderBy + nullTreatment
            | "ALL" + arguments + OrderBy + nullTreatment;
        arguments.Rule = MakePlusRule(arguments, ToTerm(","), argument);
        argument.Rule = Expression | Word + "=>" + Expression;
        nullTreatment.Rule = Empty | "IGNORE NULLS";

        CallSuffixes.Rule = MakePlusRule(CallSuffixes, suffix);
        suffix.Rule = ToTerm("FILTER") + "(" + "WHERE" + Expression + ")"
            | ToTerm("WITHIN GROUP") + "(" + "ORDER BY" + OrderItems + ")"
            | "OVER" + Word | "OVER" + WindowSpecification
            | "IGNORE NULLS OVER" + Word | "IGNORE NULLS OVER" + WindowSpecification;
        DefineWindows();
    }

    private void DefineWindows()
    {
        var baseWindow = new NonTerminal("base window");
        var partition = new NonTerminal("partition");
        var frame = new NonTerminal("frame");
        var unit = new NonTerminal("frame unit");
        var bound = new NonTerminal("frame bound");
        var exclusion = new NonTerminal("frame exclusion");

        WindowSpecification.Rule = "(" + baseWindow + partition + OrderBy + frame + ")";
        baseWindow.Rule = Empty | Word;
        partition.Rule = Empty | "PARTITION BY" + Expressions;
        frame.Rule = Empty | unit + bound + exclusion | unit + "BETWEEN" + bound + "AND" + bound + exclusion;
        unit.Rule = ToTerm("ROWS") | "RANGE";
        MarkTransient(unit);
        bound.Rule = ToTerm("UNBOUNDED PRECEDING") | "CURRENT ROW" | Operand + "PRECEDING" | Operand + "FOLLOWING";
        exclusion.Rule = Empty | "EXCLUDE";
    }
}
