package io.rdsboot.vector.table;

/**
 * Type of the metadata column of a vector table.
 */
public enum MetadataType {

	/**
	 * PostgreSQL's {@code jsonb}, which filters read without parsing it, and which an
	 * index can find rows by.
	 */
	JSONB("jsonb"),

	/**
	 * PostgreSQL's {@code json}, as Spring AI's {@code PgVectorStore} makes it: text that
	 * a filter parses anew for each row that it looks at. For tables that exist and that
	 * others use too. A filter fails at a row whose JSON {@code jsonb} cannot hold, as
	 * text with the character U+0000; rows are read and written whatever they hold.
	 */
	JSON("json");

	private final String sqlType;

	MetadataType(String sqlType) {
		this.sqlType = sqlType;
	}

	/**
	 * Return the name of the type in SQL.
	 * @return the SQL type
	 */
	public String sqlType() {
		return this.sqlType;
	}

}
