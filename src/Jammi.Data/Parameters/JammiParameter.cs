using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <summary>A value for a place of a statement: <c>@name</c>, <c>:name</c>, <c>$name</c> by name, <c>?</c> and <c>$1</c> by position.</summary>
public sealed class JammiParameter : DbParameter, ICloneable
{
    string name = string.Empty;
    DbType? dbType;

    /// <summary>Creates an unnamed parameter without a value.</summary>
    public JammiParameter()
    {
    }

    /// <summary>Creates a parameter whose type is that of its value.</summary>
    /// <param name="name">Name with or without its prefix.</param>
    /// <param name="value">The value; <see cref="DBNull.Value"/> for NULL.</param>
    public JammiParameter(string? name, object? value)
    {
        ParameterName = name;
        Value = value;
    }

    /// <summary>Creates a parameter of a declared type.</summary>
    /// <param name="name">Name with or without its prefix.</param>
    /// <param name="type">The type; values are converted to it.</param>
    /// <param name="size">The longest text or blob; longer ones are cut. 0 for any.</param>
    /// <param name="sourceColumn">The column of a DataTable that gives the values.</param>
    public JammiParameter(string? name, DbType type, int size = 0, string? sourceColumn = null)
    {
        ParameterName = name;
        DbType = type;
        Size = size;
        SourceColumn = sourceColumn;
    }

    /// <summary>The declared type, or the one inferred from the value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no <see cref="System.Data.DbType"/>.</exception>
    public override DbType DbType
    {
        get => dbType ?? ParameterTypes.Infer(Value);
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
                throw new NotSupportedException($"Parameter '{name}' cannot have the direction {value}: statements return rows, not parameters.");
            }
        }
    }

    /// <inheritdoc/>
    public override bool IsNullable { get; set; }

    /// <summary>The name, with or without its prefix; empty for one that is found by position.</summary>
    [AllowNull]
    public override string ParameterName
    {
        get => name;
        set => name = value ?? string.Empty;
    }

    /// <summary>The longest text or blob, in characters or bytes; longer ones are cut. 0 for any.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below -1.</exception>
    public override int Size
    {
        get;
        set => field = value >= -1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A size is 0 or more, or -1 for any.");
    }

    /// <summary>Digits of a DECIMAL; 0 takes them from the value.</summary>
    public override byte Precision { get; set; }

    /// <summary>Digits after the point of a DECIMAL; used with <see cref="Precision"/>, or with a declared <see cref="DbType"/>.</summary>
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

    /// <summary>A copy that belongs to no collection.</summary>
    public JammiParameter Clone() => (JammiParameter)MemberwiseClone();

    object ICloneable.Clone() => Clone();

    /// <summary>The name without its prefix.</summary>
    internal string BareName => Bare(name);

    internal static string Bare(string name) => name.Length > 0 && name[0] is '@' or ':' or '$' ? name[1..] : name;

    /// <summary>The value as the engine takes it.</summary>
    /// <exception cref="InvalidOperationException">There is no value, and <paramref name="allowUnset"/> is false.</exception>
    internal ScalarValue ToScalar(bool allowUnset)
    {
        object value = Value ?? (allowUnset ? DBNull.Value : throw new InvalidOperationException($"Parameter '{name}' has no value; use DBNull.Value for NULL."));
        SqlType? declared = dbType is { } type ? ParameterTypes.Declared(type, Precision, Scale, value)
            : Precision > 0 && value is decimal ? ParameterTypes.Declared(DbType.Decimal, Precision, Scale, value)
            : null;
        return ParameterTypes.ToScalar(Size > 0 ? Cut(value) : value, declared, ValuePlace.Parameter(name));
    }

    object Cut(object value) => value switch
    {
        string text when text.Length > Size => text[..Size],
        byte[] bytes when bytes.Length > Size => bytes[..Size],
        _ => value,
    };
}
