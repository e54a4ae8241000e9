package io.rdsboot.vector.table;

import java.util.UUID;

/**
 * Type of the primary key of a vector table.
 */
public enum IdType {

	/**
	 * PostgreSQL's {@code uuid}, in Java a {@link java.util.UUID}.
	 */
	UUID("uuid", UUID.class),

	/**
	 * PostgreSQL's {@code text}, in Java a {@link String} that is not empty.
	 */
	TEXT("text", String.class),

	/**
	 * PostgreSQL's {@code bigint}, in Java a {@link Long}.
	 */
	BIGINT("bigint", Long.class),

	/**
	 * PostgreSQL's {@code integer}, in Java an {@link Integer}. For tables that exist
	 * with such ids, as a {@code serial}.
	 */
	INTEGER("integer", Integer.class);

	private final String sqlType;

	private final Class<?> javaType;

	IdType(String sqlType, Class<?> javaType) {
		this.sqlType = sqlType;
		this.javaType = javaType;
	}

	/**
	 * Return the name of the type in SQL.
	 * @return the SQL type
	 */
	public String sqlType() {
		return this.sqlType;
	}

	/**
	 * Return whether the ids are whole numbers, which a sequence can generate.
	 * @return whether they are
	 */
	public boolean isNumber() {
		return this == BIGINT || this == INTEGER;
	}

	/**
	 * Return the class of the ids in Java.
	 * @return the Java type
	 */
	public Class<?> javaType() {
		return this.javaType;
	}

}
