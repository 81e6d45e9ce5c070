using Irony.Parsing;
using Jammi.Sql.Syntax.Terminals;

namespace Jammi.Sql.Syntax;

/// <summary>
/// The grammar, shaped for an LALR(1) automaton that is small and free of conflicts: flat alternatives instead of a nonterminal per
/// precedence level, no optional part at the start of a rule, operators ordered by precedence. <see cref="AstBuilder"/> reads the trees.
/// </summary>
internal sealed partial class SqlGrammar : Grammar
{
    public readonly NonTerminal Script = new("script");
    public readonly NonTerminal Statement = new("statement");
    public readonly NonTerminal Insert = new("insert");
    public readonly NonTerminal Update = new("update");
    public readonly NonTerminal Delete = new("delete");
    public readonly NonTerminal CreateObject = new("create");
    public readonly NonTerminal Drop = new("drop");
    public readonly NonTerminal AlterTable = new("alter table");
    public readonly NonTerminal Transaction = new("transaction");
    public readonly NonTerminal Copy = new("copy");
    public readonly NonTerminal Setting = new("setting");
    public readonly NonTerminal Inspect = new("inspect");
    public readonly NonTerminal Explain = new("explain");

    public readonly NonTerminal ColumnDefinition = new("column definition");
    public readonly NonTerminal OverridingQuery = new("overriding query");
    public readonly NonTerminal TableConstraint = new("table constraint");
    public readonly NonTerminal ColumnConstraints = new("column constraints");
    public readonly NonTerminal TypeName = new("type");
    public readonly NonTerminal TypeWord = new("type word");
    public readonly NonTerminal NameList = new("names");

    public readonly WordTerminal Word;
    public readonly SymbolTable SymbolTable = new();
    public readonly StringTerminal String = new();
    public readonly NumberTerminal Number = new();
    public readonly BlobTerminal Blob = new();
    public readonly VectorTerminal Vector = new();
    public readonly ParameterTerminal Parameter = new();

    public SqlGrammar()
        : base(caseSensitive: true)
    {
        var keywords = new KeywordTable();
        Word = new WordTerminal(keywords);
        DefineVocabulary(keywords);
        int vocabulary = KeyTerms.Count;

        DefineStatements();
        DefineDataStatements();
        DefineDefinitions();
        DefineQueries();
        DefineTables();
        DefineExpressions();
        DefineCalls();

        DefinePrecedence();
        MarkPunctuation(Punctuation);
        Root = Script;
        SnippetRoots.Add(Expression);
        if (KeyTerms.Count != vocabulary)
        {
            throw new InvalidOperationException("A rule of the grammar uses a keyword that the vocabulary does not have: " + KeyTerms.Last().Key + ".");
        }
    }

    private void DefineStatements()
    {
        var statementOrNothing = new NonTerminal("statement or nothing");
        var explainOption = new NonTerminal("explain option");
        var explainOptions = new NonTerminal("explain options");
        var nameOrQuery = new NonTerminal("name or query");

        Script.Rule = MakePlusRule(Script, ToTerm(";"), statementOrNothing);
        statementOrNothing.Rule = Empty | Statement;
        MarkTransient(statementOrNothing);

        Statement.Rule = Query | Insert | Update | Delete
            | WithClause + Insert | WithClause + Update | WithClause + Delete
            | CreateObject | Drop | AlterTable | Transaction | Copy | Setting | Inspect | Explain;

        Explain.Rule = "EXPLAIN" + Statement
            | "EXPLAIN ANALYZE" + Statement
            | ToTerm("EXPLAIN") + "(" + explainOptions + ")" + Statement;
        explainOptions.Rule = MakePlusRule(explainOptions, ToTerm(","), explainOption);
        explainOption.Rule = Word | Word + Word | Word + "TRUE" | Word + "FALSE";

        Transaction.Rule = "BEGIN" | ToTerm("COMMIT") | "ROLLBACK"
            | "ROLLBACK TO" + Word | "SAVEPOINT" + Word | "RELEASE" + Word | "RELEASE SAVEPOINT" + Word;

        Setting.Rule = "SET" + Name + "=" + Expression | "SET" + Name + "TO" + Expression
            | "SET" + Name + "=" + "ON" | "SET" + Name + "TO" + "ON"
            | "RESET" + Name
            | "PRAGMA" + Name + "=" + Expression | "PRAGMA" + Name;

        Inspect.Rule = "SHOW" + Name | "SHOW ALL"
            | "DESCRIBE" + nameOrQuery | "DESC" + nameOrQuery;
        nameOrQuery.Rule = Name | Query;
        MarkTransient(nameOrQuery);
    }

