package io.rdsboot.vector;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * Finds, counts and deletes rows of one table by id or by filter. Thread-safe.
 *
 * @param <ID> type of the ids
 */
final class RowReader<ID> {

	private final VectorTable table;

	private final Class<ID> idClass;

	private final VectorConnections connections;

	private final Tenants tenants;

	private final RecordValidator validator;

	private final RowColumns columns;

	private final FilterSql filterSql;

	RowReader(VectorTable table, Class<ID> idClass, VectorConnections connections, Tenants tenants) {
		this.table = table;
		this.idClass = idClass;
		this.connections = connections;
		this.tenants = tenants;
		this.validator = RecordValidator.of(table, connections::isWithinLimits);
		this.columns = new RowColumns(table, true, true, table.vectors());
		this.filterSql = new FilterSql(table, "t.");
	}

	Optional<VectorRecord<ID>> findById(ID id) {
		this.validator.validateId(id);
		return find(" = ", (statement, parameter) -> statement.setObject(parameter, id)).stream().findFirst();
	}

	/**
	 * Return the records that there are, in the order of the ids.
	 */
	List<VectorRecord<ID>> findAllById(Collection<ID> ids) {
		ids.forEach(this.validator::validateId);
		if (ids.isEmpty()) {
			return List.of();
		}
		Map<ID, VectorRecord<ID>> found = new LinkedHashMap<>();
		find(" = ANY ",
				(statement, parameter) -> statement.setArray(parameter,
						statement.getConnection().createArrayOf(this.table.idType().sqlType(), ids.toArray())))
			.forEach((record) -> found.put(record.id(), record));
		return new LinkedHashSet<>(ids).stream().filter(found::containsKey).map(found::get).toList();
	}

	private List<VectorRecord<ID>> find(String operator, SqlStatement.Binding ids) {
		Tenant tenant = this.tenants.current();
		// A row that was written by others may lack the vector that a record must have.
		SqlBuilder sql = new SqlBuilder()
			.append("SELECT %s FROM %s t WHERE t.%s IS NOT NULL AND t.%s%s(".formatted(this.columns.fromTable("t"),
					this.table.quotedName(), VectorTable.quote(this.table.embedding().name()),
					VectorTable.quote(this.table.idColumn()), operator))
			.bind(ids)
			.append(")");
		appendTenant(sql, " AND ", tenant);
		return this.connections.query(tenant, sql.build(), (rows) -> {
			List<VectorRecord<ID>> records = new ArrayList<>();
			while (rows.next()) {
				records.add(record(rows));
			}
			return records;
		});
	}

	private VectorRecord<ID> record(ResultSet row) throws SQLException {
		Map<String, VectorValue> vectors = this.columns.vectors(row);
		VectorValue embedding = vectors.remove(this.table.embedding().name());
		if (embedding == null) {
			throw new IllegalStateException("row without a vector was not to be found");
		}
		return new VectorRecord<>(this.columns.id(row, this.idClass), embedding, this.columns.content(row),
				this.columns.metadata(row), vectors);
	}

	/**
	 * Count the rows.
	 * @param filter the filter, or {@code null} for all rows
	 */
	long count(@Nullable MetadataFilter filter) {
		Tenant tenant = this.tenants.current();
		SqlBuilder sql = new SqlBuilder().append("SELECT count(*) FROM %s t".formatted(this.table.quotedName()));
		appendCondition(sql, filter, tenant);
		return this.connections.query(tenant, (filter != null) ? sql.buildPlannedAnew() : sql.build(), (rows) -> {
			rows.next();
			return rows.getLong(1);
		});
	}

	/**
	 * Delete the rows that a filter holds for, and return how many there were.
	 */
	int delete(MetadataFilter filter) {
		Tenant tenant = this.tenants.current();
		SqlBuilder condition = new SqlBuilder();
		condition.append("(");
		this.filterSql.write(filter, condition);
		condition.append(")");
		appendTenant(condition, " AND ", tenant);
		SqlStatement matching = condition.buildPlannedAnew();
		SqlStatement delete = new SqlStatement(WriteSql.deleteInOrder(this.table, matching.text()), matching.bindings(),
				true);
		return this.connections.write(delete.text(), (connection) -> {
			TenantSetting.apply(connection, this.table, (tenant != null) ? tenant.value() : null);
			try (PreparedStatement statement = connection.prepareStatement(delete.text())) {
				delete.prepare(statement, 0);
				return statement.executeUpdate();
			}
		});
	}

	private void appendCondition(SqlBuilder sql, @Nullable MetadataFilter filter, @Nullable Tenant tenant) {
		if (filter != null) {
			sql.append(" WHERE (");
			this.filterSql.write(filter, sql);
			sql.append(")");
		}
		appendTenant(sql, (filter != null) ? " AND " : " WHERE ", tenant);
	}

	private static void appendTenant(SqlBuilder sql, String before, @Nullable Tenant tenant) {
		if (tenant != null) {
			sql.append(before);
			tenant.appendCondition("t.", sql);
		}
	}

}
