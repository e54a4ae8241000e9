package io.rdsboot.vector.jdbc.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.jdbc.copy.BinaryFields;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyPlace;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.MetadataType;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * Column as records are written to it.
 *
 * @param name name of the column, in quotes
 * @param encoding how a record's value becomes a field of a row
 * @param element how it becomes an element of an array
 */
public record RecordColumn(String name, Encoding encoding, Element element) {

	/**
	 * Return the columns of a table that records have values for.
	 * @return the columns, the one of the id first
	 */
	public static List<RecordColumn> of(VectorTable table) {
		List<RecordColumn> columns = new ArrayList<>();
		columns.add(of(table.idColumn(), idType(table.idType()), (fields, record, tenant) -> putId(fields, record)));
		VectorParameters parameters = new VectorParameters(table.extensionSchema());
		for (VectorColumn column : table.vectors()) {
			boolean main = column.equals(table.embedding());
			Encoding encoding = (fields, record, tenant) -> putVector(fields, column,
					main ? record.embedding() : record.furtherVectors().get(column.name()));
			columns.add(new RecordColumn(VectorTable.quote(column.name()), encoding, new Element(
					parameters.typeName(column.type()), parameters.arrayTypeName(column.type()), "", encoding)));
		}
		if (table.contentColumn() != null) {
			columns.add(of(table.contentColumn(), "text",
					(fields, record, tenant) -> KeyValues.put(fields, KeyType.TEXT, record.content())));
		}
		if (table.metadataColumn() != null) {
			columns.add(metadata(table, table.metadataColumn()));
		}
		for (MetadataColumn key : table.typedKeys()) {
			columns.add(key(key.place(), key.equals(table.tenantKey()) ? (record, tenant) -> tenant
					: (record, tenant) -> record.metadata().get(key.key())));
		}
		for (MetadataColumn key : table.formerlyTypedKeys()) {
			KeyPlace former = Objects.requireNonNull(key.formerly());
			columns.add(key(former, (record, tenant) -> former.convert(record.metadata().get(key.key()))));
		}
		return List.copyOf(columns);
	}

	private static RecordColumn of(String name, String type, Encoding encoding) {
		return new RecordColumn(VectorTable.quote(name), encoding, new Element(type, "_" + type, "", encoding));
	}

	private static RecordColumn key(KeyPlace key,
			BiFunction<VectorRecord<?>, @Nullable Object, @Nullable Object> values) {
		Encoding encoding = (fields, record, tenant) -> KeyValues.put(fields, key.type(), values.apply(record, tenant));
		if (key.type() != KeyType.TEXT_ARRAY) {
			return of(key.column(), keyType(key.type()), encoding);
		}
		// An array of arrays would be one array of two dimensions.
		Encoding literal = (fields, record, tenant) -> {
			Object value = values.apply(record, tenant);
			KeyValues.put(fields, KeyType.TEXT,
					(value != null) ? arrayLiteral(KeyValues.strings(key.type().convert(value))) : null);
		};
		return new RecordColumn(VectorTable.quote(key.column()), encoding,
				new Element("text", "_text", "::text[]", literal));
	}

	private static String arrayLiteral(List<String> values) {
		return values.stream()
			.map((value) -> '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
			.collect(Collectors.joining(",", "{", "}"));
	}

	private static RecordColumn metadata(VectorTable table, String name) {
		MetadataCodec codec = new MetadataCodec();
		boolean text = table.metadataType() == MetadataType.JSON;
		return of(name, table.metadataType().sqlType(), (fields, record, tenant) -> {
			byte[] json = codec.writeBytes(table.untyped(record.metadata()));
			if (text) {
				fields.putBytes(json);
			}
			else {
				fields.putJsonb(json);
			}
		});
	}

	private static String idType(IdType type) {
		return switch (type) {
			case UUID -> "uuid";
			case TEXT -> "text";
			case BIGINT -> "int8";
			case INTEGER -> "int4";
		};
	}

	private static String keyType(KeyType type) {
		return switch (type) {
			case TEXT -> "text";
			case INTEGER -> "int4";
			case BIGINT -> "int8";
			case NUMERIC -> "numeric";
			case DOUBLE -> "float8";
			case BOOLEAN -> "bool";
			case TIMESTAMPTZ -> "timestamptz";
			case UUID -> "uuid";
			case TEXT_ARRAY, JSON -> throw new IllegalArgumentException("no column of one value: " + type);
		};
	}

	private static void putId(BinaryFields fields, VectorRecord<?> record) {
		Object id = record.id();
		if (id instanceof UUID uuid) {
			fields.putUuid(uuid);
		}
		else if (id instanceof Long number) {
			fields.putBigint(number);
		}
		else if (id instanceof Integer number) {
			fields.putInteger(number);
		}
		else {
			fields.putText((String) id);
		}
	}

	private static void putVector(BinaryFields fields, VectorColumn column, @Nullable VectorValue vector) {
		if (vector != null) {
			fields.putVector(column.type(), vector);
		}
		else {
			fields.putNull();
		}
	}

	/**
	 * Element of an array of a column's values.
	 *
	 * @param type type of the elements as pgjdbc looks for it
	 * @param arrayType type of the array as pgjdbc looks for it
	 * @param cast what makes the column's type of the element's, in SQL
	 * @param encoding how a record's value becomes an element
	 */
	public record Element(String type, String arrayType, String cast, Encoding encoding) {

	}

	/**
	 * How a record's value becomes binary.
	 */
	@FunctionalInterface
	public interface Encoding {

		/**
		 * Put the value.
		 * @param tenant the caller's tenant, or {@code null} for a table without tenants
		 */
		void put(BinaryFields fields, VectorRecord<?> record, @Nullable Object tenant);

	}

}