    private void DefineDataStatements()
    {
        var insertHead = new NonTerminal("insert head");
        var insertSource = new NonTerminal("insert source");
        var onConflict = new NonTerminal("on conflict");
        var conflictTarget = new NonTerminal("conflict target");
        var conflictAction = new NonTerminal("conflict action");
        var assignments = new NonTerminal("assignments");
        var assignment = new NonTerminal("assignment");
        var returning = new NonTerminal("returning");
        var usingTables = new NonTerminal("using tables");
        var copyOptions = new NonTerminal("copy options");
        var copyOptionList = new NonTerminal("copy option list");
        var copyOption = new NonTerminal("copy option");
        var copySource = new NonTerminal("copy source");

        Insert.Rule = insertHead + insertSource + onConflict + returning
            | insertHead + "(" + NameList + ")" + insertSource + onConflict + returning;
        insertHead.Rule = ToTerm("INSERT") + "INTO" + Name | ToTerm("INSERT") + "INTO" + Name + "AS" + Word;
        insertSource.Rule = Query | "DEFAULT VALUES" | OverridingQuery;
        MarkTransient(insertSource);
        OverridingQuery.Rule = "OVERRIDING VALUE" + Query;
        onConflict.Rule = Empty | "ON CONFLICT" + conflictTarget + conflictAction;
        conflictTarget.Rule = Empty | "(" + NameList + ")";
        conflictAction.Rule = "DO NOTHING" | "DO UPDATE SET" + assignments + Where;
        returning.Rule = Empty | "RETURNING" + SelectList;
        NameList.Rule = MakePlusRule(NameList, ToTerm(","), Word);

        Update.Rule = "UPDATE" + Name + TableAlias + "SET" + assignments + FromClause + Where + returning;
        assignments.Rule = MakePlusRule(assignments, ToTerm(","), assignment);
        assignment.Rule = Word + "=" + Expression | "(" + NameList + ")" + "=" + Expression;

        Delete.Rule = ToTerm("DELETE") + "FROM" + Name + TableAlias + usingTables + Where + returning
            | "TRUNCATE" + Name;
        usingTables.Rule = Empty | "USING" + TableList;

        Copy.Rule = "COPY" + copySource + "FROM" + String + copyOptions
            | "COPY" + copySource + "TO" + String + copyOptions;
        copySource.Rule = Name | Name + "(" + NameList + ")" | Subquery;
        copyOptions.Rule = Empty | "(" + copyOptionList + ")" | ToTerm("WITH") + "(" + copyOptionList + ")";
        copyOptionList.Rule = MakePlusRule(copyOptionList, ToTerm(","), copyOption);
        copyOption.Rule = Word | Word + Expression | "NULL" + Expression;
    }

