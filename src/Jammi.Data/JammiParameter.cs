using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <summary>A value for a place of a statement: <c>@name</c>, <c>:name</c>, <c>$name</c> by name, <c>?</c> and <c>$1</c> by position.</summary>
public sealed class JammiParameter : DbParameter
{
    string name = string.Empty;
    DbType? dbType;

    /// <summary>Creates an unnamed parameter without a value.</summary>
    public JammiParameter()
    {
    }

    /// <summary>Creates a parameter.</summary>
    /// <param name="name">Name with or without its prefix.</param>
    /// <param name="value">The value; <see cref="DBNull.Value"/> for NULL.</param>
    public JammiParameter(string name, object? value)
    {
        ParameterName = name;
        Value = value;
    }

    /// <summary>The declared type, or the one inferred from the value.</summary>
    public override DbType DbType
    {
        get => dbType ?? ClrTypes.DbTypeOf(Value);
        set => dbType = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "This is not a DbType.");
    }

    /// <summary>Input is the only direction.</summary>
    /// <exception cref="NotSupportedException">Another direction is set.</exception>
    public override ParameterDirection Direction
    {
        get => ParameterDirection.Input;
        set
        {
            if (value != ParameterDirection.Input)
            {
                throw new NotSupportedException($"Parameter direction {value} is not supported: statements return rows, not parameters.");
            }
        }
    }

    /// <inheritdoc/>
    public override bool IsNullable { get; set; }

    /// <inheritdoc/>
    [AllowNull]
    public override string ParameterName
    {
        get => name;
        set => name = value ?? string.Empty;
    }

    /// <inheritdoc/>
    public override int Size { get; set; }

    /// <inheritdoc/>
    public override byte Precision { get; set; }

    /// <inheritdoc/>
    public override byte Scale { get; set; }

    /// <inheritdoc/>
    [AllowNull]
    public override string SourceColumn { get => field ?? string.Empty; set; }

    /// <inheritdoc/>
    public override bool SourceColumnNullMapping { get; set; }

    /// <inheritdoc/>
    public override DataRowVersion SourceVersion { get; set; } = DataRowVersion.Current;

    /// <inheritdoc/>
    public override object? Value { get; set; }

    /// <inheritdoc/>
    public override void ResetDbType() => dbType = null;

    /// <summary>The name without its prefix.</summary>
    internal string BareName => name.Length > 0 && name[0] is '@' or ':' or '$' ? name[1..] : name;

    /// <summary>The value as the engine takes it.</summary>
    internal ScalarValue ToScalar()
    {
        object value = Value ?? throw new InvalidOperationException($"Parameter '{ParameterName}' has no value; use DBNull.Value for NULL.");
        return ClrTypes.ToScalar(Size > 0 ? Truncate(value) : value, dbType, ParameterName);
    }

    object Truncate(object value) => value switch
    {
        string text when text.Length > Size => text[..Size],
        byte[] bytes when bytes.Length > Size => bytes[..Size],
        _ => value,
    };
}
