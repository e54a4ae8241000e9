package io.rdsboot.vector.jdbc.sql;

import java.util.ArrayList;
import java.util.List;

import io.rdsboot.vector.jdbc.sql.SqlStatement.Binding;
import io.rdsboot.vector.table.KeyType;

/**
 * Writes a statement, its values as bind parameters.
 */
public final class SqlBuilder implements FilterWriter {

	private static final int MAX_CALLS = 50;

	private final StringBuilder text = new StringBuilder();

	private final List<Binding> bindings = new ArrayList<>();

	@Override
	public SqlBuilder append(String sql) {
		this.text.append(sql);
		return this;
	}

	/**
	 * Append a part that is there already.
	 */
	public SqlBuilder append(SqlStatement part) {
		this.text.append(part.text());
		this.bindings.addAll(part.bindings());
		return this;
	}

	/**
	 * Append a question mark.
	 */
	public SqlBuilder bind(Binding binding) {
		this.text.append('?');
		this.bindings.add(binding);
		return this;
	}

	@Override
	public SqlBuilder value(KeyType type, Object value) {
		return bind((statement, parameter) -> KeyValues.bind(statement, parameter, type, value))
			.append("::" + type.sqlType());
	}

	@Override
	public SqlBuilder anyOf(KeyType type, List<Object> values) {
		return bind((statement, parameter) -> statement.setArray(parameter,
				statement.getConnection().createArrayOf(type.sqlType(), KeyValues.toArray(type, values))))
			.append("::%s[]".formatted(type.sqlType()));
	}

	/**
	 * An index serves an array. Of many texts the server makes a hash table, which it
	 * does of a query's.
	 */
	@Override
	public SqlBuilder anyOf(List<String> texts, String before, String after) {
		if (texts.size() > MAX_CALLS) {
			return append("SELECT %sv%s FROM unnest(".formatted(before, after))
				.anyOf(KeyType.TEXT, new ArrayList<>(texts))
				.append(") v");
		}
		append("ARRAY[");
		for (int i = 0; i < texts.size(); i++) {
			append((i > 0) ? ", " + before : before).value(KeyType.TEXT, texts.get(i)).append(after);
		}
		return append("]::text[]");
	}

	@Override
	public SqlBuilder jsons(List<String> documents) {
		return bind((statement, parameter) -> statement.setArray(parameter,
				statement.getConnection().createArrayOf("jsonb", documents.toArray())))
			.append("::jsonb[]");
	}

	@Override
	public SqlBuilder json(String json) {
		return bind((statement, parameter) -> statement.setString(parameter, json)).append("::jsonb");
	}

	public SqlStatement build() {
		return new SqlStatement(this.text.toString(), this.bindings, false);
	}

	/**
	 * Build a statement whose plan depends on the values.
	 */
	public SqlStatement buildPlannedAnew() {
		return new SqlStatement(this.text.toString(), this.bindings, true);
	}

}