    private void DefineDefinitions()
    {
        var createPrefix = new NonTerminal("create prefix");
        var ifNotExists = new NonTerminal("if not exists");
        var ifExists = new NonTerminal("if exists");
        var objectKind = new NonTerminal("object kind");
        var tableElements = new NonTerminal("table elements");
        var tableElement = new NonTerminal("table element");
        var columnConstraint = new NonTerminal("column constraint");
        var withData = new NonTerminal("with data");
        var indexedColumns = new NonTerminal("indexed columns");
        var indexName = new NonTerminal("index name");
        var indexOptions = new NonTerminal("index options");
        var indexOptionList = new NonTerminal("index option list");
        var indexOption = new NonTerminal("index option");
        var nameList = new NonTerminal("object names");
        var alterAction = new NonTerminal("alter action");
        var typeSize = new NonTerminal("type size");
        var identityOptions = new NonTerminal("identity options");
        var identityOption = new NonTerminal("identity option");
        var cascade = new NonTerminal("cascade");

        CreateObject.Rule =
            createPrefix + "TABLE" + ifNotExists + Name + "(" + tableElements + ")"
            | createPrefix + "TABLE" + ifNotExists + Name + "AS" + Query + withData
            | createPrefix + "TABLE" + ifNotExists + Name + "(" + tableElements + ")" + "AS" + Query + withData
            | createPrefix + "VIEW" + ifNotExists + Name + "AS" + Query
            | createPrefix + "VIEW" + ifNotExists + Name + "(" + NameList + ")" + "AS" + Query
            | createPrefix + "INDEX" + ifNotExists + Name + "ON" + Name + "(" + indexedColumns + ")"
            | createPrefix + "UNIQUE INDEX" + ifNotExists + Name + "ON" + Name + "(" + indexedColumns + ")"
            | createPrefix + "FULLTEXT INDEX" + ifNotExists + indexName + "ON" + Name + "(" + NameList + ")" + indexOptions
            | createPrefix + "SCHEMA" + ifNotExists + Name;
        createPrefix.Rule = "CREATE" | "CREATE" + ToTerm("TEMPORARY")
            | ToTerm("CREATE") + "OR" + "REPLACE" | ToTerm("CREATE") + "OR" + "REPLACE" + "TEMPORARY";
        ifNotExists.Rule = Empty | "IF NOT EXISTS";
        indexedColumns.Rule = OrderItems;
        MarkTransient(indexedColumns);
        indexName.Rule = Empty | Name;
        indexOptions.Rule = Empty | ToTerm("WITH") + "(" + indexOptionList + ")";
        indexOptionList.Rule = MakePlusRule(indexOptionList, ToTerm(","), indexOption);
        indexOption.Rule = Word + "=" + Expression;
        withData.Rule = Empty | ToTerm("WITH") + "DATA" | "WITH NO DATA";

        tableElements.Rule = MakePlusRule(tableElements, ToTerm(","), tableElement);
        tableElement.Rule = ColumnDefinition | TableConstraint;
        MarkTransient(tableElement);
        ColumnDefinition.Rule = Word + ColumnConstraints | Word + TypeName + ColumnConstraints;
        ColumnConstraints.Rule = MakeStarRule(ColumnConstraints, columnConstraint);
        columnConstraint.Rule = "NOT NULL" | ToTerm("NULL") | "PRIMARY KEY" | "UNIQUE"
            | "DEFAULT" + Expression | ToTerm("CHECK") + "(" + Expression + ")"
            | "REFERENCES" + Name | "REFERENCES" + Name + "(" + NameList + ")"
            | "GENERATED AS IDENTITY" | "GENERATED AS IDENTITY" + ToTerm("(") + identityOptions + ")"
            | "CONSTRAINT" + Word + columnConstraint;
        identityOptions.Rule = MakePlusRule(identityOptions, identityOption);
        identityOption.Rule = "START WITH" + Number | "START WITH" + ToTerm("-") + Number;
        TableConstraint.Rule = ToTerm("PRIMARY KEY") + "(" + NameList + ")"
            | ToTerm("UNIQUE") + "(" + NameList + ")"
            | ToTerm("CHECK") + "(" + Expression + ")"
            | ToTerm("FOREIGN KEY") + "(" + NameList + ")" + "REFERENCES" + Name
            | ToTerm("FOREIGN KEY") + "(" + NameList + ")" + "REFERENCES" + Name + "(" + NameList + ")"
            | "CONSTRAINT" + Word + TableConstraint;

        TypeName.Rule = TypeWord | TypeWord + typeSize | TypeWord + "WITH TIME ZONE" | TypeWord + typeSize + "WITH TIME ZONE"
            | TypeName + "[" + "]" | TypeName + "[" + Number + "]";
        TypeWord.Rule = Word | "CHARACTER VARYING";
        typeSize.Rule = "(" + MakeNumbers() + ")" | "(" + Word + ")";

        Drop.Rule = "DROP" + objectKind + ifExists + nameList + cascade;
        objectKind.Rule = ToTerm("TABLE") | "VIEW" | "INDEX" | "SCHEMA";
        ifExists.Rule = Empty | "IF EXISTS";
        nameList.Rule = MakePlusRule(nameList, ToTerm(","), Name);
        cascade.Rule = Empty | Word;

        AlterTable.Rule = "ALTER TABLE" + ifExists + Name + alterAction;
        alterAction.Rule = "ADD" + ColumnDefinition | "ADD COLUMN" + ifNotExists + ColumnDefinition | "ADD" + TableConstraint
            | "DROP" + Word + cascade | "DROP COLUMN" + ifExists + Word + cascade
            | "DROP CONSTRAINT" + ifExists + Word + cascade | "RENAME CONSTRAINT" + Word + "TO" + Word
            | "RENAME TO" + Word | "RENAME" + Word + "TO" + Word | "RENAME COLUMN" + Word + "TO" + Word
            | AlterColumn();
    }

    private BnfExpression AlterColumn()
    {
        var head = new NonTerminal("alter column");
        head.Rule = "ALTER" + Word | "ALTER COLUMN" + Word;
        return head + "TYPE" + TypeName | head + "TYPE" + TypeName + "USING" + Expression
            | head + "SET DEFAULT" + Expression | head + "DROP DEFAULT" | head + "SET NOT NULL";
    }

    private NonTerminal MakeNumbers()
    {
        var numbers = new NonTerminal("numbers");
        numbers.Rule = MakePlusRule(numbers, ToTerm(","), Number);
        return numbers;
    }
}
