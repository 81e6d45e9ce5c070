using System.Data.Common;
using System.Globalization;
using Jammi.Sql.Syntax;

namespace Jammi.Data.Metadata;

/// <summary>What the provider says of itself: its collections, its SQL and its types.</summary>
static class ProviderCollections
{
    public static SchemaCollection MetaDataCollections { get; } = new(
        DbMetaDataCollectionNames.MetaDataCollections,
        0,
        [],
        [
            (DbMetaDataColumnNames.CollectionName, typeof(string)),
            (DbMetaDataColumnNames.NumberOfRestrictions, typeof(int)),
            (DbMetaDataColumnNames.NumberOfIdentifierParts, typeof(int)),
        ],
        _ => SchemaCollections.All.Select(c => new object?[] { c.Name, c.Restrictions.Length, c.IdentifierParts }));

    public static SchemaCollection Restrictions { get; } = new(
        DbMetaDataCollectionNames.Restrictions,
        0,
        [],
        [
            (DbMetaDataColumnNames.CollectionName, typeof(string)), ("RestrictionName", typeof(string)), ("RestrictionDefault", typeof(string)), ("RestrictionNumber", typeof(int)),
        ],
        _ => SchemaCollections.All.SelectMany(c => c.Restrictions.Select((name, i) => new object?[] { c.Name, name, name, i + 1 })));

    public static SchemaCollection ReservedWords { get; } = new(
        DbMetaDataCollectionNames.ReservedWords,
        0,
        [],
        [(DbMetaDataColumnNames.ReservedWord, typeof(string))],
        _ => SqlGrammar.AllReservedWords.Order(StringComparer.Ordinal).Select(word => new object?[] { word }));

    public static SchemaCollection DataSourceInformation { get; } = new(
        DbMetaDataCollectionNames.DataSourceInformation,
        0,
        [],
        [
            (DbMetaDataColumnNames.CompositeIdentifierSeparatorPattern, typeof(string)),
            (DbMetaDataColumnNames.DataSourceProductName, typeof(string)),
            (DbMetaDataColumnNames.DataSourceProductVersion, typeof(string)),
            (DbMetaDataColumnNames.DataSourceProductVersionNormalized, typeof(string)),
            (DbMetaDataColumnNames.GroupByBehavior, typeof(GroupByBehavior)),
            (DbMetaDataColumnNames.IdentifierPattern, typeof(string)),
            (DbMetaDataColumnNames.IdentifierCase, typeof(IdentifierCase)),
            (DbMetaDataColumnNames.OrderByColumnsInSelect, typeof(bool)),
            (DbMetaDataColumnNames.ParameterMarkerFormat, typeof(string)),
            (DbMetaDataColumnNames.ParameterMarkerPattern, typeof(string)),
            (DbMetaDataColumnNames.ParameterNameMaxLength, typeof(int)),
            (DbMetaDataColumnNames.ParameterNamePattern, typeof(string)),
            (DbMetaDataColumnNames.QuotedIdentifierPattern, typeof(string)),
            (DbMetaDataColumnNames.QuotedIdentifierCase, typeof(IdentifierCase)),
            (DbMetaDataColumnNames.StatementSeparatorPattern, typeof(string)),
            (DbMetaDataColumnNames.StringLiteralPattern, typeof(string)),
            (DbMetaDataColumnNames.SupportedJoinOperators, typeof(SupportedJoinOperators)),
        ],
        connection =>
        [
            [
                @"\.",
                "Jammi",
                connection.ServerVersion,
                Normalized(Version.Parse(connection.ServerVersion)),
                GroupByBehavior.MustContainAll,
                @"(^[\p{L}_][\p{L}\p{Nd}_$]*$)|(^""([^""]|"""")+""$)",
                IdentifierCase.Insensitive,
                false,
                "@{0}",
                @"[@:$][\p{L}_][\p{L}\p{Nd}_$]*",
                LongestParameterName,
                @"^[\p{L}_][\p{L}\p{Nd}_$]*",
                @"""(([^""]|"""")*)""",
                IdentifierCase.Insensitive,
                ";",
                "'(([^']|'')*)'",
                SupportedJoinOperators.Inner | SupportedJoinOperators.LeftOuter | SupportedJoinOperators.RightOuter | SupportedJoinOperators.FullOuter,
            ],
        ]);

    public static SchemaCollection DataTypes { get; } = new(
        DbMetaDataCollectionNames.DataTypes,
        0,
        [],
        [
            (DbMetaDataColumnNames.TypeName, typeof(string)),
            (DbMetaDataColumnNames.ProviderDbType, typeof(int)),
            (DbMetaDataColumnNames.ColumnSize, typeof(long)),
            (DbMetaDataColumnNames.CreateFormat, typeof(string)),
            (DbMetaDataColumnNames.CreateParameters, typeof(string)),
            (DbMetaDataColumnNames.DataType, typeof(string)),
            (DbMetaDataColumnNames.IsAutoIncrementable, typeof(bool)),
            (DbMetaDataColumnNames.IsBestMatch, typeof(bool)),
            (DbMetaDataColumnNames.IsCaseSensitive, typeof(bool)),
            (DbMetaDataColumnNames.IsFixedLength, typeof(bool)),
            (DbMetaDataColumnNames.IsFixedPrecisionScale, typeof(bool)),
            (DbMetaDataColumnNames.IsLong, typeof(bool)),
            (DbMetaDataColumnNames.IsNullable, typeof(bool)),
            (DbMetaDataColumnNames.IsSearchable, typeof(bool)),
            (DbMetaDataColumnNames.IsSearchableWithLike, typeof(bool)),
            (DbMetaDataColumnNames.IsUnsigned, typeof(bool)),
            (DbMetaDataColumnNames.MaximumScale, typeof(short)),
            (DbMetaDataColumnNames.MinimumScale, typeof(short)),
            (DbMetaDataColumnNames.IsConcurrencyType, typeof(bool)),
            (DbMetaDataColumnNames.IsLiteralSupported, typeof(bool)),
            (DbMetaDataColumnNames.LiteralPrefix, typeof(string)),
            (DbMetaDataColumnNames.LiteralSuffix, typeof(string)),
        ],
        _ => DataTypeRows.All);

    const int LongestParameterName = 128;

    static string Normalized(Version version) => string.Create(CultureInfo.InvariantCulture, $"{version.Major:D2}.{version.Minor:D2}.{version.Build:D4}");
}
