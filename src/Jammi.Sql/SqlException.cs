namespace Jammi.Sql;

/// <summary>What kind of thing went wrong, and so whose move it is.</summary>
internal enum SqlErrorCode
{
    /// <summary>The text is not SQL that Jammi understands.</summary>
    SyntaxError,

    /// <summary>A table, column, function, type or other name does not exist.</summary>
    UndefinedTable,

    /// <summary>A column name does not exist.</summary>
    UndefinedColumn,

    /// <summary>No function of that name and those argument types exists.</summary>
    UndefinedFunction,

    /// <summary>A name matches more than one thing.</summary>
    Ambiguous,

    /// <summary>The thing to be created exists already.</summary>
    DuplicateTable,

    /// <summary>Types do not fit together.</summary>
    DatatypeMismatch,

    /// <summary>The statement is well-formed but breaks a rule of grouping, windows or arity.</summary>
    InvalidStatement,

    /// <summary>A value cannot be read as the wanted type.</summary>
    InvalidText,

    /// <summary>A number does not fit its type.</summary>
    NumericOutOfRange,

    /// <summary>An argument of a function is outside what it takes.</summary>
    InvalidParameter,

    /// <summary>A parameter of the statement was not given.</summary>
    MissingParameter,

    /// <summary>A NOT NULL constraint was broken.</summary>
    NotNullViolation,

    /// <summary>A UNIQUE or PRIMARY KEY constraint was broken.</summary>
    UniqueViolation,

    /// <summary>A CHECK constraint was broken.</summary>
    CheckViolation,

    /// <summary>A scalar subquery gave more than one row.</summary>
    CardinalityViolation,

    /// <summary>Understood, but not supported yet.</summary>
    NotSupported,

    /// <summary>A file or directory could not be found or read.</summary>
    Io,

    /// <summary>Stored data fails its checks.</summary>
    DataCorrupted,

    /// <summary>Another process or transaction holds what is needed.</summary>
    Busy,

    /// <summary>A transaction command does not fit the state of the transaction.</summary>
    InvalidTransactionState,

    /// <summary>The statement was cancelled.</summary>
    Cancelled,

    /// <summary>What must be in memory as a whole does not fit in what the statement may use.</summary>
    OutOfMemory,

    /// <summary>A fault in Jammi itself.</summary>
    Internal,
}

/// <summary>An error of a SQL statement, with its place in the text where it has one.</summary>
internal sealed class SqlException : Exception
{
    /// <summary>Creates an error without a place.</summary>
    public SqlException(SqlErrorCode code, string message, Exception? innerException = null)
        : this(code, message, SourcePosition.None, innerException)
    {
    }

    /// <summary>Creates an error at a place of the statement's text.</summary>
    public SqlException(SqlErrorCode code, string message, SourcePosition position, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Position = position;
    }

    /// <summary>The kind of error.</summary>
    public SqlErrorCode Code { get; }

    /// <summary>UTF-16 offset in the command text, or <see cref="SourcePosition.None"/>.</summary>
    public SourcePosition Position { get; }

    /// <summary>The five-character SQLSTATE, PostgreSQL's where one fits.</summary>
    public string SqlState => Code switch
    {
        SqlErrorCode.SyntaxError => "42601",
        SqlErrorCode.UndefinedTable => "42P01",
        SqlErrorCode.UndefinedColumn => "42703",
        SqlErrorCode.UndefinedFunction => "42883",
        SqlErrorCode.Ambiguous => "42702",
        SqlErrorCode.DuplicateTable => "42P07",
        SqlErrorCode.DatatypeMismatch => "42804",
        SqlErrorCode.InvalidStatement => "42803",
        SqlErrorCode.InvalidText => "22P02",
        SqlErrorCode.NumericOutOfRange => "22003",
        SqlErrorCode.InvalidParameter => "22023",
        SqlErrorCode.MissingParameter => "07001",
        SqlErrorCode.NotNullViolation => "23502",
        SqlErrorCode.UniqueViolation => "23505",
        SqlErrorCode.CheckViolation => "23514",
        SqlErrorCode.CardinalityViolation => "21000",
        SqlErrorCode.NotSupported => "0A000",
        SqlErrorCode.Io => "58030",
        SqlErrorCode.DataCorrupted => "XX001",
        SqlErrorCode.Busy => "55P03",
        SqlErrorCode.InvalidTransactionState => "25000",
        SqlErrorCode.Cancelled => "57014",
        SqlErrorCode.OutOfMemory => "53200",
        _ => "XX000",
    };
}

/// <summary>A place in a statement's text: a UTF-16 offset and a length.</summary>
/// <param name="Offset">Zero-based UTF-16 offset, or -1 when the place is unknown.</param>
/// <param name="Length">Number of UTF-16 units, at least 1 where the place is known.</param>
internal readonly record struct SourcePosition(int Offset, int Length)
{
    /// <summary>No place.</summary>
    public static SourcePosition None => new(-1, 0);

    /// <summary>Whether this names a place.</summary>
    public bool IsKnown => Offset >= 0;
}
