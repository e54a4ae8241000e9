package io.rdsboot.vector.jdbc.rows;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.IntFunction;

import io.rdsboot.vector.ReadableMetadata;
import io.rdsboot.vector.jdbc.sql.KeyValues;
import io.rdsboot.vector.jdbc.sql.MetadataCodec;
import io.rdsboot.vector.jdbc.sql.ReadableMetadataSql;
import io.rdsboot.vector.jdbc.sql.VectorParameters;
import io.rdsboot.vector.table.KeyPlace;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorExpressions;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * Columns of a row that a statement selects first, beginning with the id, and what stands
 * in them. Immutable.
 */
public final class RowColumns {

	private final VectorTable table;

	private final List<String> names = new ArrayList<>();

	private final int content;

	private final int metadata;

	private final List<MetadataColumn> keys;

	private final int firstKey;

	/**
	 * Keys that are moved from one column to another: the former one has what the new one
	 * cannot.
	 */
	private final List<MetadataColumn> movedKeys;

	private final int firstMovedKey;

	private final List<VectorColumn> vectors;

	private final int firstVector;

	/**
	 * Whether vectors are selected in their binary form. To make text of ten vectors, and
	 * to read it, takes as long as to find them.
	 */
	private final boolean binaryVectors;

	private final MetadataCodec codec = new MetadataCodec();

	/**
	 * Create a selection.
	 * @param content whether the content is selected
	 * @param metadata whether the metadata is selected
	 * @param vectors the vector columns that are selected
	 */
	public RowColumns(VectorTable table, boolean content, boolean metadata, List<VectorColumn> vectors) {
		this(table, content, metadata, vectors, true);
	}

	/**
	 * Create a selection.
	 * @param content whether the content is selected
	 * @param metadata whether the metadata is selected
	 * @param vectors the vector columns that are selected
	 * @param binaryVectors whether vectors are selected in their binary form, for
	 * {@link #vectors}, or in that of their columns, for somebody else
	 */
	public RowColumns(VectorTable table, boolean content, boolean metadata, List<VectorColumn> vectors,
			boolean binaryVectors) {
		this.table = table;
		this.binaryVectors = binaryVectors;
		add(table.idColumn());
		this.content = add(content ? table.contentColumn() : null);
		this.metadata = add(metadata ? table.metadataColumn() : null);
		this.keys = metadata ? table.typedKeys() : List.of();
		this.firstKey = this.names.size() + 1;
		this.keys.forEach((key) -> add(key.column()));
		this.movedKeys = this.keys.stream().filter(table.formerlyTypedKeys()::contains).toList();
		this.firstMovedKey = this.names.size() + 1;
		this.movedKeys.forEach((key) -> add(formerly(key).column()));
		this.vectors = vectors;
		this.firstVector = this.names.size() + 1;
		vectors.forEach((vector) -> add(vector.name()));
	}

	/**
	 * Add a column and return its place, or 0 if there is none.
	 */
	private int add(@Nullable String name) {
		if (name == null) {
			return 0;
		}
		this.names.add(name);
		return this.names.size();
	}

	public int size() {
		return this.names.size();
	}

	/**
	 * Return the columns of a table, under their own names.
	 * @param row alias of the table
	 */
	String fromTable(String row) {
		return list((place) -> readable(place, row + "." + VectorTable.quote(this.names.get(place - 1))));
	}

	/**
	 * No more of the metadata is fetched than is read.
	 */
	private String readable(int place, String column) {
		String value = column;
		if (place == this.metadata) {
			value = ReadableMetadataSql.of(this.table, column);
		}
		else if (place >= this.firstVector && this.binaryVectors) {
			value = new VectorExpressions(this.table, this.vectors.get(place - this.firstVector)).binaryOf(column);
		}
		return value + " AS " + VectorTable.quote(this.names.get(place - 1));
	}

	/**
	 * Return the columns of a table, named so that they collide with nothing.
	 * @param row alias of the table
	 */
	public String aliased(String row) {
		return list((place) -> row + "." + VectorTable.quote(this.names.get(place - 1)) + " AS c" + place);
	}

	/**
	 * Return the {@link #aliased} columns of a subquery, under their own names.
	 * @param row alias of the subquery
	 */
	public String unaliased(String row) {
		return list((place) -> readable(place, row + ".c" + place));
	}

	private String list(IntFunction<String> column) {
		StringJoiner list = new StringJoiner(", ");
		for (int place = 1; place <= this.names.size(); place++) {
			list.add(column.apply(place));
		}
		return list.toString();
	}

	public <ID> ID id(ResultSet row, Class<ID> idClass) throws SQLException {
		return row.getObject(1, idClass);
	}

	public @Nullable String content(ResultSet row) throws SQLException {
		return (this.content > 0) ? row.getString(this.content) : null;
	}

	/**
	 * Return the metadata together with the keys that have a column.
	 */
	public Map<String, Object> metadata(ResultSet row) throws SQLException {
		Map<String, Object> document = (this.metadata > 0) ? this.codec.read(row.getString(this.metadata)) : Map.of();
		if (this.keys.isEmpty()) {
			return document;
		}
		Map<String, Object> merged = new LinkedHashMap<>(document);
		List<String> problems = new ArrayList<>(ReadableMetadata.problems(document));
		for (int i = 0; i < this.movedKeys.size(); i++) {
			MetadataColumn key = this.movedKeys.get(i);
			read(row, this.firstMovedKey + i, key.key(), formerly(key).type(), merged, problems);
		}
		for (int i = 0; i < this.keys.size(); i++) {
			MetadataColumn key = this.keys.get(i);
			read(row, this.firstKey + i, key.key(), key.type(), merged, problems);
		}
		return new ReadableMetadata(merged, problems);
	}

	private static void read(ResultSet row, int place, String key, KeyType type, Map<String, Object> metadata,
			List<String> problems) throws SQLException {
		try {
			Object value = KeyValues.read(row, place, type);
			if (value != null) {
				metadata.put(key, value);
			}
		}
		catch (IllegalArgumentException ex) {
			problems.add("at '%s' %s".formatted(key, ex.getMessage()));
		}
	}

	private static KeyPlace formerly(MetadataColumn key) {
		return Objects.requireNonNull(key.formerly());
	}

	/**
	 * Return the vectors that were selected and are there, by the name of their column.
	 */
	public Map<String, VectorValue> vectors(ResultSet row) throws SQLException {
		Map<String, VectorValue> values = new LinkedHashMap<>();
		for (int i = 0; i < this.vectors.size(); i++) {
			VectorColumn column = this.vectors.get(i);
			VectorValue value = VectorParameters.read(row, this.firstVector + i, column.type());
			if (value != null) {
				values.put(column.name(), value);
			}
		}
		return values;
	}

}
