package io.rdsboot.vector.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.rdsboot.vector.jdbc.copy.BinaryFields;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.VectorCodec;
import io.rdsboot.vector.type.VectorText;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Oid;
import org.postgresql.jdbc.PreferQueryMode;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * Vectors, and arrays of whatever type, as bind parameters in binary format. How a
 * connection <em>reads</em> types is left alone: it would change what others who share a
 * pool get for their columns, users of pgvector's own Java classes among them.
 * Thread-safe.
 */
public final class VectorParameters {

	private static final byte[] NO_BYTES = {};

	private final @Nullable String extensionSchema;

	public VectorParameters(@Nullable String extensionSchema) {
		this.extensionSchema = extensionSchema;
	}

	/**
	 * Set a parameter to a vector, or to {@code NULL}.
	 */
	public void set(PreparedStatement statement, int parameter, ElementType type, @Nullable VectorValue vector)
			throws SQLException {
		BaseConnection connection = statement.getConnection().unwrap(BaseConnection.class);
		String typeName = require(connection, typeName(type)).name();
		if (vector == null) {
			statement.setObject(parameter, new BinaryParameter(typeName, NO_BYTES, 0, null));
		}
		else if (isBinary(connection)) {
			byte[] bytes = VectorCodec.encode(type, vector);
			statement.setObject(parameter, new BinaryParameter(typeName, bytes, bytes.length, null));
		}
		else {
			statement.setObject(parameter, new BinaryParameter(typeName, NO_BYTES, 0, VectorText.format(type, vector)));
		}
	}

	/**
	 * Return a vector that a column or the binary form of one ({@code vector_send})
	 * holds.
	 */
	public static @Nullable VectorValue read(ResultSet row, int column, ElementType type) throws SQLException {
		byte[] bytes = row.getBytes(column);
		return (bytes != null) ? VectorCodec.decode(type, bytes) : null;
	}

	/**
	 * Let a buffer hold the beginning of an array, which the elements follow.
	 */
	public static void startArray(Connection connection, RecordColumn.Element element, int size, BinaryFields array)
			throws SQLException {
		array.clear();
		array.putArrayHeader(require(connection.unwrap(BaseConnection.class), element.type()).oid(), size);
	}

	/**
	 * Set a parameter to an array, of which pgjdbc makes a copy.
	 */
	public static void setArray(PreparedStatement statement, int parameter, RecordColumn.Element element,
			BinaryFields array) throws SQLException {
		BaseConnection connection = statement.getConnection().unwrap(BaseConnection.class);
		String typeName = require(connection, element.arrayType()).name();
		statement.setObject(parameter, new BinaryParameter(typeName, array.array(), array.length(), null));
	}

	/**
	 * Return how pgjdbc looks for a type.
	 */
	String typeName(ElementType type) {
		return qualified(type, type.sqlName());
	}

	/**
	 * Return how pgjdbc looks for the type of arrays of a type.
	 */
	String arrayTypeName(ElementType type) {
		return qualified(type, "_" + type.sqlName());
	}

	private String qualified(ElementType type, String name) {
		return (this.extensionSchema != null && type != ElementType.BIT)
				? "\"%s\".\"%s\"".formatted(this.extensionSchema, name) : name;
	}

	/**
	 * Return a type, of which parameters are sent in binary from now on.
	 * @throws SQLException if there is no such type
	 */
	private static ServerType require(BaseConnection connection, String name) throws SQLException {
		ServerType type = new ServerType(name, connection.getTypeInfo().getPGType(name));
		if (type.oid() == Oid.UNSPECIFIED) {
			type = lookUp(connection, name);
		}
		if (isBinary(connection)) {
			connection.getQueryExecutor().addBinarySendOid(type.oid());
		}
		return type;
	}

	/**
	 * pgjdbc never looks again for a type that it did not find once, even if the
	 * extension has been created since. It learns the name of a type by its number.
	 */
	private static ServerType lookUp(BaseConnection connection, String name) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("SELECT to_regtype(?)::oid::bigint")) {
			statement.setString(1, name);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				int oid = (int) row.getLong(1);
				String known = connection.getTypeInfo().getPGType(oid);
				if (known == null) {
					throw new PSQLException("There is no type %s: create the extension vector".formatted(name),
							PSQLState.UNDEFINED_OBJECT);
				}
				return new ServerType(known, oid);
			}
		}
	}

	/**
	 * Return whether a connection sends parameters in binary. Arrays need it.
	 */
	public static boolean areBinary(Connection connection) throws SQLException {
		return isBinary(connection.unwrap(BaseConnection.class));
	}

	private static boolean isBinary(BaseConnection connection) {
		return connection.getPreferQueryMode() != PreferQueryMode.SIMPLE;
	}

	/**
	 * Type as a connection knows it.
	 *
	 * @param name what pgjdbc finds it by
	 * @param oid its number
	 */
	private record ServerType(String name, int oid) {

	}

}
